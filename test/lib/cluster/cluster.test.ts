import { Redis } from 'iovalkey'
import t, { type Test } from 'tap'
import { decode, encode, FORMAT, senderOf, type Message } from '../../../lib/cluster/message.ts'
import type { ReplicaInfo } from '../../../lib/cluster/members.ts'
import { summaryOf } from '../../../lib/cluster/summary.ts'
import { replicaInfo, summaryWith } from '../../support/cluster.ts'
import { redisMissing, startRedis } from '../../support/redis.ts'
import { polledBy, replicaYaml, startEngines, startReplica } from '../../support/replicas.ts'
import { until } from '../../support/until.ts'

/** A replica with one host, and another one that the test plays. */
async function meet (t: Test) {
  const redis = await startRedis(t)
  const engines = await startEngines(t, { hosts: 1 })
  const [commands, listener] = [new Redis(redis.url), new Redis(redis.url)]
  t.teardown(() => {
    commands.disconnect()
    listener.disconnect()
  })
  const heard: Message[] = []
  listener.on('messageBuffer', (_channel: Buffer, body: Buffer) => {
    if (/^[\w-]{12}$/.test(senderOf(body))) heard.push(decode(body))
  })
  await listener.subscribe(`dockstat:${FORMAT}:feed`, `dockstat:${FORMAT}:to:peer`)
  const built = await startReplica(t, replicaYaml(redis.url, engines))
  await until(() => polledBy(built).length === 1)
  const publish = (body: Buffer) => commands.publish(`dockstat:${FORMAT}:feed`, body)
  return {
    ...built,
    heard,
    publish,
    send: async (message: object) => await publish(await encode('peer', message as Message)),
    /** Makes the other replica present for a minute. */
    async join (given: Partial<ReplicaInfo> = {}) {
      await commands.hset('dockstat:infos', 'peer', JSON.stringify(replicaInfo('peer', { name: 'p', ...given })))
      await commands.zadd('dockstat:replicas', Date.now() + 60_000, 'peer')
    },
    async leave () {
      await commands.multi().hdel('dockstat:infos', 'peer').zrem('dockstat:replicas', 'peer').exec()
    },
    peer: () => built.app.cluster()?.replicas.find(({ id }) => id === 'peer'),
    find: (kind: Message['kind']) => until(() => heard.find(message => message.kind === kind))
  }
}

t.test('asks for a configuration that differs, and says how', { skip: redisMissing }, async t => {
  const { app, log, join, send, peer, find } = await meet(t)
  const own = summaryOf(app.config)
  await join({ digest: 'theirs' })
  await find('ask-configuration')
  t.match(peer(), { differences: [], isReadable: true, isLeading: false, isSelf: false, lagMs: null })
  const theirs = summaryWith('theirs', { keys: { ...own.keys, tags: 'other' }, hosts: own.hosts })
  await send({ kind: 'configuration', summary: theirs })
  await until(() => peer()?.differences.length === 1)
  t.strictSame(peer()?.differences, ['tags'])
  await until(() => log().includes('Replica \\"p\\" has another configuration; what differs: tags. That of this'))
  await send({ kind: 'ask-configuration' })
  t.match(await find('configuration'), { summary: own })
})

t.test('a replica that says goodbye is gone, and one with another format is named', { skip: redisMissing }, async t => {
  const { app, log, join, leave, send, peer } = await meet(t)
  await join({ format: FORMAT + 1, version: '3.0.0' })
  await until(() => peer())
  t.match(peer(), { isReadable: false, isLeading: false, version: '3.0.0' })
  await until(() => log().includes('has version 3.0.0, whose messages this version cannot read'))
  t.equal(app.cluster()?.leases.held, 1, 'each of the two groups polls all hosts')
  await leave()
  t.match(peer(), { name: 'p' }, 'the server may have lost its data')
  await send({ kind: 'bye' })
  await until(() => peer() === undefined)
})

t.test('whole snapshots are sent to who asks', { skip: redisMissing }, async t => {
  const { send, heard, app } = await meet(t)
  await until(() => app.stats.snapshots()[0]?.up)
  for (const hosts of [null, ['h0', 'unknown']]) {
    heard.length = 0
    await send({ kind: 'ask', hosts })
    const whole = await until(() => heard.find(message => message.kind === 'news' &&
      message.patches.some(({ base }) => base === null)))
    t.match(whole, { patches: [{ host: 'h0', base: null, fence: Number }] })
  }
  const { messages, bytes } = app.cluster() ?? {}
  t.ok(Number(messages?.sent) > 0 && Number(messages?.received) > 0)
  t.ok(Number(bytes?.sent) > Number(messages?.sent) && Number(bytes?.received) > Number(messages?.received))
})

t.test('messages that cannot be read are counted, and logged once', { skip: redisMissing }, async t => {
  const { app, log, send, publish } = await meet(t)
  for (const text of ['other nonsense', 'without-space']) await publish(Buffer.from(text))
  await send({ kind: 'from the future' })
  await publish(await encode('peer', JSON.parse('null')))
  await send({ kind: 'news', sentAt: 0 })
  await until(() => app.cluster()?.messages.unreadable === 5)
  t.equal(log().split('Cannot read a message of another replica').length, 2)
  t.equal(app.stats.snapshots()[0]?.up, true)
})
