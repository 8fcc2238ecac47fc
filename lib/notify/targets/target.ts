import type { Message } from '../message.ts'
import type { Address } from './address.ts'

export interface TargetRequest {
  url: string
  headers: Record<string, string>
  /** JSON; every target takes it with POST. */
  body: string
}

/** Where messages go, and in which form. */
export interface Target {
  kind: string
  /** Removes the meaning that the target gives to characters, so that names can neither format nor alert. */
  escape (text: string): string
  requestOf (message: Message): TargetRequest
  /** Whether it wants to know that a problem is over, even if the rule does not listen to that. */
  isStateful: boolean
  /** Whether the status says that the message was delivered. */
  isDelivered (status: number): boolean
  /** Seconds to wait before the next attempt, if the body of a refusal says so. */
  retryAfter (body: string): number | null
}

/** A kind of target. Throws an `AddressError` if the address does not have its form. */
export type TargetFactory = (address: Address) => Target

export const plain: Omit<Target, 'kind' | 'requestOf'> = {
  escape: text => text,
  isStateful: false,
  isDelivered: status => status >= 200 && status < 300,
  retryAfter: () => null
}

export const jsonRequest = (url: string, body: object, headers: Record<string, string> = {}): TargetRequest =>
  ({ url, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) })
