import t from 'tap'
import { readContainerQuery, readFields, type ContainerQuery } from '../../../lib/views/container-query.ts'
import { containerSnapshot } from '../../support/snapshots.ts'

const containers = [
  containerSnapshot({ name: 'web-1', labels: { team: 'edge', tier: 'a=b', owner: 'x' } }),
  containerSnapshot({ name: 'web-2', state: 'paused', labels: { team: 'core' } }),
  containerSnapshot({ name: 'db', state: 'exited' })
]
const all = { state: [], name: [], label: [] }
const allowed = ['team', 'tier']

const selected = (query: Partial<ContainerQuery>) =>
  containers.filter(readContainerQuery({ ...all, ...query }, allowed)).map(({ name }) => name)

t.test('matches any value of each parameter, and all parameters', async t => {
  const cases: [Partial<ContainerQuery>, string[]][] = [
    [{}, ['web-1', 'web-2', 'db']],
    [{ state: ['running'] }, ['web-1']],
    [{ state: ['exited', 'paused'] }, ['web-2', 'db']],
    [{ state: ['dead'] }, []],
    [{ name: ['web*'] }, ['web-1', 'web-2']],
    [{ name: ['web'] }, []],
    [{ name: ['db', '*-2'] }, ['web-2', 'db']],
    [{ name: ['web*'], state: ['paused'] }, ['web-2']],
    [{ label: ['team=edge'] }, ['web-1']],
    [{ label: ['team=edge', 'team=core'] }, ['web-1', 'web-2']],
    [{ label: ['team=edge', 'team=core', 'tier=a=b'] }, ['web-1']],
    [{ label: ['team=e*'] }, []],
    [{ label: ['team='] }, []]
  ]
  for (const [query, names] of cases) t.strictSame(selected(query), names, JSON.stringify(query))
})

t.test('rejects unknown values and lists the allowed ones', async t => {
  const states = 'one of created, running, paused, restarting, removing, exited, dead, unknown'
  const cases: [Partial<ContainerQuery>, string][] = [
    [{ state: ['running', 'runing'] }, `?state=runing is not allowed; it must be ${states}`],
    [{ state: [''] }, `?state= is not allowed; it must be ${states}`],
    [{ name: ['web', ''] }, '?name= is not allowed; it must be a non-empty name with at most 5 * wildcards'],
    [{ name: ['******'] }, '?name=****** is not allowed; it must be a non-empty name with at most 5 * wildcards'],
    [{ label: ['owner=x'] }, '?label=owner=x is not allowed; it must be one of team=…, tier=…'],
    [{ label: ['team'] }, '?label=team is not allowed; it must be one of team=…, tier=…']
  ]
  for (const [query, message] of cases) t.throws(() => selected(query), { code: 'INVALID_QUERY', message })
  t.throws(() => readContainerQuery({ ...all, label: ['team=edge'] }, []), {
    statusCode: 400,
    message: '?label=team=edge is not allowed; it must be omitted: the configuration lists no labels'
  })
})

t.test('fields can be separated by commas, repeated, or both', async t => {
  const known = ['name', 'cpu', 'memory']
  const cases: [string[], string[]][] = [
    [[], []],
    [['', ' , '], []],
    [['name'], ['name']],
    [['name, cpu', 'memory'], ['name', 'cpu', 'memory']]
  ]
  for (const [given, fields] of cases) t.strictSame(readFields(given, known), fields)
  for (const wrong of ['cpu.cores', 'constructor']) {
    t.throws(() => readFields(['name', wrong], known), {
      code: 'INVALID_QUERY', message: `?fields=${wrong} is not allowed; it must be one of name, cpu, memory`
    })
  }
})
