import t from 'tap'
import { build } from '../support/build.ts'
import { containerList, startFakeEngine } from '../support/fake-engine.ts'

const headers = { authorization: 'marked-secret' }
const names = ['constructor', 'toString', '__proto__', 'hasOwnProperty']

t.test('names from Object.prototype have no special meaning in any input', async t => {
  const labels = Object.fromEntries([['constructor', 'mine'], ['__proto__', 'ours']])
  const fake = await startFakeEngine(t, {
    containers: containerList([
      { id: 'aa', names: ['/constructor'], state: 'running', labels },
      { id: 'bb', names: ['/__proto__'], state: 'constructor' },
      { id: 'cc', names: ['/toString'], state: '__proto__', networkMode: 'constructor' }
    ])
  })
  const hosts = names.map(name => `  '${name}': { url: '${fake.address}' }`).join('\n')
  const yaml = `labels: [${names}]\nfilter: { exclude: ['label:hasOwnProperty'] }\nhosts:\n${hosts}\n` +
    "tags: { constructor: red }\ncontainer: { toString: { tags: 'constructor,toString' } }"
  const { app } = await build(t, { yaml })
  const get = async (url: string) => {
    const { statusCode, body } = await app.inject({ url, headers })
    t.equal(statusCode, 200, `${url} ${body.slice(0, 300)}`)
    return body
  }
  const stats = JSON.parse(await get('/stats'))
  t.strictSame(Object.keys(stats), names)
  const tags = 'constructor:red,toString'
  t.match(stats.constructor, [{ name: 'constructor' }, { name: '__proto__' }, { name: 'toString', tags }])
  t.strictSame(Object.keys(JSON.parse(await get('/hosts'))), names)
  for (const name of names) {
    const { containers, pollErrors } = JSON.parse(await get(`/hosts/${name}`))
    t.strictSame(Object.entries(containers.byState), [['running', 1], ['constructor', 1], ['__proto__', 1]])
    t.strictSame(pollErrors, {})
    t.match(JSON.parse(await get(`/containers/${name}/constructor`)), { name: 'constructor' })
  }
  const [first, second] = JSON.parse(await get('/containers?host=__proto__'))
  t.strictSame(Object.entries(first.labels), [['constructor', 'mine'], ['__proto__', 'ours']])
  t.strictSame(second.labels, {})
  t.strictSame(JSON.parse(await get('/containers?label=constructor=mine&host=toString')).length, 1)
  t.strictSame(JSON.parse(await get('/containers?label=toString=x')), [])
  const metrics = await get('/metrics')
  t.match(metrics, 'container_label_constructor="mine"')
  t.notMatch(metrics, 'native code')
  t.match(metrics, 'docker_host_containers{docker_host="constructor",state="constructor"} 1')
  t.match(metrics, 'docker_host_containers{docker_host="constructor",state="__proto__"} 1')
  await get('/sd')
  for (const url of ['/containers?state=constructor', '/containers?fields=constructor', '/hosts/valueOf']) {
    t.match((await app.inject({ url, headers })).statusCode, /^40[04]$/, url)
  }
})
