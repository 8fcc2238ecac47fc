import { Client } from 'undici'

/** What `/hosts` says of one host, as far as it is looked at. */
interface Host {
  up: boolean
  lastSeen: string | null
}

/** A consumer of the service: asks `/stats` and `/hosts` every second, and watches the hosts that have no faults. */
export class Consumer {
  /** Milliseconds of every answer. */
  readonly durations: number[] = []
  /** What was no good answer. */
  readonly failures: string[] = []
  /** Milliseconds since a poll last reached a host without faults, each time it was asked. */
  readonly ages: number[] = []
  /** Times that a host without faults was shown as down. */
  down = 0
  hosts: Readonly<Record<string, Host>> = {}
  readonly #client: Client
  readonly #headers: Record<string, string>
  readonly #well: ReadonlySet<string>
  #timer: NodeJS.Timeout | undefined
  #asking: Promise<void> = Promise.resolve()

  /** @param well names of the hosts that have no faults */
  constructor (url: string, token: string, well: ReadonlySet<string>) {
    this.#client = new Client(url)
    this.#headers = { authorization: token }
    this.#well = well
  }

  start (): void {
    this.#timer = setInterval(() => { this.#asking = this.ask() }, 1000)
  }

  async stop (): Promise<void> {
    clearInterval(this.#timer)
    await this.#asking
    await this.#client.close()
  }

  /** How many hosts are not up. */
  get missing (): number {
    return Object.values(this.hosts).filter(({ up }) => !up).length
  }

  async ask (): Promise<void> {
    await this.#get('/stats')
    const hosts = await this.#get('/hosts')
    if (!hosts) return
    this.hosts = hosts
    for (const [name, { up, lastSeen }] of Object.entries(this.hosts)) {
      if (!this.#well.has(name)) continue
      if (!up) this.down++
      this.ages.push(Date.now() - Date.parse(lastSeen ?? '1970-01-01'))
    }
  }

  async #get (path: string): Promise<Record<string, Host> | null> {
    const start = performance.now()
    try {
      const { statusCode, body } = await this.#client.request({ method: 'GET', path, headers: this.#headers })
      const text = await body.text()
      this.durations.push(performance.now() - start)
      if (statusCode !== 200) throw new Error(`${statusCode} ${text}`)
      return JSON.parse(text)
    } catch (error) {
      this.failures.push(`${path}: ${error}`)
      return null
    }
  }
}
