import { own } from '../model/own.ts'

/** The responses of TLS servers (Go, nginx) to plain HTTP. */
export const PLAIN_TO_TLS = /HTTP request (to an HTTPS server|was sent to HTTPS port)/

/** Our own codes: an unusable file, and a connection that the Engine closed without responding. */
export const BAD_FILE = 'TLS_FILE'
export const REFUSED = 'TLS_REFUSED'

const AUTHORITY = "the Engine's certificate is signed by an unknown authority: " +
  "set tls.ca to that authority's certificate"
const CLIENT = 'the Engine requires a valid client certificate that is signed by its authority: ' +
  'set tls.cert and tls.key'
const FILES =
  'tls.ca, tls.cert and tls.key must be PEM files, and the key must match the certificate and have no passphrase'

/** Cause and remedy, by the error codes of Node.js and OpenSSL. */
const ADVICE: Record<string, string> = {
  [BAD_FILE]: 'a file is missing or unusable: check tls.ca, tls.cert and tls.key, or tls.path',
  [REFUSED]: CLIENT,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT: AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: AUTHORITY,
  SELF_SIGNED_CERT_IN_CHAIN: AUTHORITY,
  DEPTH_ZERO_SELF_SIGNED_CERT: AUTHORITY,
  CERT_SIGNATURE_FAILURE: AUTHORITY,
  ERR_TLS_CERT_ALTNAME_INVALID: "the Engine's certificate is for another name: set tls.servername to one of its names",
  CERT_HAS_EXPIRED: 'the certificate of the Engine or its authority has expired: renew it, and update tls.ca',
  CERT_NOT_YET_VALID: "the Engine's certificate is not valid yet: check the clocks of both hosts",
  ERR_SSL_WRONG_VERSION_NUMBER: 'the server does not use TLS: use http://, or tcp:// without tls',
  ERR_MISSING_PASSPHRASE: FILES
}

/**
 * Alerts about the client certificate, by their names in RFC 8446. The prefix depends on the version of OpenSSL:
 * ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE up to 3.4, ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE since 3.5 (Node.js 24).
 */
const CLIENT_ALERT = /^ERR_SSL_\S+_ALERT_(\w*CERTIFICATE\w*|UNKNOWN_CA|HANDSHAKE_FAILURE|ACCESS_DENIED)$/

/** Cause and remedy of a TLS error, by its code; null if it is not a TLS error. */
export function adviceOn (code: string): string | null {
  const advice = own(ADVICE, code)
  if (advice !== undefined) return advice
  if (CLIENT_ALERT.test(code)) return CLIENT
  if (code.startsWith('ERR_OSSL_')) return FILES
  return /^(ERR_SSL_|ERR_TLS_|CERT_)/.test(code) ? 'check what the Engine supports: openssl s_client -connect' : null
}
