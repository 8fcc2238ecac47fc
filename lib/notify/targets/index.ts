import { messageOf } from '../../errors.ts'
import { nearest } from '../../model/nearest.ts'
import { own } from '../../model/own.ts'
import { parseAddress, type Address } from './address.ts'
import { alertmanager } from './alertmanager.ts'
import { apprise } from './apprise.ts'
import { discord } from './discord.ts'
import { gotify } from './gotify.ts'
import { ntfy } from './ntfy.ts'
import { slack } from './slack.ts'
import type { Target, TargetFactory } from './target.ts'
import { telegram } from './telegram.ts'
import { webhook } from './webhook.ts'

/** Kinds of targets by the scheme of their URL. */
const schemes: Readonly<Record<string, TargetFactory>> = {
  https: webhook,
  http: webhook,
  ntfy,
  gotify,
  discord,
  slack,
  telegram,
  apprise,
  alertmanager
}

/** Targets whose own URLs people copy. */
const hosts: Readonly<Record<string, TargetFactory>> = {
  'discord.com': discord,
  'discordapp.com': discord,
  'hooks.slack.com': slack
}

const kindOf = ({ scheme, host }: Address) => (scheme === 'https' && own(hosts, host)) || own(schemes, scheme)

function unknownScheme (scheme: string): string {
  const names = Object.keys(schemes)
  const near = nearest(scheme, names)
  return `must begin with one of ${names.map(name => `${name}://`).join(', ')}` +
    (near === null ? '' : `. Did you mean ${near}://?`)
}

/** Finds the target of a URL. The problem, if it is not valid, does not contain it. */
export function parseTarget (url: string): { target: Target } | { problem: string } {
  try {
    const address = parseAddress(url)
    const create = kindOf(address)
    return create ? { target: create(address) } : { problem: unknownScheme(address.scheme) }
  } catch (error) {
    return { problem: messageOf(error) }
  }
}
