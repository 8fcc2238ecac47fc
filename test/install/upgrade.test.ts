import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t, { type Test } from 'tap'
import { parse } from 'yaml'
import { check } from '../../commands/check.ts'
import { environmentSchema } from '../../lib/config/environment.ts'
import { loadConfig } from '../../lib/config/load.ts'
import { startFakeEngine } from '../support/fake-engine.ts'
import { folder } from '../support/folder.ts'
import { freePort } from '../support/free-port.ts'
import { start } from '../support/start.ts'

const read = (file: string) => readFileSync(join(import.meta.dirname, '../..', file), 'utf8')

const guide = read('docs/upgrading.md')
const compose = parse(read('deploy/compose.yaml'))

/** The configuration in the published reference of v1. */
const [, example = ''] = /# `\/config`[^]*?```yaml\n([^]*?)```/.exec(read('test/backend-api-reference.md')) ?? []

/** The environment variables of v1, with quotes that lists in its Compose examples made part of the values. */
const env = {
  SECRET: 'CHANGEME',
  ALLOW_LOCALHOST: '"False"',
  SKIP_AUTH: 'False',
  JSON_LOGGING: 'True',
  CUP_URL: '"https://cup.example.com"',
  ADD_MESSAGE: "'$CONTAINER_NAME is new on $HOST'",
  REMOVE_MESSAGE: "'$CONTAINER_NAME is gone from $HOST'",
  EXIT_MESSAGE: "'$CONTAINER_NAME exited on $HOST'",
  ANY_MESSAGE: "'$CONTAINER_NAME on $HOST is now $STATE'"
}

/** A folder with the example as hosts.yaml, in which the first host is an Engine and the second is down. */
async function install (t: Test) {
  const cwd = folder(t)
  const { hostname, port } = new URL((await startFakeEngine(t, { transport: 'tcp' })).address)
  const yaml = example.replace(/1\.1\.1\.1\n( +)port: 2375/, `${hostname}\n$1port: ${port}`)
    .replace(/2\.2\.2\.2\n( +)port: 2375/, `127.0.0.1\n$1port: ${await freePort()}`)
  writeFileSync(join(cwd, 'hosts.yaml'), yaml)
  return { cwd, yaml }
}

t.test('reads the configuration of v1 as it is', async t => {
  const cwd = folder(t)
  writeFileSync(join(cwd, 'hosts.yaml'), example)
  const config = await loadConfig({ cwd, file: 'hosts.yaml', env })
  const { mintimeout, log, tags, container } = parse(example)
  t.match(config, { mintimeout, log, auth: { token: 'CHANGEME', isSkipped: false } })
  t.match(config.hosts, [
    { name: 'YourHost1', address: 'tcp://1.1.1.1:2375' },
    { name: 'YourHost2', address: 'tcp://2.2.2.2:2375' }
  ])
  t.strictSame(Object.fromEntries(config.tags), tags)
  t.strictSame(Object.fromEntries(config.container), container)
})

t.test('checks it, and says what changed', async t => {
  const { cwd } = await install(t)
  writeFileSync(join(cwd, 'apprise_config.yml'), 'urls: [ntfy://topic/]\n')
  const source = { cwd, file: 'hosts.yaml', env }
  const { problems, warnings, hosts } = JSON.parse((await check({ ...source, isJson: true })).text)
  t.strictSame(problems, [])
  t.match(hosts, [{ name: 'YourHost1', ok: true }, { name: 'YourHost2', code: 'ENGINE_REFUSED' }])
  t.strictSame(warnings.map((warning: string) => warning.split(': ', 1)[0]), ['hosts.yaml', 'ALLOW_LOCALHOST',
    'JSON_LOGGING', 'CUP_URL', 'ADD_MESSAGE', 'REMOVE_MESSAGE', 'EXIT_MESSAGE', 'ANY_MESSAGE', 'apprise_config.yml',
    'SECRET'])
  t.match((await check({ ...source, isJson: false })).text,
    '\nwarning: hosts.yaml: this is a configuration of DockStatAPI v1, which still applies. What changed: ')
})

