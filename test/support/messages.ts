import { Ajv, type SchemaObject } from 'ajv'
import type { Occurrence } from '../../lib/notify/events.ts'
import { messageOf, type Message, type MessageOptions } from '../../lib/notify/message.ts'
import { attempt } from '../../lib/notify/attempt.ts'
import { parseTarget } from '../../lib/notify/targets/index.ts'
import type { Target } from '../../lib/notify/targets/target.ts'
import type { Received, Receiver, SecureReceiver } from './receiver.ts'

export const AT = Date.parse('2026-11-28T12:00:00Z')

export const occurrence = (given: Partial<Occurrence> = {}): Occurrence => ({
  event: 'die',
  at: AT,
  host: 'nas',
  container: { id: 'c0ffee', name: 'web', image: 'nginx:1.27' },
  detail: '',
  exitCode: 3,
  percent: null,
  ends: null,
  ...given
})

/** Names that would alert everyone, format text or add links if a target took them literally. */
export const HOSTILE = occurrence({
  host: '<!channel> @everyone *bold* <b>x</b>\nsecond',
  container: {
    id: 'c0ffee',
    name: '@here <@U1> [x](https://evil.example) `code`',
    image: '<https://evil.example|x> &amp; @bob'
  }
})

export function targetOf (url: string): Target {
  const parsed = parseTarget(url)
  if ('problem' in parsed) throw new Error(parsed.problem)
  return parsed.target
}

export const message = (
  target: Target, given: Partial<Occurrence> = {}, options: Partial<MessageOptions> = {}
): Message =>
  messageOf(occurrence(given), { rule: 'ops', template: null, held: null, escape: target.escape, ...options })

/** Sends a message to a receiver, and returns what arrives there. */
export async function deliver (
  receiver: Receiver | SecureReceiver,
  url: string,
  given?: Partial<Occurrence>,
  options?: Partial<MessageOptions>
): Promise<Received> {
  const target = targetOf(url)
  const route = 'route' in receiver ? receiver.route : undefined
  await attempt(target, message(target, given, options), url, { route })
  const last = receiver.received.at(-1)
  if (!last) throw new Error('nothing arrived')
  return last
}

/** Parses JSON that has to match a schema, and have no other keys. */
export function parseAs (schema: SchemaObject, text: string) {
  const ajv = new Ajv({ allErrors: true, formats: { time: isTime, url: value => URL.canParse(value) } })
  const body = JSON.parse(text)
  if (!ajv.validate(schema, body)) throw new Error(`${ajv.errorsText()}: ${text}`)
  return body
}

/** RFC 3339. */
const isTime = (value: string) =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value) && !Number.isNaN(Date.parse(value))

export const LONG = 'ä'.repeat(20_000)
