import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import t from 'tap'
import { startFakeEngine } from './fake-engine.ts'
import { start } from './start.ts'
import { until } from './until.ts'

/** The limit cannot be raised again by the process: it is the hard one too. */
const withLimit = (limit: number) => (command: string[]) =>
  ['bash', '-c', `ulimit -n ${limit}; exec "$@"`, 'bash', ...command]

/** Over a connection of its own, which takes a descriptor. */
async function askAnew (url: string): Promise<IncomingMessage> {
  const [response] = await once(get(url, { agent: false }), 'response')
  return response.resume()
}

const HOSTS = 20

t.test('polls 20 hosts with 64 open files, and answers all the while', async t => {
  const engines = await Promise.all(Array.from({ length: HOSTS }, () => startFakeEngine(t)))
  const hosts = Object.fromEntries(engines.map(({ address }, index) => [`h${index}`, { url: address }]))
  const service = await start(t, {
    yaml: JSON.stringify({ hosts, mintimeout: 100 }), env: { SECRET: 'secret' }, wrap: withLimit(64)
  })
  const polls = () => engines.map(({ requests }) => requests.filter(path => path.includes('/containers/json')).length)
  await until(async () => {
    const { statusCode } = await askAnew(`${service.url}/status`)
    if (statusCode !== 200) throw new Error(`/status answers ${statusCode}`)
    return polls().every(many => many > 5)
  })
  const response = await fetch(`${service.url}/hosts`, { headers: { authorization: 'secret' } })
  const answer = Object.values(await response.json() as Record<string, { up: boolean }>)
  t.equal(answer.filter(({ up }) => up).length, HOSTS)
  const warnings = service.lines().filter(({ level }) => Number(level) >= 40).map(({ msg }) => String(msg))
  const [shortage, ...others] = warnings.filter(message => message.includes('the limit of 64 open files'))
  t.match(shortage, /leaves each host 1 of the 257 .*ulimit -n 5204, LimitNOFILE=5204.*--ulimit nofile=5204/)
  t.strictSame(others, [])
  t.notMatch(service.stdout(), 'EMFILE')
})
