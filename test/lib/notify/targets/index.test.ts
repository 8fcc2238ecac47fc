import t from 'tap'
import { maskAddress } from '../../../../lib/notify/targets/address.ts'
import { parseTarget } from '../../../../lib/notify/targets/index.ts'
import { MARK } from '../../../support/secrets.ts'

t.test('says what a URL must be, without repeating it', async t => {
  const cases = [
    [`${MARK}`, 'must be a URL'],
    ['', 'must be a URL'],
    [`//${MARK}`, 'must be a URL'],
    [`https://a b/${MARK}`, 'must be a URL'],
    [`ntfi://${MARK}/x`, /^must begin with one of https:\/\/, .*\. Did you mean ntfy:\/\/\?$/],
    [`smtp://${MARK}/x`, /^must begin with one of .* alertmanager:\/\/$/],
    [`ntfy://${MARK}%/x`, /^must /],
    [`gotify://host/${MARK}%zz`, /%25/],
    [`gotify://a%20b/${MARK}`, 'must contain a valid host'],
    [`constructor://${MARK}`, /^must begin/]
  ] as const
  for (const [url, problem] of cases) {
    t.match(parseTarget(url), { problem }, url)
    t.notMatch(JSON.stringify(parseTarget(url)), MARK)
  }
})

t.test('takes schemes in any case, and https:// for other hosts as a webhook', async t => {
  t.match(parseTarget('NTFY://ntfy.sh/a'), { target: { kind: 'ntfy' } })
  t.match(parseTarget('https://discord.com.example/api/webhooks/1/x'), { target: { kind: 'webhook' } })
})

t.test('masks what is secret in a URL, encoded or not', async t => {
  const url = 'gotify://user:pass%20word@host.example/path/s%C3%A9cret-token?chat=-100200300'
  const text = `pass word, pass%20word, s%C3%A9cret-token, sécret-token, -100200300, ${url} at host.example/path`
  t.equal(maskAddress(text, url), '******, ******, ******, ******, ******, ****** at host.example/path')
  t.equal(maskAddress('discord id 123456789', 'discord://123456789/x'), 'discord id ******')
})
