import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { open } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import { folder } from './support/folder.ts'
import { launch } from './support/start.ts'
import { until } from './support/until.ts'

t.jobs = 3

t.test('prints all problems in the configuration without a stack', async t => {
  const yaml = 'mintimeout: soon\nhosts:\n  YourHost1:\n    url: 1.1.1.1\n    port: abc\ncontainers: {}\n'
  const service = launch(t, { yaml, env: { PORT: '70700' } })
  t.equal(await service.ended, 1)
  t.match(service.stderr().trimEnd().split('\n').sort(), [
    'PORT: must be an integer from 0 to 65535, got "70700"',
    'dockstat.yaml:1:13: mintimeout: must be an integer from 100 to 3600000, got "soon"',
    'dockstat.yaml:5:11: hosts.YourHost1.port: must be an integer from 1 to 65535, got "abc"',
    /^dockstat\.yaml:6:1: containers: unknown key. Did you mean container\?/
  ])
  t.notMatch(service.stderr(), '    at ')
  t.equal(service.stdout(), '')
})

t.test('prints the line of a YAML syntax error without a stack', async t => {
  const service = launch(t, { yaml: 'hosts:\n  one: {url: a\n' })
  t.equal(await service.ended, 1)
  t.match(service.stderr(), /^dockstat\.yaml:\d+:\d+: .+\n$/)
  t.notMatch(service.stderr(), '    at ')
})

t.test('prints one line about an unknown option, command or argument, and the usage', async t => {
  for (const [args, problem] of [
    [['--port', '80'], "Unknown option '--port'"],
    [['helath'], 'Unknown command helath'],
    [['constructor'], 'Unknown command constructor'],
    [['--config'], "Option '--config <value>' argument missing"],
    [['--json'], 'Unexpected argument: --json'],
    [['health', '--config', 'a.yaml', 'more'], 'Unexpected argument: more'],
    [['token', 'one', 'two'], 'Unexpected argument: two']
  ] as const) {
    const service = launch(t, { args: [...args] })
    t.equal(await service.ended, 1)
    t.equal(service.stdout(), '')
    const [first, ...usage] = service.stderr().trimEnd().split('\n')
    t.equal(first, problem)
    t.match(usage[0], /^Usage: dockstat \[--config PATH\] /)
    t.match(usage.join('\n'), /^ {7}dockstat health /m)
  }
})

t.test('reports that the port is in use', async t => {
  const other = createServer().listen(0, '127.0.0.1')
  t.teardown(() => other.close())
  await once(other, 'listening')
  const service = launch(t, { env: { PORT: String((other.address() as AddressInfo).port) } })
  t.equal(await service.ended, 1)
  t.match(service.stderr(), /^Cannot listen: .*EADDRINUSE.*\. Change HOST or PORT\.\n$/)
})

t.test('reports that it cannot listen on HOST', async t => {
  const service = launch(t, { env: { HOST: '203.0.113.1' } })
  t.equal(await service.ended, 1)
  t.match(service.stderr(), /^Cannot listen: .*203\.0\.113\.1.*\. Change HOST or PORT\.\n$/)
})

t.test('reports a configuration file that does not end', async t => {
  const cwd = folder(t)
  execFileSync('mkfifo', ['endless.yaml'], { cwd })
  const service = launch(t, { cwd, args: ['--config', 'endless.yaml'] })
  const writer = await open(join(cwd, 'endless.yaml'), 'w')
  await until(() => service.stderr())
  await writer.close()
  t.equal(await service.ended, 1)
  t.match(service.stderr(), /^endless.yaml: the configuration file cannot be read \(it takes longer than 5000 ms;/)
})
