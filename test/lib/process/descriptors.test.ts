import t from 'tap'
import {
  clientShare, descriptorShares, openFilesLimit, readOpenFilesLimit, shortageWarning
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

t.test('keeps 64 for the service, half of a small limit, and shares the rest', async t => {
  const cases = [
    [null, 20, 257],
    [1024, 1, 257],
    [1024, 20, 48],
    [128, 4, 16],
    [64, 20, 1],
    [64, 4, 8],
    [16, 1, 8]
  ] as const
  for (const [limit, hosts, share] of cases) {
    t.strictSame(descriptorShares(limit, hosts, 257), Array(hosts).fill(share), `${limit}, ${hosts}`)
  }
  const shares = descriptorShares(64, 500, 257)
  t.strictSame(shares, [...Array(32).fill(1), ...Array(468).fill(0)], 'the first hosts get one each')
})

t.test('allows as many clients as the Engines leave descriptors for', async t => {
  t.equal(clientShare(null, 257, 5000), 5000)
  t.equal(clientShare(1_048_576, 257, 5000), 5000)
  t.equal(clientShare(1024, 257, 5000), 743)
  t.equal(clientShare(64, 32, 5000), 8)
  t.equal(clientShare(16, 8, 5000), 1)
})

t.test('warns about a small share and says what to set', async t => {
  t.equal(shortageWarning(null, 20, 257), null)
  t.equal(shortageWarning(321, 1, 257), null)
  t.equal(shortageWarning(64, 0, 257), null)
  t.equal(shortageWarning(320, 1, 257), 'The limit of 320 open files leaves each host only 256 of the 257 ' +
    'connections that it can use: polls may be slow. Raise it to 321: ulimit -n 321, LimitNOFILE=321 (systemd) or ' +
    '--ulimit nofile=321 (docker)')
  t.match(shortageWarning(64, 20, 257),
    /^The limit of 64 open files leaves each host only 1 .* polls may be slow, and events are missed\./)
  t.match(shortageWarning(64, 60, 257),
    /^The limit of 64 open files leaves nothing for 28 of 60 hosts: the last .* not polled, and events are missed\./)
})
