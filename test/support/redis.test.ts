import { once } from 'node:events'
import { connect } from 'node:net'
import t from 'tap'
import { redisMissing, startRedis, startSentinels, startSlowProxy } from './redis.ts'
import { until } from './until.ts'

const skip = redisMissing

const gone = { code: 'ECONNREFUSED' }
const isClosed = /closed before the answer|ECONNRESET/

t.test('a server answers commands', { skip }, async t => {
  const redis = await startRedis(t)
  t.equal(redis.url, `redis://127.0.0.1:${redis.port}`)
  t.equal(await redis.command('PING'), 'PONG')
  await redis.command('SET', 'key 1', 'größer\r\n+OK\r\n')
  t.equal(await redis.command('GET', 'key 1'), 'größer\r\n+OK\r\n')
  t.equal(await redis.command('GET', 'none'), '')
  t.equal(await redis.command('EVAL', "return {1, {'a', 'b'}, {}}", '0'), '1\na\nb\n')
  await redis.command('SET', 'long', 'x'.repeat(1_000_000))
  t.equal((await redis.command('GET', 'long')).length, 1_000_000)
  await t.rejects(redis.command('INCR', 'long'), { message: /^ERR value is not an integer/ })
})

t.test('counts commands and bytes', { skip }, async t => {
  const redis = await startRedis(t)
  const count = async (name: string) => Number((await redis.info()).get(`total_${name}`))
  const commands = await count('commands_processed')
  t.equal(await count('commands_processed'), commands + 2)
  const [input, output] = [await count('net_input_bytes'), await count('net_output_bytes')]
  await redis.command('ECHO', 'x'.repeat(100_000))
  t.ok(await count('net_input_bytes') > input + 100_000)
  t.ok(await count('net_output_bytes') > output + 100_000)
})

t.test('rejects commands whose connection closes', { skip }, async t => {
  const redis = await startRedis(t)
  for (const end of [() => redis.command('CLIENT', 'KILL', 'TYPE', 'normal'), () => redis.leave()]) {
    const blocked = redis.command('BLPOP', 'list', '0')
    const rejected = t.rejects(blocked, { message: isClosed })
    await until(async () => (await redis.info()).get('blocked_clients') === '1')
    await end()
    await rejected
  }
})

t.test('leaves, and comes back empty on the same port', { skip }, async t => {
  const redis = await startRedis(t)
  const { url } = redis
  await redis.command('SET', 'a', '1')
  await redis.leave()
  t.equal(redis.isUp, false)
  await t.rejects(redis.command('PING'), gone)
  await redis.leave()
  await redis.come()
  t.strictSame([redis.url, redis.isUp, await redis.command('DBSIZE')], [url, true, '0'])
})

t.test('hangs while it is paused', { skip }, async t => {
  const redis = await startRedis(t)
  redis.pause()
  let hasAnswered = false
  const answer = redis.command('PING').finally(() => { hasAnswered = true })
  const socket = connect(redis.port, '127.0.0.1')
  await once(socket, 'connect')
  socket.destroy()
  t.strictSame([hasAnswered, redis.isUp], [false, false])
  redis.resume()
  t.strictSame([await answer, redis.isUp], ['PONG', true])
  redis.pause()
  await redis.come()
  t.equal(await redis.command('PING'), 'PONG')
  redis.pause()
})

t.test('restricts users, but not its own commands', { skip }, async t => {
  const redis = await startRedis(t, { acl: ['default off', 'api on >a/b@c ~dockstat:* +@all -@dangerous'] })
  t.equal(redis.urlFor('api', 'a/b@c'), `redis://api:a%2Fb%40c@127.0.0.1:${redis.port}`)
  t.equal(await redis.command('ACL', 'DRYRUN', 'api', 'GET', 'dockstat:a'), 'OK')
  t.match(await redis.command('ACL', 'DRYRUN', 'api', 'GET', 'other'), /no permissions/)
  const socket = connect(redis.port, '127.0.0.1').setEncoding('utf8')
  t.teardown(() => socket.destroy())
  for (const [line, answer] of [['PING', /^-NOAUTH/], ['AUTH api wrong', /^-WRONGPASS/], ['AUTH api a/b@c', /^\+OK/]]) {
    socket.write(`${line}\r\n`)
    t.match(await once(socket, 'data'), [answer])
  }
})

