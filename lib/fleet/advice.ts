const checkUrl = (host: string) => `Is Docker running? If it listens elsewhere, set hosts.${host}.url or DOCKER_HOST.`

/** What to do about errors whose message does not say it. */
const ADVICE = new Map([
  ['ENGINE_TLS', (host: string) => `Check hosts.${host}.tls or DOCKER_CERT_PATH.`],
  ['ENGINE_REFUSED', checkUrl],
  ['ENGINE_UNREACHABLE', checkUrl]
])

export interface Trouble {
  host: string
  address: string
  code: string
  message: string
}

/** What is wrong with the Engine of a host and what to do about it, in sentences without its address. */
export function explain ({ host, address, code, message }: Trouble): string {
  const detail = `${message.replace(`${address}: `, '')}.`
  const advice = ADVICE.get(code)?.(host)
  return advice === undefined ? detail : `${detail} ${advice}`
}
