import type { Log } from '../model/log.ts'
import { FORMAT } from './message.ts'
import type { Member, Members } from './members.ts'

/** Logs once how another replica differs. */
export class Differences {
  readonly #log: Log
  readonly #told = new Set<string>()

  constructor (log: Log) {
    this.#log = log
  }

  /** @param me ID of this replica */
  see (members: Members, me: string): void {
    const own = members.find(me)?.digest
    for (const member of members.list()) {
      if (member.format !== FORMAT) this.#seeFormat(member)
      else this.#seeConfiguration(member, members.differences(member.digest, own), members.leading === own)
    }
  }

  #seeFormat ({ id, name, version }: Member) {
    this.#once(`${id} format`, { replica: name, version },
      `Replica "${name}" has version ${version}, whose messages this version cannot read. Until all replicas have ` +
      'the same version, each of the two groups polls all hosts.')
  }

  #seeConfiguration ({ id, name, digest }: Member, keys: readonly string[], isLeading: boolean) {
    if (keys.length === 0) return
    const leader = isLeading ? 'That of this replica is newer, and applies to all.' : 'The newer one applies to all.'
    this.#once(`${id} ${digest} ${isLeading}`, { replica: name, keys },
      `Replica "${name}" has another configuration; what differs: ${keys.join(', ')}. ${leader}`)
  }

  #once (key: string, fields: object, message: string) {
    if (this.#told.has(key)) return
    this.#told.add(key)
    this.#log.warn(fields, message)
  }
}
