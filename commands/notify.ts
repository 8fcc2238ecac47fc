import { ConfigError, type Config, type ConfigSource } from '../lib/config/config.ts'
import { loadConfig } from '../lib/config/load.ts'
import { messageOf } from '../lib/errors.ts'
import { nearest } from '../lib/model/nearest.ts'
import { wallClock } from '../lib/model/time.ts'
import { attempt } from '../lib/notify/attempt.ts'
import { testMessage } from '../lib/notify/message.ts'
import type { PostOptions } from '../lib/notify/post.ts'
import { parseTarget } from '../lib/notify/targets/index.ts'

export interface NotifyOptions extends ConfigSource {
  /** Name of the rule. */
  name: string
  /** For requests. */
  post?: PostOptions
}

export interface Outcome {
  ok: boolean
  text: string
}

const failed = (text: string): Outcome => ({ ok: false, text: `${text}\n` })

function noRule ({ notify }: Config, name: string): Outcome {
  const names = notify.map(rule => rule.name)
  if (names.length === 0) return failed('The configuration has no rules; add one under notify')
  const near = nearest(name, names)
  const advice = near === null ? `Rules: ${names.join(', ')}` : `Did you mean ${near}? Rules: ${names.join(', ')}`
  return failed(`There is no rule ${name}. ${advice}`)
}

/** Sends a test message to the target of a rule, and resolves to what came of it. */
export async function testNotification ({ name, post = {}, ...source }: NotifyOptions): Promise<Outcome> {
  const config = await loadConfig(source).catch((error: ConfigError) => error)
  if (config instanceof ConfigError) return failed(config.message)
  const rule = config.notify.find(rule => rule.name === name)
  const parsed = rule && parseTarget(rule.url)
  if (!rule || !parsed || 'problem' in parsed) return noRule(config, name)
  const { target } = parsed
  const message = testMessage(wallClock(), { rule: name, template: rule.template, held: null, escape: target.escape })
  try {
    const { status } = await attempt(target, message, rule.url, post)
    return { ok: true, text: `Sent: ${target.kind} answered ${status}\n` }
  } catch (error) {
    return failed(`Failed: ${messageOf(error)}`)
  }
}
