import type { BeatAnswer } from './link.ts'
import { FORMAT } from './message.ts'
import { differences, type Summary } from './summary.ts'

/** What a replica says about itself. */
export interface ReplicaInfo {
  id: string
  name: string
  version: string
  format: number
  /** Digest of its configuration. */
  digest: string
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

const isInfo = (info: Partial<ReplicaInfo> | null): info is ReplicaInfo =>
  typeof info?.name === 'string' && typeof info.version === 'string' && typeof info.format === 'number' &&
  typeof info.digest === 'string' && typeof info.hosts === 'number'

/** Null if it is none: no entry, whoever wrote it, may prevent beats. */
function infoOf (id: string, text: string): ReplicaInfo | null {
  try {
    const info: Partial<ReplicaInfo> | null = JSON.parse(text)
    return isInfo(info) ? { ...info, id } : null
  } catch {
    return null
  }
}

/** The live replicas, and which configuration leads: the one that appeared last among them. */
export class Members {
  readonly #members = new Map<string, Member>()
  readonly #summaries = new Map<string, Summary>()
  /** When each configuration appeared, by its digest, on the clock of the server. */
  #appeared = new Map<string, number>()
  readonly #ended = new Set<string>()
  /** Since when the others can be heard, on the monotonic clock; null while the server does not answer. */
  #listeningSince: number | null = -Infinity

  /** Call this when the server does not answer: nobody can be heard until it does. */
  lose (): void {
    this.#listeningSince = null
  }

  /**
   * Applies what a beat returned. Replicas that are missing stay, because the server may have lost its data.
   * @param within milliseconds for which a beat makes a replica present
   */
  see ([infos, present, configurations]: BeatAnswer, now: number, within: number): void {
    this.#listeningSince ??= now
    const remaining = new Map(pairs(present))
    for (const [id, text] of pairs(infos)) {
      const left = remaining.get(id)
      const info = infoOf(id, text)
      if (left === undefined || info === null || this.#ended.has(id)) continue
      const heardAt = Math.max(now - within + Number(left), this.find(id)?.heardAt ?? -Infinity)
      this.#members.set(id, { ...info, heardAt })
    }
    this.#appeared = new Map([...pairs(configurations)].map(([digest, at]) => [digest, Number(at)]))
  }

  /**
   * Forgets those of which nothing was heard for `within` milliseconds, although they could be heard; not this replica
   * itself, which may have been stopped.
   */
  expire (now: number, within: number, me: string): void {
    const since = this.#listeningSince ?? now
    for (const [id, { heardAt }] of this.#members) {
      if (id !== me && now - Math.max(heardAt, since) > within) this.#members.delete(id)
    }
  }

  hear (id: string, now: number): void {
    const member = this.#members.get(id)
    if (member) member.heardAt = now
  }

  /** Removes a replica that has ended, for good: an answer to an earlier beat may still contain it. */
  remove (id: string): void {
    this.#ended.add(id)
    this.#members.delete(id)
  }

  find (id: string): Member | undefined {
    return this.#members.get(id)
  }

  list (): Member[] {
    return [...this.#members.values()].sort((a, b) => a.name.localeCompare(b.name) || a.id.localeCompare(b.id))
  }

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
