/* eslint no-template-curly-in-string: off -- the configuration has such variables of its own */
import t from 'tap'
import { loadYaml, problemsOf } from '../../support/load.ts'
import { MARK } from '../../support/secrets.ts'

const rule = (keys: string) => `notify: [{ name: ops, url: ntfy://ntfy.sh/a, on: [die], ${keys} }]`

t.test('reads rules, with defaults for everything that is left out', async t => {
  t.strictSame((await loadYaml(t, 'notify:')).notify, [])
  const { notify } = await loadYaml(t, `
notify:
  - name: ops
    url: "\${URL}"
    on: [die, oom, host-down: { after: 5 }, restart-loop: , memory-above: { percent: 80 }]
  - { name: chat, url: discord://1/x, on: [die: { except: [1] }], hosts: [nas-*], containers: [db], throttle: 0,
      template: "{{event}}" }
`, { URL: 'ntfy://ntfy.sh/a' })
  t.strictSame(notify, [
    {
      name: 'ops',
      url: 'ntfy://ntfy.sh/a',
      on: {
        die: { except: [130, 143] },
        oom: {},
        'host-down': { after: 5 },
        'restart-loop': { count: 3, minutes: 5 },
        'memory-above': { percent: 80, minutes: 5 }
      },
      hosts: ['*'],
      containers: ['*'],
      throttle: 300,
      template: null
    },
    {
      name: 'chat',
      url: 'discord://1/x',
      on: { die: { except: [1] } },
      hosts: ['nas-*'],
      containers: ['db'],
      throttle: 0,
      template: '{{event}}'
    }
  ])
})

t.test('describes what is wrong, without showing any of it', async t => {
  const cases = [
    [`notify: ${MARK}`, 'notify: must be a list of maps'],
    [`notify: [https://a/${MARK}]`, 'notify.0: must be a map of keys to values'],
    [`notify: [{ name: a, url: "${MARK}", on: [die] }]`, 'notify.0.url: must be a URL'],
    [`notify: [{ name: a, url: "discord://${MARK}", on: [die] }]`, 'notify.0.url: must be discord://'],
    [`notify: [{ name: a, url: "ntfy+http:///${MARK}", on: [die] }]`, 'notify.0.url: must contain a valid host'],
    [`notify: [{ url: "ntfy://h/${MARK}", on: [die] }]`, 'notify.0.name: is required'],
    [`notify: [{ name: a, on: "https://a/${MARK}", url: ntfy://h/a }]`, 'notify.0.on: must be a list that is not'],
    [rule(`templat: ${MARK}`), 'notify.0.templat: unknown key. Did you mean template?'],
    [rule(`template: "{{${MARK}"`), 'notify.0.template: is not a valid mustache template'],
    [rule(`template: "{{${MARK}}}"`), 'notify.0.template: has an unknown variable. Did you mean {{'],
    [rule(`throttle: ${MARK}`), 'notify.0.throttle: must be an integer from 0 to 86400'],
    [rule('hosts: [" "]'), 'notify.0.hosts.0: must be a non-empty name'],
    [rule('').replace('[die]', '[]'), 'notify.0.on: must be a list that is not empty'],
    [rule('').replace('[die]', `[${MARK}]`), 'notify.0.on.0: must be one of die, oom, '],
    [rule('').replace('[die]', '[{ die: {}, host-down: {} }]'), 'notify.0.on.0: must be one of die, oom, '],
    [rule('').replace('[die]', '[host-down: { afer: 1 }]'), 'Did you mean after?'],
    [rule('').replace('[die]', '[memory-above: { percent: 0 }]'), 'must be an integer from 1 to 10000'],
    ['notify: [{ name: a, url: "${MISSING}", on: [die] }]', 'the environment variable MISSING is not set'],
    [rule('').replace(' }]', ' }, { name: ops, url: slack://T/B/x, on: [oom] }]'), 'is the name of another rule']
  ] as const
  for (const [yaml, expected] of cases) {
    const problems = await problemsOf(t, loadYaml(t, yaml))
    t.ok(problems.some(problem => problem.includes(expected)), `${expected}, got ${problems.join('; ')}`)
    t.equal(problems.length, 1, problems.join('; '))
    t.notMatch(problems.join(), MARK, yaml)
  }
})

t.test('masks URLs, however they are written', async t => {
  const { text } = await loadYaml(t, `
# was ntfy://ntfy.sh/${MARK}
notify:
  - { name: a, url: "ntfy://ntfy.sh/${MARK}", on: [die] }
  - name: b
    url: >-
      gotify://host/${MARK}
    on: [die]
  - { name: c, url: "\${URL}", on: [die] }
`, { URL: 'slack://T/B/x' })
  t.notMatch(text, MARK)
  t.equal(text, `
# was ******
notify:
  - { name: a, url: ******, on: [die] }
  - name: b
    url: ******
    on: [die]
  - { name: c, url: ******, on: [die] }
`)
  const escaped = MARK.replace('m', '\\x6d')
  const { text: aliased } = await loadYaml(t, `
notify:
  - &a { name: a, url: &url "ntfy://ntfy.sh/${escaped}", on: [die] }
  - { <<: *a, name: b }
  - { name: c, url: *url, on: [die] }
`)
  t.notMatch(aliased, MARK.slice(1))
  t.match(aliased, 'url: &url ******, on')
})
