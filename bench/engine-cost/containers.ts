import { Pool } from 'undici'

const LABEL = 'dockstat.bench'
const IMAGE = 'busybox:local'
/** As a filter of a list. */
const OURS = encodeURIComponent(JSON.stringify({ label: [LABEL] }))
/** Milliseconds; removal takes its time where many go at once. */
const PATIENCE = 120_000

/** An Engine asked without any care, to set things up and as v1 asked it. */
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

/** @returns the ids of that many containers that sleep */
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

/** Removes what `createContainers` made, of earlier runs too. */
export async function removeContainers (engine: PlainEngine): Promise<void> {
  const containers = await engine.ask<Array<{ Id: string }>>(`/containers/json?all=1&filters=${OURS}`)
  await inTurn(containers, ({ Id }) => engine.ask(`/containers/${Id}?force=1`, 'DELETE'))
}
