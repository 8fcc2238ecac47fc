import { hash, randomBytes } from 'node:crypto'
import { Document, stringify } from 'yaml'

const BYTES = 32

/** What most clients need; the documentation lists all scopes. */
const SCOPES = ['stats', 'metrics']

export interface NewToken {
  token: string
  /** YAML for the configuration file. It contains only the token's digest. */
  entry: string
}

/** Makes a random token and its entry for the configuration file. */
export function newToken (name: string): NewToken {
  const token = randomBytes(BYTES).toString('base64url')
  const scopes = new Document().createNode(SCOPES, { flow: true })
  const literal = name.replaceAll('$', '$$$$') // the file would expand variables
  const entry = { name: literal, sha256: hash('sha256', token), scopes }
  return { token, entry: stringify({ auth: { tokens: [entry] } }, { lineWidth: 0, flowCollectionPadding: false }) }
}