t.test('speaks only TLS, with a certificate of its own authority', { skip }, async t => {
  const redis = await startRedis(t, { tls: true })
  t.equal(redis.url, `rediss://127.0.0.1:${redis.port}`)
  t.equal(await redis.command('PING'), 'PONG')
  const socket = connect(redis.port, '127.0.0.1')
  socket.write('PING\r\n')
  await once(socket, 'close').catch(() => {})
  t.equal(socket.bytesRead, 0)
})

t.test('takes arguments, and says why it does not start', { skip }, async t => {
  const redis = await startRedis(t, { config: ['--maxmemory', '10mb', '--loglevel', 'warning'] })
  t.equal(await redis.command('CONFIG', 'GET', 'maxmemory'), 'maxmemory\n10485760')
  await t.rejects(startRedis(t, { config: ['--nonsense', '1'] }), { message: /^redis-server ended: [^]*nonsense/ })
})

t.test('many servers start at once', { skip }, async t => {
  const servers = await Promise.all(Array.from({ length: 8 }, () => startRedis(t)))
  t.equal(new Set(servers.map(({ port }) => port)).size, 8)
  for (const server of servers) t.equal(await server.command('DBSIZE'), '0')
})

t.test('the proxy delays what it forwards, in order', { skip }, async t => {
  const redis = await startRedis(t)
  const proxy = await startSlowProxy(t, redis.port)
  t.equal(proxy.url, `redis://127.0.0.1:${proxy.port}`)
  const socket = connect(proxy.port, '127.0.0.1').setEncoding('utf8')
  t.teardown(() => socket.destroy())
  let answers = ''
  socket.on('data', text => { answers += text })
  const echo = async (text: string) => {
    const start = performance.now()
    socket.write(`ECHO ${text}\r\n`)
    await until(() => answers.includes(text))
    return performance.now() - start
  }
  await echo('first')
  proxy.delay = 60
  const duration = await echo('slow')
  t.ok(duration >= 118, `${duration} ms`)
  socket.write('SET before 1\r\n')
  await until(async () => await redis.command('GET', 'before') === '1')
  proxy.delay = 0
  await echo('after')
  t.match(answers, /slow\r\n\+OK\r\n\$5\r\nafter/)
})

t.test('the proxy passes both ends of a connection on', { skip }, async t => {
  const redis = await startRedis(t)
  const proxy = await startSlowProxy(t, redis.port)
  proxy.delay = 5
  const clients = async () => Number((await redis.info()).get('connected_clients'))
  const alone = await clients()
  const socket = connect(proxy.port, '127.0.0.1')
  await until(async () => await clients() === alone + 1)
  socket.destroy()
  await until(async () => await clients() === alone)
  const other = connect(proxy.port, '127.0.0.1').resume()
  const closed = once(other, 'close')
  other.write('QUIT\r\n')
  await closed
  t.equal(other.bytesRead, '+OK\r\n'.length)
})

t.test('the proxy cuts connections, refuses new ones, and accepts them again', { skip }, async t => {
  const redis = await startRedis(t)
  const proxy = await startSlowProxy(t, redis.port)
  const dial = async () => {
    const socket = connect(proxy.port, '127.0.0.1').setEncoding('utf8')
    t.teardown(() => socket.destroy())
    await once(socket, 'connect')
    socket.write('PING\r\n')
    t.strictSame(await once(socket, 'data'), ['+PONG\r\n'])
    return socket
  }
  const socket = await dial()
  const closed = once(socket, 'close')
  await proxy.cut()
  await closed
  await t.rejects(dial(), gone)
  await proxy.cut()
  await proxy.mend()
  await dial()
})

t.test('Sentinels promote the replica when the primary is gone', { skip }, async t => {
  const group = await startSentinels(t)
  const { primary, replica, sentinels } = group
  t.equal(group.url, `redis+sentinel://${sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',')}/mymaster`)
  const named = () => Promise.all(sentinels.map(sentinel =>
    sentinel.command('SENTINEL', 'get-master-addr-by-name', 'mymaster')))
  t.strictSame(await named(), Array(3).fill(`127.0.0.1\n${primary.port}`))
  await primary.command('SET', 'a', '1')
  await until(async () => await replica.command('GET', 'a') === '1')
  await t.rejects(replica.command('SET', 'a', '2'), { message: /^READONLY/ })

  await group.failOver()
  t.strictSame(await named(), Array(3).fill(`127.0.0.1\n${replica.port}`))
  t.strictSame([group.primary, group.replica], [replica, primary])
  t.equal(await replica.command('GET', 'a'), '1')
  t.equal(await replica.command('SET', 'a', '2'), 'OK')
  await t.rejects(primary.command('PING'), gone)
})
