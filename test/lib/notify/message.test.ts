import t from 'tap'
import { messageOf, shortened, shortenedBytes, testMessage, type Held } from '../../../lib/notify/message.ts'
import { AT, HOSTILE, occurrence } from '../../support/messages.ts'

const options = { rule: 'ops', template: null, held: null, escape: (text: string) => text }

t.test('has a title and a text for people', async t => {
  const { title, text } = messageOf(occurrence({ event: 'cpu-above', percent: 97.5, detail: 'For long' }), options)
  t.equal(title, 'web on nas uses 97.5 % of its CPUs')
  t.equal(text, 'Host: nas\nContainer: web (nginx:1.27)\nFor long\nTime: 2026-11-28T12:00:00.000Z')
})

t.test('renders templates with all variables, without HTML', async t => {
  const names = 'rule event severity host container id image detail exitCode percent time held more'
  const template = names.split(' ').map(name => `{{${name}}}`).join('|')
  const held: Held = { counts: new Map([['die', 2], ['oom', 1]]), seconds: 90 }
  const { text, held: total } = messageOf(occurrence({ detail: '<&>' }), { ...options, template, held })
  t.equal(text, 'ops|die|warning|nas|web|c0ffee|nginx:1.27|<&>|3||2026-11-28T12:00:00.000Z|3|' +
    'And 3 more in the last 90 seconds (die: 2, oom: 1)')
  t.equal(total, 3)
})

t.test('says what was held back unless the template does', async t => {
  const held: Held = { counts: new Map([['die', 1]]), seconds: 1 }
  const textOf = (template: string) => messageOf(occurrence(), { ...options, template, held }).text
  t.equal(textOf('{{event}}'), 'die\nAnd 1 more in the last second (die: 1)')
  t.equal(textOf('{{event}}{{#held}} (+{{held}}){{/held}}'), 'die (+1)')
  t.equal(messageOf(occurrence(), { ...options, template: '{{event}}', held: { counts: new Map(), seconds: 1 } }).text,
    'die')
})

t.test('is never empty', async t => {
  t.equal(messageOf(occurrence(), { ...options, template: '{{percent}}' }).text, 'web on nas exited with code 3')
})

t.test('puts names on one line', async t => {
  const { title, text } = messageOf(HOSTILE, options)
  t.notMatch(title, /\n/)
  t.equal(text.split('\n').length, 3)
})

t.test('can be a test', async t => {
  const { event, title, text } = testMessage(AT, { ...options, template: '{{host}}/{{container}}' })
  t.strictSame({ event, title, text }, { event: 'test', title: 'Test of the rule ops', text: 'example/example' })
})

t.test('cuts texts between characters', async t => {
  t.equal(shortened('😀😀😀', 3), '😀😀😀')
  t.equal(shortened('😀😀😀😀', 3), '😀😀…')
  t.equal(shortenedBytes('😀😀', 8), '😀😀')
  t.equal(shortenedBytes('😀😀😀', 11), '😀😀…')
})
