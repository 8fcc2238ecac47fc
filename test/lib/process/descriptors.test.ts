import t from 'tap'
import {
  divideDescriptors, openFilesLimit, readOpenFilesLimit, shortageWarning, type Wanted
} from '../../../lib/process/descriptors.ts'

const limits = (soft: string) => `Limit                     Soft Limit           Hard Limit           Units
Max core file size        0                    unlimited            bytes
Max open files            ${soft.padEnd(20)} 524288               files
Max locked memory         8388608              8388608              bytes
`

t.test('reads the soft limit, or null if there is none', async t => {
  t.equal(openFilesLimit(limits('1024')), 1024)
  t.equal(openFilesLimit(limits('unlimited')), null)
  t.equal(openFilesLimit(''), null)
  t.ok(Number(await readOpenFilesLimit()) > 0, 'of this process')
  t.equal(await readOpenFilesLimit('/nowhere'), null)
})

const tcp = { each: 1, most: 257 }
const ssh = { each: 3, most: 15 }

const wanted = (tcps: number, sshs = 0, clients = 5000): Wanted =>
  ({ hosts: [...Array(tcps).fill(tcp), ...Array(sshs).fill(ssh)], clients })

const sharesOf = (limit: number | null, ...counts: Parameters<typeof wanted>) =>
  divideDescriptors(limit, wanted(...counts)).hosts

t.test('keeps 64 for the service, half of a small limit, and shares the rest', async t => {
  const cases = [
    [null, 20, 257],
    [1024, 1, 257],
    [1024, 20, 48],
    [128, 4, 16],
    [64, 32, 1],
    [64, 4, 8],
    [16, 1, 8]
  ] as const
  for (const [limit, hosts, share] of cases) {
    t.strictSame(sharesOf(limit, hosts), Array(hosts).fill(share), `${limit}, ${hosts}`)
  }
  t.strictSame(sharesOf(64, 3), [11, 11, 10], 'the first hosts get the remainder')
  t.strictSame(sharesOf(64, 500), [...Array(32).fill(1), ...Array(468).fill(0)], 'the first hosts get one each')
})

t.test('gives ssh whole connections, and others what it cannot use', async t => {
  t.strictSame(sharesOf(1024, 3, 17), [235, 235, 235, ...Array(17).fill(15)])
  t.strictSame(sharesOf(64, 4, 2), [5, 5, 5, 5, 6, 6])
  t.strictSame(sharesOf(64, 2, 10), [1, 1, ...Array(10).fill(3)])
  t.strictSame(sharesOf(64, 0, 12), [...Array(10).fill(3), 0, 0])
})

t.test('allows as many clients as the Engines leave descriptors for', async t => {
  const clientsOf = (limit: number | null, hosts: number) => divideDescriptors(limit, wanted(hosts)).clients
  t.equal(clientsOf(null, 1), 5000)
  t.equal(clientsOf(1_048_576, 1), 5000)
  t.equal(clientsOf(1024, 1), 743)
  t.equal(clientsOf(64, 32), 8)
  t.equal(clientsOf(16, 1), 1)
})

t.test('leaves descriptors for an open database', async t => {
  const divided = divideDescriptors(76, { ...wanted(20, 0, 8), files: 12 })
  t.strictSame(divided, divideDescriptors(64, wanted(20, 0, 8)))
  t.match(shortageWarning(76, { ...wanted(0, 0), files: 12 }), /Raise the limit to 5036:/)
})

t.test('warns exactly if a host or the clients get less than they can use', async t => {
  const cases: Parameters<typeof wanted>[] = [[1], [20], [1, 30], [0, 3], [0, 0], [3, 3, 10], [0, 1, 10]]
  for (const counts of cases) {
    const all = wanted(...counts)
    let isWarned = true
    for (let limit = 8; limit < 12_000; limit++) {
      const { hosts, clients } = divideDescriptors(limit, all)
      const isShort = clients < all.clients || hosts.some((share, index) => share < Number(all.hosts[index]?.most))
      const warning = shortageWarning(limit, all)
      if (isShort !== (warning !== null)) t.fail(`${counts}: ${limit}`)
      const taken = hosts.reduce((total, share) => total + share, 0)
      if (taken > limit - Math.min(64, limit / 2)) t.fail(`${counts}: ${taken} of ${limit}`)
      if (!isWarned && warning) t.fail(`${counts}: warns at ${limit}, but not below`)
      isWarned = warning !== null
    }
    t.notOk(isWarned)
    const [, enough] = /Raise the limit to (\d+)/.exec(String(shortageWarning(8, all))) ?? []
    t.equal(shortageWarning(Number(enough), all), null, `${counts}: ${enough} is enough`)
    t.equal(shortageWarning(null, all), null)
  }
})

t.test('says what is short and what to set', async t => {
  t.equal(shortageWarning(1024, wanted(1)), 'The limit of 1024 open files leaves clients only 743 of the 5000 ' +
    'connections that server.limits.connections allows. Raise the limit to 5281: ulimit -n 5281, LimitNOFILE=5281 ' +
    '(systemd) or --ulimit nofile=5281 (docker)')
  t.match(shortageWarning(320, wanted(1, 0, 10)),
    /leaves 1 of 1 hosts fewer connections than they can use: polls may be slow\. Raise the limit to 321:/)
  t.match(shortageWarning(320, wanted(1)), /polls may be slow; it leaves clients only 40 of the 5000 connections/)
  t.match(shortageWarning(64, wanted(20, 0, 8)),
    /^The limit of 64 open files leaves 20 of 20 hosts fewer .*: polls may be slow, and events are missed\./)
  t.match(shortageWarning(64, wanted(0, 8, 8)), /leaves 8 of 8 hosts .*: polls may be slow, and events are missed\./)
  t.match(shortageWarning(64, wanted(60, 0, 8)),
    /leaves nothing for 28 of 60 hosts: the last .* not polled, and events are missed\./)
})
