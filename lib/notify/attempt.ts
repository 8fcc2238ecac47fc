import { messageOf } from '../errors.ts'
import { wallClock } from '../model/time.ts'
import type { Message } from './message.ts'
import { post, type Answer, type PostOptions } from './post.ts'
import { maskAddress } from './targets/address.ts'
import type { Target } from './targets/target.ts'

/** Seconds that a target can make us wait. */
const LONGEST_WAIT = 300

/** Characters of an answer to show. */
const MAX_SHOWN = 200

/** Statuses of 4xx after which another attempt can succeed. */
const TEMPORARY = new Set([408, 425, 429])

/** A target did not take a message. The message of the error contains no secret. */
export class Undelivered extends Error {
  /** Whether another attempt would have the same result. */
  readonly isFinal: boolean
  /** Seconds to wait before another attempt. */
  readonly wait: number

  constructor (message: string, isFinal = false, wait = 0) {
    super(message)
    this.isFinal = isFinal
    this.wait = wait
  }
}

/** Seconds from a `Retry-After` header: a number or a date. */
function secondsOf (retryAfter: string | undefined): number | null {
  if (retryAfter === undefined) return null
  const seconds = Number(retryAfter)
  return Number.isNaN(seconds) ? (Date.parse(retryAfter) - wallClock()) / 1000 : seconds
}

function refusalOf ({ kind, retryAfter }: Target, answer: Answer, url: string): Undelivered {
  const { status, body } = answer
  const [line = ''] = maskAddress(body, url).trim().split('\n', 1)
  const shown = line.replace(/\p{Cc}+/gu, ' ').slice(0, MAX_SHOWN)
  const isFinal = status < 500 && !TEMPORARY.has(status)
  const wait = secondsOf(answer.retryAfter) ?? retryAfter(body) ?? 0
  const seconds = Math.min(Math.max(wait, 0), LONGEST_WAIT) || 0 // not a number if the header is neither
  return new Undelivered(`${kind} answered ${status}${shown && `: ${shown}`}`, isFinal, seconds)
}

/**
 * Sends a message once. Rejects with `Undelivered`.
 * @param url the URL in the rule, whose secrets are masked
 */
export async function attempt (target: Target, message: Message, url: string, options: PostOptions): Promise<Answer> {
  const answer = await post(target.requestOf(message), options).catch((error: unknown) => {
    throw new Undelivered(`${target.kind} cannot be reached: ${maskAddress(messageOf(error), url)}`)
  })
  if (target.isDelivered(answer.status)) return answer
  throw refusalOf(target, answer, url)
}
