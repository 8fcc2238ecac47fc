import { Pool } from 'undici'

const LABEL = 'dockstat.bench'
const IMAGE = 'busybox:local'
/** The filter for `createContainers`' containers in a list. */
const OURS = encodeURIComponent(JSON.stringify({ label: [LABEL] }))
/** Timeout in milliseconds; removing many containers at once is slow. */
const PATIENCE = 120_000

/** A minimal Engine client, for setup and for v1's requests. */
export class PlainEngine {
  readonly #pool: Pool

  /** @param address `unix:///path` */
  constructor (address: string) {
    const connect = { socketPath: address.replace(/^unix:\/\//, '') }
    this.#pool = new Pool('http://localhost', { connect, headersTimeout: PATIENCE, bodyTimeout: PATIENCE })
  }

  async ask<T> (path: string, method: 'GET' | 'POST' | 'DELETE' = 'GET', content?: object): Promise<T> {
    const request = content
      ? { body: JSON.stringify(content), headers: { 'content-type': 'application/json' } }
      : {}
    const { statusCode, body } = await this.#pool.request({ method, path, ...request })
    const text = await body.text()
    if (statusCode >= 400) throw new Error(`${method} ${path}: ${statusCode} ${text}`)
    return JSON.parse(text || 'null')
  }

  async close (): Promise<void> {
    await this.#pool.close()
  }
}

async function inTurn<T> (items: readonly T[], run: (item: T) => Promise<unknown>): Promise<void> {
  const rest = [...items]
  const work = async () => {
    for (let item = rest.pop(); item !== undefined; item = rest.pop()) await run(item)
  }
  await Promise.all([work(), work(), work(), work()])
}

/** Starts sleeping containers and returns their IDs. */
export async function createContainers (engine: PlainEngine, count: number): Promise<string[]> {
  const ids: string[] = []
  await inTurn(Array.from({ length: count }, (_, index) => index), async () => {
    const content = { Image: IMAGE, Cmd: ['sleep', '86400'], Labels: { [LABEL]: '' } }
    const { Id } = await engine.ask<{ Id: string }>('/containers/create', 'POST', content)
    await engine.ask(`/containers/${Id}/start`, 'POST')
    ids.push(Id)
  })
  return ids
}

/** Removes the containers of `createContainers`, including those of earlier runs. */
export async function removeContainers (engine: PlainEngine): Promise<void> {
  const containers = await engine.ask<Array<{ Id: string }>>(`/containers/json?all=1&filters=${OURS}`)
  await inTurn(containers, ({ Id }) => engine.ask(`/containers/${Id}?force=1`, 'DELETE'))
}
