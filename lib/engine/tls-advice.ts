import { own } from '../model/own.ts'

/** What servers that want TLS answer to plain HTTP: Go's, nginx. */
export const PLAIN_TO_TLS = /HTTP request (to an HTTPS server|was sent to HTTPS port)/

/** Code of files that cannot be used, and of connections that the Engine ended before it answered anything. */
export const BAD_FILE = 'TLS_FILE'
export const REFUSED = 'TLS_REFUSED'

const AUTHORITY = "the Engine's certificate is from an authority that is not known here: " +
  "set tls.ca to that authority's certificate"
const CLIENT = 'the Engine wants a client certificate that its authority has signed and that has not expired: ' +
  'set tls.cert and tls.key'
const FILES = 'tls.ca, tls.cert and tls.key must be PEM files, the key without a passphrase and that of the certificate'

/** What is wrong and what to set, by the code that Node.js and OpenSSL give. */
const ADVICE: Record<string, string> = {
  [BAD_FILE]: 'a file cannot be used: set tls.ca, tls.cert and tls.key, or tls.path',
  [REFUSED]: CLIENT,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT: AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: AUTHORITY,
  SELF_SIGNED_CERT_IN_CHAIN: AUTHORITY,
  DEPTH_ZERO_SELF_SIGNED_CERT: AUTHORITY,
  CERT_SIGNATURE_FAILURE: AUTHORITY,
  ERR_TLS_CERT_ALTNAME_INVALID: "the Engine's certificate is for another name: set tls.servername to one of its names",
  CERT_HAS_EXPIRED: "the Engine's certificate, or that of its authority, has expired: renew it, and tls.ca with it",
  CERT_NOT_YET_VALID: "the Engine's certificate is not valid yet: set the clocks, there and here",
  ERR_SSL_WRONG_VERSION_NUMBER: 'what listens there speaks no TLS: use http://, or tcp:// without tls',
  ERR_MISSING_PASSPHRASE: FILES
}

/**
 * Alerts about the client's certificate, by their names in RFC 8446. What stands before those varies with OpenSSL:
 * ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE up to 3.4, ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE since 3.5 (Node.js 24).
 */
const CLIENT_ALERT = /^ERR_SSL_\S+_ALERT_(\w*CERTIFICATE\w*|UNKNOWN_CA|HANDSHAKE_FAILURE|ACCESS_DENIED)$/

/**
 * What is wrong with a TLS connection and what to set.
 * @param code of the error that it ended with
 * @returns null where the error is none of TLS
 */
export function adviceOn (code: string): string | null {
  const advice = own(ADVICE, code)
  if (advice !== undefined) return advice
  if (CLIENT_ALERT.test(code)) return CLIENT
  if (code.startsWith('ERR_OSSL_')) return FILES
  return /^(ERR_SSL_|ERR_TLS_|CERT_)/.test(code) ? 'see what the Engine offers: openssl s_client -connect' : null
}
