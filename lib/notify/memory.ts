import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { messageOf } from '../errors.ts'
import type { Log } from '../model/log.ts'
import { singleFlight, type SingleFlight } from '../model/single-flight.ts'
import { isEvent, type Occurrence } from './events.ts'

export interface Problem extends Pick<Occurrence, 'event' | 'at' | 'host' | 'container'> {
  /** Whether the rule has told about it; false while its message is held back. */
  isTold: boolean
}

/** Per rule; the oldest are forgotten first. */
const MAX_SEEN = 500
const MAX_PROBLEMS = 1000

/** Milliseconds until a change is written, together with those that follow. */
const DELAY = 500

/** Adds an entry, and drops the oldest ones beyond the maximum. */
function add<Key, Value> (map: Map<Key, Value>, entry: [Key, Value], most: number) {
  map.set(...entry)
  for (const key of map.keys()) {
    if (map.size <= most) break
    map.delete(key)
  }
}

export class RuleMemory {
  readonly #seen: Map<string, true>
  readonly #problems: Map<string, Problem>
  readonly #onChange: () => void

  constructor (onChange: () => void, seen: readonly string[] = [], problems: readonly [string, Problem][] = []) {
    this.#onChange = onChange
    this.#seen = new Map(seen.map(id => [id, true]))
    this.#problems = new Map(problems)
  }

  get problems (): ReadonlyMap<string, Problem> {
    return this.#problems
  }

  /** Returns whether something happened that was not known yet. */
  note (id: string): boolean {
    if (this.#seen.has(id)) return false
    add(this.#seen, [id, true], MAX_SEEN)
    this.#onChange()
    return true
  }

  begin (key: string, problem: Problem): void {
    add(this.#problems, [key, problem], MAX_PROBLEMS)
    this.#onChange()
  }

  /** Notes that a problem, if it is not over, was told. */
  tell (key: string): void {
    const problem = this.#problems.get(key)
    if (problem) this.begin(key, { ...problem, isTold: true })
  }

  end (key: string): void {
    this.#problems.delete(key)
    this.#onChange()
  }

  toJSON (): object {
    return { seen: [...this.#seen.keys()], problems: [...this.#problems] }
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

function isProblem (entry: unknown): entry is [string, Problem] {
  if (!Array.isArray(entry) || typeof entry[0] !== 'string' || !isObject(entry[1])) return false
  const { event, at, host, container, isTold } = entry[1]
  return typeof event === 'string' && isEvent(event) && Number.isSafeInteger(at) && typeof host === 'string' &&
    (container === null || (isObject(container) && typeof container.name === 'string')) && typeof isTold === 'boolean'
}

/** The contents of the file. @throws if it is none of ours */
function parse (text: string): [name: string, seen: string[], problems: [string, Problem][]][] {
  const data: unknown = JSON.parse(text)
  if (!isObject(data) || data.version !== 1 || !isObject(data.rules)) throw new Error('it has another format')
  return Object.entries(data.rules).map(([name, rule]) => {
    const { seen, problems } = isObject(rule) ? rule : {}
    const isValid = Array.isArray(seen) && Array.isArray(problems) && problems.every(isProblem) &&
      seen.every(id => typeof id === 'string')
    if (!isValid) throw new Error('it has another format')
    return [name, seen.slice(-MAX_SEEN), problems.slice(-MAX_PROBLEMS)]
  })
}

const isAbsent = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'ENOENT'

/** What all rules have told about, in a file, so that a restart neither repeats nor loses anything. */
export class Memory {
  readonly #file: string
  readonly #log: Log
  readonly #saving: SingleFlight<void>
  #rules = new Map<string, RuleMemory>()
  #timer: NodeJS.Timeout | undefined
  #isChanged = false
  #isBroken = false

  constructor (file: string, log: Log) {
    this.#file = file
    this.#log = log
    this.#saving = singleFlight(() => this.#save())
  }

  async load (): Promise<void> {
    try {
      const rules = parse(await readFile(this.#file, 'utf8'))
      this.#rules = new Map(rules.map(([name, ...known]) => [name, this.#remember(...known)]))
    } catch (error) {
      if (isAbsent(error)) return
      this.#log.warn({ file: this.#file },
        `Cannot read what notifications were sent, so some may be sent again: ${messageOf(error)}`)
    }
  }

  of (rule: string): RuleMemory {
    const memory = this.#rules.get(rule) ?? this.#remember()
    this.#rules.set(rule, memory)
    return memory
  }

  keep (rules: ReadonlySet<string>): void {
    for (const name of this.#rules.keys()) if (!rules.has(name)) this.#rules.delete(name)
  }

  async close (): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    await this.#saving.again()
  }

  #remember (seen?: readonly string[], problems?: readonly [string, Problem][]) {
    return new RuleMemory(() => this.#change(), seen, problems)
  }

  #change () {
    this.#isChanged = true
    this.#timer ??= setTimeout(async () => {
      this.#timer = undefined
      await this.#saving.again()
    }, DELAY).unref()
  }

  /** Replaces the file as a whole, so that a crash leaves the old one. */
  async #save () {
    if (!this.#isChanged) return
    this.#isChanged = false
    const text = JSON.stringify({ version: 1, rules: Object.fromEntries(this.#rules) })
    const draft = `${this.#file}.tmp`
    try {
      await mkdir(dirname(this.#file), { recursive: true })
      await writeFile(draft, text, { mode: 0o600 })
      await rename(draft, this.#file)
      this.#isBroken = false
    } catch (error) {
      if (this.#isBroken) return
      this.#isBroken = true
      this.#log.warn({ file: this.#file },
        `Cannot store what notifications were sent, so a restart may repeat some: ${messageOf(error)}`)
    }
  }
}
