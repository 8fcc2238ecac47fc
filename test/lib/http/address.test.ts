import t from 'tap'
import { plainAddress } from '../../../lib/http/address.ts'

t.test('shows IPv4-mapped addresses as IPv4', async t => {
  t.equal(plainAddress('::ffff:10.0.0.7'), '10.0.0.7')
  for (const address of ['10.0.0.7', '::1', 'fe80::ffff:1', '::ffff:a00:7']) t.equal(plainAddress(address), address)
  t.equal(plainAddress(undefined), 'unknown')
})
