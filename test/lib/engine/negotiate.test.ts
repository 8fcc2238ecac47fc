import t from 'tap'
import { negotiate, oneShotOf, readIdentity, swapsDirections } from '../../../lib/engine/negotiate.ts'

const readServer = (server: string) => readIdentity({ server })

t.test('negotiates the newest common API version, if it is supported', async t => {
  const cases = [
    ['1.41', '1.41'], ['1.51', '1.51'], ['1.52', '1.52'], ['1.55', '1.52'], ['2.0', '1.52'], ['1.24', '1.24'],
    ['1.9', null], ['1.23', null], ['0.99', null]
  ] as const
  for (const [offered, spoken] of cases) t.equal(negotiate(offered), spoken, offered)
})

t.test('derives from the Server header how one-shot stats are answered', async t => {
  const cases = [
    ['Docker/20.10.24+dfsg1 (linux)', '20.10.24+dfsg1', 'ticked'],
    ['Docker/23.0.7 (linux)', '23.0.7', 'ticked'],
    ['Docker/23.0.8 (linux)', '23.0.8', 'direct'],
    ['Docker/24.0.6 (linux)', '24.0.6', 'ticked'],
    ['Docker/24.0.7 (linux)', '24.0.7', 'direct'],
    ['Docker/25.0.0 (linux)', '25.0.0', 'direct'],
    ['Docker/28.5.2+dfsg4 (linux)', '28.5.2+dfsg4', 'direct'],
    ['Docker/29.7.2 (linux)', '29.7.2', 'direct'],
    ['Libpod/4.3.1 (linux)', '4.3.1', 'direct'],
    ['nginx', null, 'direct'],
    ['undefined', null, 'direct']
  ] as const
  for (const [header, version, oneShot] of cases) {
    const kind = header.startsWith('Docker') ? 'docker' : header.startsWith('Libpod') ? 'podman' : 'unknown'
    const identity = readServer(header)
    t.match(identity, { kind, version }, header)
    t.equal(oneShotOf(identity), oneShot, header)
  }
})

t.test('recognizes Podman versions that swap received and sent', async t => {
  const cases = [
    ['Libpod/3.4.4 (linux)', true], ['Libpod/4.3.1 (linux)', true], ['Libpod/4.4.0 (linux)', false],
    ['Libpod/5.4.2 (linux)', false], ['Docker/20.10.24 (linux)', false], ['nginx', false]
  ] as const
  for (const [header, isSwapped] of cases) t.equal(swapsDirections(readServer(header)), isSwapped, header)
})

t.test('identifies the Engine by all headers', async t => {
  const cases = [
    [{}, { kind: 'unknown', version: null, offered: null, osType: null }],
    [{ server: 'Docker/28.5.2 (linux)', 'api-version': '1.51', ostype: 'linux' },
      { kind: 'docker', version: '28.5.2', offered: '1.51', osType: 'linux' }],
    [{ server: 'nginx/1.22', 'api-version': '1.41', 'libpod-api-version': '4.3.1' },
      { kind: 'podman', version: '4.3.1', offered: '1.41', osType: null }],
    [{ server: 'Docker/dev (linux)', 'api-version': '1.52' }, { kind: 'docker', version: null, offered: '1.52' }],
    [{ server: 'balenaEngine/20.10.43 (linux)', 'api-version': 'x' }, { kind: 'unknown', offered: null }],
    [{ ostype: 'Windows' }, { osType: 'windows' }]
  ] as const
  for (const [headers, identity] of cases) t.match(readIdentity(headers), identity, JSON.stringify(headers))
})
