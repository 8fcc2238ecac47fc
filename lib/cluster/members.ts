import type { BeatAnswer } from './link.ts'
import { FORMAT } from './message.ts'
import { differences, type Summary } from './summary.ts'

/** What a replica says about itself. */
export interface ReplicaInfo {
  id: string
  /** Name of the machine or container. */
  name: string
  /** Of the service. */
  version: string
  /** Of messages. */
  format: number
  /** Digest of its configuration. */
  digest: string
  /** Hosts that it polls. */
  hosts: number
}

export interface Member extends ReplicaInfo {
  /** When it was last heard of, on the monotonic clock. */
  heardAt: number
}

/** Field and value by turns, as the server returns hashes. */
function * pairs (list: readonly string[]): Iterable<[string, string]> {
  for (let at = 0; at < list.length; at += 2) yield [String(list[at]), String(list[at + 1])]
}

/** The live replicas, and which configuration leads: the one that appeared last among them. */
export class Members {
  readonly #members = new Map<string, Member>()
  readonly #summaries = new Map<string, Summary>()
  /** When each configuration appeared, by its digest, on the clock of the server. */
  #appeared = new Map<string, number>()

  /**
   * Applies what a beat returned. Replicas that are missing stay, because the server may have lost its data.
   * @param within milliseconds for which a beat makes a replica present
   */
  see ([infos, present, configurations]: BeatAnswer, now: number, within: number): void {
    const remaining = new Map(pairs(present))
    for (const [id, text] of pairs(infos)) {
      const left = remaining.get(id)
      if (left === undefined) continue
      const heardAt = Math.max(now - within + Number(left), this.find(id)?.heardAt ?? -Infinity)
      this.#members.set(id, { ...JSON.parse(text) as ReplicaInfo, heardAt })
    }
    this.#appeared = new Map([...pairs(configurations)].map(([digest, at]) => [digest, Number(at)]))
  }

  /** Forgets those of which nothing was heard for `within` milliseconds. */
  expire (now: number, within: number): void {
    for (const [id, { heardAt }] of this.#members) if (now - heardAt > within) this.#members.delete(id)
  }

  /** Waits for all again, because nobody could be heard while the server was away. */
  refresh (now: number): void {
    for (const member of this.#members.values()) member.heardAt = now
  }

  /** Notes a message. */
  hear (id: string, now: number): void {
    const member = this.#members.get(id)
    if (member) member.heardAt = now
  }

  remove (id: string): void {
    this.#members.delete(id)
  }

  find (id: string): Member | undefined {
    return this.#members.get(id)
  }

  list (): Member[] {
    return [...this.#members.values()].sort((a, b) => a.name.localeCompare(b.name) || a.id.localeCompare(b.id))
  }

  /** Those that read the same format. */
  readable (): Member[] {
    return this.list().filter(({ format }) => format === FORMAT)
  }

  /** The digest of the configuration that leads; null if no replica is known. */
  get leading (): string | null {
    const at = (digest: string) => this.#appeared.get(digest) ?? 0
    return this.readable().map(({ digest }) => digest)
      .reduce<string | null>((best, digest) => best === null || at(digest) > at(best) ? digest : best, null)
  }

  /** The configuration with a digest, once a replica has sent it. */
  summary (digest: string): Summary | undefined {
    return this.#summaries.get(digest)
  }

  /** The keys in which two configurations differ, as far as they are known. */
  differences (a: string, b: string | null | undefined): readonly string[] {
    const [one, other] = [this.#summaries.get(a), this.#summaries.get(b ?? '')]
    return one && other ? differences(one, other) : []
  }

  learn (summary: Summary): void {
    this.#summaries.set(summary.digest, summary)
  }
}