t.test('takes no other file for one of v1 because of what lies beside it', async t => {
  const cwd = folder(t)
  writeFileSync(join(cwd, 'apprise_config.yml'), 'urls: [ntfy://topic/]\n')
  writeFileSync(join(cwd, 'dockstat.yaml'), 'auth: { token: marked-secret-v2 }\nhosts: { a: { url: unix:///none } }\n')
  const { warnings } = JSON.parse((await check({ cwd, file: undefined, env: {}, isJson: true })).text)
  t.match(warnings, [/^apprise_config\.yml: has no effect since v2/])
})

t.test('runs with it, and answers as v1 did', async t => {
  const { cwd, yaml } = await install(t)
  const service = await start(t, { cwd, args: ['--config', 'hosts.yaml'], env })
  const ask = (path: string, token = 'CHANGEME') => fetch(service.url + path, { headers: { authorization: token } })
  t.strictSame(Object.keys(await (await ask('/stats')).json()), ['YourHost1', 'YourHost2'])
  t.match(await (await ask('/hosts')).json(), { YourHost1: { memoryUsage: /^\d+\.\d\d$/ } })
  t.equal(await (await ask('/config')).text(), yaml)
  t.equal((await (await ask('/')).url), `${service.url}/stats`, 'redirects')
  t.match(await (await ask('/stats', 'wrong')).json(), { error: 'Unauthorized' })
})

t.test('keeps tags with colours, which early versions wrote into the list', async t => {
  const cwd = folder(t)
  writeFileSync(join(cwd, 'hosts.yaml'), 'container:\n  mc:\n    tags: raspberry:FF0000,private:0000FF\n')
  const { container } = await loadConfig({ cwd, file: 'hosts.yaml', env })
  t.equal(container.get('mc')?.tags, 'raspberry:FF0000,private:0000FF')
})

t.test('warns about traces of v1 only, and also if the configuration is invalid', async t => {
  const cwd = folder(t)
  const warningsOf = async (given: NodeJS.ProcessEnv) => {
    const env = { SECRET: 'a-token-of-21-letters', DOCKER_HOST: `unix://${cwd}/none.sock`, ...given }
    return JSON.parse((await check({ cwd, env, isJson: true })).text).warnings
  }
  t.strictSame(await warningsOf({ CUP_URL: '' }), [])
  t.match(await warningsOf({ CUP_URL: 'x' }), [/^environment: this is a configuration of /, /^CUP_URL: has no effect/])
  writeFileSync(join(cwd, 'dockstat.yaml'), 'mintimeout: soon\n')
  t.match(await warningsOf({ CUP_URL: 'x' }), [/^dockstat\.yaml: this is a configuration of /, /^CUP_URL: /])
})

t.test('accepts SKIP_AUTH as v1 spelt it', async t => {
  const cwd = folder(t)
  t.equal((await loadConfig({ cwd, env: { SKIP_AUTH: 'True' } })).auth.isSkipped, true)
  t.equal((await loadConfig({ cwd, env: { SKIP_AUTH: '' } })).auth.isSkipped, false)
})

t.test('has a guide with every variable of v1, whose command is the one above', async t => {
  t.strictSame(Object.keys(env).filter(name => !guide.includes(`\`${name}\``)), [])
  t.match(guide, '\nnpm ci && npm run check -- --config /path/to/hosts.yaml\n')
})

t.test('has a Compose file in the guide that mounts the folder of hosts.yaml', async t => {
  const { services, volumes } = parse(/```yaml\n([^]*?)```/.exec(guide)?.[1] ?? '')
  const { environment, volumes: mounts } = services.dockstatapi
  t.strictSame(Object.keys(environment).filter(name => !(name in environmentSchema.properties)), [])
  t.ok(mounts.includes(`./dockstatapi:${dirname(environment.DOCKSTAT_CONFIG)}:ro`))
  t.strictSame(mounts.slice(1).map((mount: string) => mount.split(':')[0]), Object.keys(volumes))
  t.strictSame(mounts.slice(1).sort(), compose.services.api.volumes.slice(1).sort(), 'the others as in compose.yaml')
})
