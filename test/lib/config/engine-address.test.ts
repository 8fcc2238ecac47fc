import t from 'tap'
import { engineAddress } from '../../../lib/config/engine-address.ts'

t.test('normalizes an address', async t => {
  const cases = [
    ['192.168.1.10', undefined, 'tcp://192.168.1.10:2375'],
    ['192.168.1.10', 2376, 'tcp://192.168.1.10:2376'],
    ['192.168.1.10:99', undefined, 'tcp://192.168.1.10:99'],
    ['192.168.1.10:99', 99, 'tcp://192.168.1.10:99'],
    ['nas', undefined, 'tcp://nas:2375'],
    ['my_nas.local', 1, 'tcp://my_nas.local:1'],
    ['tcp://nas', undefined, 'tcp://nas:2375'],
    ['tcp://nas/', 65535, 'tcp://nas:65535'],
    ['tcp://nas:2376/', undefined, 'tcp://nas:2376'],
    ['http://nas', undefined, 'http://nas:80'],
    ['http://nas', 2375, 'http://nas:2375'],
    ['http://nas:2375', 2375, 'http://nas:2375'],
    ['https://nas', undefined, 'https://nas:2376'],
    ['https://nas:443', undefined, 'https://nas:443'],
    ['https://nas', 443, 'https://nas:443'],
    ['::1', undefined, 'tcp://[::1]:2375'],
    ['[::1]', undefined, 'tcp://[::1]:2375'],
    ['fd00::10', 99, 'tcp://[fd00::10]:99'],
    ['::ffff:10.0.0.1', undefined, 'tcp://[::ffff:a00:1]:2375'],
    ['fe80::1%eth0', undefined, 'tcp://[fe80::1%eth0]:2375'],
    ['https://[FE80::1%br-lan.2]:99', undefined, 'https://[fe80::1%br-lan.2]:99'],
    ['NAS.Example', undefined, 'tcp://nas.example:2375'],
    ['büro', undefined, 'tcp://xn--bro-hoa:2375'],
    ['127.1', undefined, 'tcp://127.0.0.1:2375'],
    ['tcp://[::1]:99', undefined, 'tcp://[::1]:99'],
    ['unix:///run/podman/podman.sock', undefined, 'unix:///run/podman/podman.sock'],
    ['unix://', undefined, 'unix:///var/run/docker.sock'],
    ['ssh://nas', undefined, 'ssh://nas'],
    ['ssh://nas/', undefined, 'ssh://nas'],
    ['ssh://me@nas', undefined, 'ssh://me@nas'],
    ['ssh://a.b+c-d@my_nas.local:2222', undefined, 'ssh://a.b+c-d@my_nas.local:2222'],
    ['ssh://nas', 2222, 'ssh://nas:2222'],
    ['ssh://nas:2222', 2222, 'ssh://nas:2222'],
    ['ssh://[fd00::10]:65535', undefined, 'ssh://[fd00::10]:65535'],
    ['ssh://[fe80::1%eth0]', undefined, 'ssh://[fe80::1%eth0]'],
    ['ssh://nas/run/user/1000/docker.sock', 22, 'ssh://nas:22/run/user/1000/docker.sock']
  ] as const
  for (const [url, port, expected] of cases) t.equal(engineAddress(url, port), expected, `${url} ${port ?? ''}`)
})

t.test('turns TCP with TLS into https', async t => {
  const cases = [
    ['nas', undefined, 'https://nas:2376'],
    ['tcp://nas', 99, 'https://nas:99'],
    ['https://nas:99', undefined, 'https://nas:99'],
    ['http://nas', undefined, 'http://nas:80'],
    ['unix://', undefined, 'unix:///var/run/docker.sock']
  ] as const
  for (const [url, port, expected] of cases) t.equal(engineAddress(url, port, true), expected, `${url} ${port ?? ''}`)
})

t.test('returns null for an invalid address', async t => {
  const urls = [
    '127.0.0.256', 'nas.123', '127.0.0.08', 'xn--ü', 'a b', '“nas”', '*', 'nas:0', 'tcp://nas:00', '[::1%]', 'fe80::1%',
    'nas%eth0', '-nas', 'nas#', 'nas?', 'me@nas', '1::2::3', '[::1]:0',
    '', ' ', 'tcp://', 'tcp://:2375', 'http://', 'nas:99999', 'nas:abc', 'two words', 'nas\n', '1:2:3', '[::1',
    '/var/run', 'ftp://nas', 'TCP://nas', 'npipe:////./pipe/docker_engine', 'constructor://nas',
    'unix://relative.sock', 'unix:/var/run/docker.sock'
  ]
  for (const url of urls) t.equal(engineAddress(url), null, JSON.stringify(url))
})

t.test('returns null for an unsupported user, path, query or fragment', async t => {
  const urls = [
    'user@nas', 'user:password@nas', 'tcp://user:password@nas:2375', 'http://nas/docker', 'tcp://nas//', 'nas?x=1',
    'nas#x', 'ssh://me:password@nas', 'ssh://nas?x=1', 'ssh://nas/run/docker.sock#x', 'ssh://nas/a?b'
  ]
  for (const url of urls) t.equal(engineAddress(url), null, url)
})

t.test('returns null for anything that ssh or a shell could misinterpret', async t => {
  const urls = [
    'ssh://', 'ssh:///run/docker.sock', 'ssh://me@', 'ssh://-oProxyCommand=x', 'ssh://-l@nas', 'ssh://me@-nas',
    'ssh://nas:0', 'ssh://nas:65536', 'ssh://nas:x', 'ssh://a b', 'ssh://nas/$(id)', 'ssh://nas/a;b', 'ssh://nas/a\nb',
    'ssh://$(id)@nas', 'ssh://nas`id`', 'ssh://[nas]', 'ssh://fd00::10'
  ]
  for (const url of urls) t.equal(engineAddress(url), null, url)
})

t.test('returns null if url and port contradict each other', async t => {
  t.equal(engineAddress('nas:2375', 2376), null)
  t.equal(engineAddress('http://nas:80', 2375), null)
  t.equal(engineAddress('[::1]:99', 100), null)
  t.equal(engineAddress('unix:///run/docker.sock', 2375), null)
  t.equal(engineAddress('ssh://nas:22', 2222), null)
})
