import t from 'tap'
import { checkTemplate } from '../../../lib/notify/template.ts'

t.test('accepts text with known variables', async t => {
  const templates = [
    '', 'x', '{{host}} {{! comment }}', '{{#held}}{{more}}{{/held}}', '{{^container}}x{{/container}}'
  ]
  for (const template of templates) {
    t.equal(checkTemplate(template), null, template)
  }
})

t.test('says what is wrong with others, without repeating them', async t => {
  const cases = [
    ['{{hots}}', /unknown variable\. Did you mean {{host}}\? Known: rule, event, .*more$/],
    ['{{#held}}{{secret}}{{/held}}', /unknown variable/],
    ['{{#secret}}x{{/secret}}', /unknown variable/],
    ['{{host.length}}', /unknown variable/],
    ['{{.}}', /unknown variable/],
    ['{{{host}}}', /none is escaped/],
    ['{{&host}}', /none is escaped/],
    ['{{> secret}}', /none is escaped/],
    ['{{secret', /not a valid mustache template/],
    ['{{#host}}', /not a valid mustache template/],
    ['{{/secret}}', /not a valid mustache template/]
  ] as const
  for (const [template, problem] of cases) {
    t.match(checkTemplate(template), problem, template)
    t.notMatch(checkTemplate(template), /secret/, template)
  }
})
