import { Client } from 'undici'

/** The part of a host in `/hosts` that the consumer reads. */
interface Host {
  up: boolean | null
}

/** Requests all that lives on polls every second, and checks that the hosts without faults stay up. */
export class Consumer {
  /** Response times, milliseconds. */
  readonly durations: number[] = []
  /** Failed requests. */
  readonly failures: string[] = []
  /** The `Age` header of each response for the hosts without faults, seconds. */
  readonly ages: number[] = []
  /** How often a host without faults was reported as down. */
  down = 0
  hosts: Readonly<Record<string, Host>> = {}
  readonly #client: Client
  readonly #headers: Record<string, string>
  readonly #well: ReadonlySet<string>
  #timer: NodeJS.Timeout | undefined
  #asking: Promise<void> = Promise.resolve()

  /** @param well names of the hosts without faults */
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

  /** The number of hosts that are not up. */
  get missing (): number {
    return Object.values(this.hosts).filter(({ up }) => !up).length
  }

  async ask (): Promise<void> {
    for (const path of ['/stats', '/events', '/hosts/host15/history', '/metrics']) await this.#get(path)
    const answer = await this.#get('/hosts')
    if (!answer) return
    this.hosts = JSON.parse(answer.text)
    for (const [name, { up }] of Object.entries(this.hosts)) if (this.#well.has(name) && !up) this.down++
    const wellOnly = await this.#get(`/hosts?${[...this.#well].map(name => `host=${name}`).join('&')}`)
    if (wellOnly) this.ages.push(wellOnly.age)
  }

  async #get (path: string): Promise<{ text: string, age: number } | null> {
    const start = performance.now()
    try {
      const { statusCode, headers, body } = await this.#client.request({ method: 'GET', path, headers: this.#headers })
      const text = await body.text()
      this.durations.push(performance.now() - start)
      if (statusCode !== 200) throw new Error(`${statusCode} ${text}`)
      return { text, age: Number(headers.age) }
    } catch (error) {
      this.failures.push(`${path}: ${error}`)
      return null
    }
  }
}
