import { LOCAL_HOST } from '../config/hosts.ts'

export interface Trouble {
  host: string
  address: string
  code: string
  message: string
}

type Advice = (trouble: Trouble) => string

/** What sets the address, or the certificates, of a host. Variables only apply to the one that no file names. */
const keyOf = (host: string, key: 'url' | 'tls') => host === LOCAL_HOST
  ? `hosts.local.${key} or ${key === 'url' ? 'DOCKER_HOST' : 'DOCKER_CERT_PATH'}`
  : `hosts.${host}.${key}`

const isSocket = (address: string) => address.startsWith('unix:')
const isPlain = (address: string) => /^(tcp|http):/.test(address)

const elsewhere = (host: string) => `If it listens elsewhere, set ${keyOf(host, 'url')}.`

const refused: Advice = ({ host, address }) => isSocket(address)
  ? `Is Docker running? ${elsewhere(host)}`
  : `Does Docker, or a proxy, listen on that port? By default, Docker listens on none. ${elsewhere(host)}`

function unreachable ({ host, address, message }: Trouble): string {
  if (isSocket(address)) return `Is Docker running? In a container, is the socket mounted? ${elsewhere(host)}`
  if (!/\b(ENOTFOUND|EAI_AGAIN)\b/.test(message)) return 'Is the host on, and is there a route to it?'
  return `Is the name right, and can this machine resolve it? If not, set ${keyOf(host, 'url')} to an IP address.`
}

/** The OpenSSH client takes such an address, but without the path of a socket. */
const ssh: Advice = ({ address }) => 'As the user of this process, this must work without a prompt: ' +
  `"ssh ${address.split('/', 3).join('/')} docker version".`

const disconnected: Advice = ({ host, address }) =>
  isPlain(address) ? `If it never worked, the port may require TLS: set ${keyOf(host, 'url')} to https://.` : ''

/** What to do about errors whose message does not say it. */
const ADVICE = new Map<string, Advice>([
  ['ENGINE_REFUSED', refused],
  ['ENGINE_UNREACHABLE', unreachable],
  ['ENGINE_PERMISSION', () => 'Add it with "usermod --append --groups docker USER", and log in again; ' +
    'in a container, use --group-add.'],
  ['ENGINE_SSH', ssh],
  ['ENGINE_TIMEOUT', () => 'Is the host off or overloaded, or is there a firewall in between?'],
  ['ENGINE_DISCONNECTED', disconnected],
  ['ENGINE_TLS', ({ host }) => `Check ${keyOf(host, 'tls')}.`],
  ['ENGINE_NOT_FOUND', ({ host }) => `Check ${keyOf(host, 'url')}, and what a proxy there forwards.`],
  ['ENGINE_FAILED', () => 'The log of Docker on that host may say more: journalctl --unit docker.'],
  ['ENGINE_BAD_ANSWER', ({ host }) => `Check ${keyOf(host, 'url')}.`],
  ['ENGINE_STALLED', () => 'Is Docker on that host, or this machine, overloaded?']
])

/** What is wrong with the Engine of a host and what to do about it, in sentences without its address. */
export function explain (trouble: Trouble): string {
  const { address, code, message } = trouble
  const advice = ADVICE.get(code)?.(trouble) ?? ''
  return `${message.replace(`${address}: `, '')}. ${advice}`.trimEnd()
}
