import t from 'tap'
import { build } from '../support/build.ts'

const headers = { authorization: 'marked-secret' }
const yaml = 'hosts: { nas: { url: unix:///none }, pi: { url: unix:///none } }'

t.test('rejects unknown parameters and lists the known ones', async t => {
  const { app } = await build(t, { yaml })
  const cases = [
    ['/stats?hosts=nas', 'There is no parameter ?hosts. Did you mean ?host? Allowed: host'],
    ['/hosts?x=1', 'There is no parameter ?x. Allowed: host'],
    ['/metrics?host=nas&hots=pi', 'There is no parameter ?hots. Allowed: host'],
    ['/containers?stat=x', /^There is no parameter \?stat\. Did you mean \?state\? Allowed: host, state, name/],
    ['/containers/nas/web?host=nas', 'There is no parameter ?host. Allowed: fields'],
    ['/hosts/nas?a', 'There is no parameter ?a. Allowed: none'],
    ['/config?mask=false', 'There is no parameter ?mask. Allowed: none'],
    ['/sd?__proto__=1', 'There is no parameter ?__proto__. Allowed: none']
  ] as const
  for (const [url, message] of cases) {
    const response = await app.inject({ url, headers })
    t.match(response.json(), { statusCode: 400, code: 'UNKNOWN_PARAMETER', message }, url)
  }
  t.equal((await app.inject('/status?x=1')).body, 'UP', '/status ignores parameters, which health checks may add')
})

t.test('accepts host=a&host=b and host[]=a&host[]=b', async t => {
  const { app } = await build(t, { yaml })
  const hosts = async (query: string) => Object.keys((await app.inject({ url: `/stats?${query}`, headers })).json())
  t.strictSame(await hosts('host[]=pi'), ['pi'])
  t.strictSame(await hosts('host%5B%5D=pi&host%5B%5D=nas'), await hosts('host=pi&host=nas'))
})

t.test('ignores extra slashes', async t => {
  const { app } = await build(t, { yaml })
  const bodyOf = async (url: string) => (await app.inject({ url, headers })).body
  for (const [odd, url] of [
    ['/stats/', '/stats'], ['//stats', '/stats'], ['//hosts///nas//', '/hosts/nas'], ['/status/', '/status'],
    ['//config?', '/config'], ['/hosts/?host=pi', '/hosts?host=pi']
  ] as const) t.equal(await bodyOf(odd), await bodyOf(url), odd)
  t.equal((await app.inject('//stats')).statusCode, 401, 'extra slashes do not bypass the token')
})
