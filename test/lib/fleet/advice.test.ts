import t from 'tap'
import { catalogue } from '../../../lib/errors.ts'
import { explain } from '../../../lib/fleet/advice.ts'

const SOCKET = 'unix:///var/run/docker.sock'

const cases = [
  ['ENGINE_REFUSED', SOCKET, 'no', 'Is Docker running? If it listens elsewhere, set hosts.nas.url.'],
  ['ENGINE_REFUSED', 'tcp://nas:2375', 'no', 'Does Docker, or a proxy, listen on that port? ' +
    'By default, Docker listens on none. If it listens elsewhere, set hosts.nas.url.'],
  ['ENGINE_UNREACHABLE', SOCKET, 'no',
    'Is Docker running? In a container, is the socket mounted? If it listens elsewhere, set hosts.nas.url.'],
  ['ENGINE_UNREACHABLE', 'tcp://nas:2375', 'unreachable (ENOTFOUND: no)',
    'Is the name right, and can this machine resolve it? If not, set hosts.nas.url to an IP address.'],
  ['ENGINE_UNREACHABLE', 'tcp://nas:2375', 'unreachable (EHOSTUNREACH: no)',
    'Is the host on, and is there a route to it?'],
  ['ENGINE_PERMISSION', SOCKET, 'no', 'Add it with "usermod --append --groups docker USER", and log in again; ' +
    'in a container, use --group-add.'],
  ['ENGINE_SSH', 'ssh://me@nas:22/run/docker.sock', 'no', 'As the user of this process, this must work without a ' +
    'prompt: "ssh ssh://me@nas:22 docker version".'],
  ['ENGINE_TIMEOUT', 'tcp://nas:2375', 'no', 'Is the host off or overloaded, or is there a firewall in between?'],
  ['ENGINE_DISCONNECTED', 'tcp://nas:2376', 'no',
    'If it never worked, the port may require TLS: set hosts.nas.url to https://.'],
  ['ENGINE_DISCONNECTED', 'https://nas:2376', 'no', ''],
  ['ENGINE_TLS', 'https://nas:2376', 'no', 'Check hosts.nas.tls.'],
  ['ENGINE_NOT_FOUND', 'tcp://nas:2375', 'no', 'Check hosts.nas.url, and what a proxy there forwards.'],
  ['ENGINE_FAILED', SOCKET, 'no', 'The log of Docker on that host may say more: journalctl --unit docker.'],
  ['ENGINE_BAD_ANSWER', 'tcp://nas:2375', 'no', 'Check hosts.nas.url.'],
  ['ENGINE_STALLED', SOCKET, 'no', 'Is Docker on that host, or this machine, overloaded?']
] as const

/** Their messages say what to do, or they are about a container. */
const COMPLETE = ['ENGINE_DESCRIPTORS', 'ENGINE_FORBIDDEN', 'ENGINE_GONE', 'ENGINE_VERSION']

t.test('says what to do about each error whose message does not', async t => {
  for (const [code, address, message, advice] of cases) {
    t.equal(explain({ host: 'nas', address, code, message: `${address}: ${message}` }),
      `${message}. ${advice}`.trimEnd(), code)
  }
})

t.test('adds nothing to errors whose message says what to do', async t => {
  for (const code of COMPLETE) t.equal(explain({ host: 'nas', address: SOCKET, code, message: 'do it' }), 'do it.')
})

t.test('knows all errors of Engines', async t => {
  const codes = Object.values(catalogue).map(ErrorClass => new ErrorClass('', '', '').code)
  const known = new Set<string>([...cases.map(([code]) => code), ...COMPLETE])
  t.strictSame([...known].sort(), codes.filter(code => code.startsWith('ENGINE_')).sort())
})

t.test('names variables for the host that the file does not name', async t => {
  const trouble = { host: 'local', address: SOCKET, message: 'no' }
  t.match(explain({ ...trouble, code: 'ENGINE_REFUSED' }), 'set hosts.local.url or DOCKER_HOST.')
  t.match(explain({ ...trouble, code: 'ENGINE_TLS' }), 'Check hosts.local.tls or DOCKER_CERT_PATH.')
})
