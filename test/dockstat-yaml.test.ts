import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import t from 'tap'
import { parse } from 'yaml'
import { loadConfig } from '../lib/config/load.ts'
import { fileSchema } from '../lib/config/schema.ts'
import { authority } from './support/certificates.ts'
import { folder } from './support/folder.ts'
import { load, loadYaml } from './support/load.ts'

const file = readFileSync(join(import.meta.dirname, '../dockstat.yaml'), 'utf8')
const DOCKER_CONFIG = join(import.meta.dirname, 'fixtures/docker-config')
const withExamples = file.replaceAll(/^#(?= {2})/gm, '')

interface Schema {
  type?: unknown
  description?: string
  properties?: Readonly<Record<string, Schema>>
  additionalProperties?: boolean | Schema
  items?: Schema
  enum?: readonly unknown[]
}

/** The paths of all keys in a schema; `*` stands for a name chosen by the user. */
function knownPaths ({ properties = {}, additionalProperties, items }: Schema): string[] {
  if (items) return knownPaths(items)
  const named = typeof additionalProperties === 'object' ? { '*': additionalProperties } : {}
  return Object.entries({ ...properties, ...named })
    .flatMap(([key, schema]) => [key, ...knownPaths(schema).map(path => `${key}.${path}`)])
}

/** The paths of all keys in the data, in the same form. */
function usedPaths (data: unknown, { properties = {}, additionalProperties, items = {} }: Schema): string[] {
  if (Array.isArray(data)) return data.flatMap(item => usedPaths(item, items))
  if (typeof data !== 'object' || data === null) return []
  const rest = typeof additionalProperties === 'object' ? additionalProperties : {}
  return Object.entries(data).flatMap(([name, value]) => {
    const key = name in properties ? name : '*'
    return [key, ...usedPaths(value, properties[name] ?? rest).map(path => `${key}.${path}`)]
  })
}

t.test('gives the same configuration as no file', async t => {
  const { file: name, files, text, loadedAt, log: { file: path, ...log }, history, ...config } =
    await loadYaml(t, file)
  const without = await load(t, {})
  const { file: noName, files: noFiles, text: noText, loadedAt: later, log: { file: noPath, ...noLog }, ...rest } =
    without
  const { history: noHistory, ...noConfig } = rest
  t.ok(later >= loadedAt)
  t.strictSame([files, noFiles].map(paths => paths.map(path => basename(path))),
    [['dockstat.yaml', 'dockstat.yml'], ['dockstat.yaml', 'dockstat.yml']])
  t.strictSame({ ...config, log }, { ...noConfig, log: noLog })
  t.match([history, noHistory], Array(2).fill({ memory: 64, disk: true, file: /\/data\/history\.db$/ }))
  t.match([path, noPath], [/\/logs\/dockstat\.log$/, /\/logs\/dockstat\.log$/])
  t.strictSame([name, noName], ['dockstat.yaml', null])
  t.equal(text, file)
  t.not(noText, file)
})

t.test('has all keys of the schema and no others, including the examples', async t => {
  const used = new Set(usedPaths(parse(withExamples), fileSchema))
  t.strictSame([...used].sort(), knownPaths(fileSchema).sort())
})

t.test('has examples that load with the documented meaning', async t => {
  const cwd = folder(t)
  writeFileSync(join(cwd, 'dockstat.yaml'), withExamples)
  const ca = await authority(t)
  const { cert, key } = await ca.issue('server')
  mkdirSync(join(cwd, 'certs'))
  copyFileSync(cert, join(cwd, 'certs/server.pem'))
  copyFileSync(key, join(cwd, 'certs/server-key.pem'))
  copyFileSync(ca.ca, join(cwd, 'certs/clients.pem'))
  const config = await loadConfig({ cwd, env: { DOCKER_CONFIG } })
  t.strictSame(config.tags, new Map([['raspberry', 'red-200'], ['private', 'violet-400']]))
  t.match(config.listen, {
    socket: { path: '/run/dockstat/dockstat.sock', mode: 0o660 }, tls: 'with client certificates'
  })
  t.match(config.auth.tokens, [{ name: 'prometheus', scopes: ['metrics'], hosts: ['YourHost*'] }])
  const insecure = false
  const context = join(DOCKER_CONFIG, 'contexts/tls', createHash('sha256').update('edge-1').digest('hex'), 'docker')
  t.strictSame(config.hosts, [
    { name: 'YourHost1', address: 'tcp://192.168.1.10:2375' },
    {
      name: 'YourHost2',
      address: 'https://192.168.1.11:2376',
      tls: {
        ca: join(cwd, 'certs/ca.pem'),
        cert: join(cwd, 'certs/cert.pem'),
        key: join(cwd, 'certs/key.pem'),
        servername: 'nas.example',
        insecure
      }
    },
    { name: 'YourHost3', address: 'https://192.168.1.12:2376', tls: { path: join(cwd, 'certs/nas'), insecure } },
    {
      name: 'YourHost4',
      address: 'https://10.0.0.5:2376',
      tls: { path: context, insecure },
      filter: { include: ['web*'], exclude: ['image:*/busybox*'] }
    }
  ])
  t.strictSame(config.container, new Map([
    ['dozzle', { link: 'https://github.com', icon: 'minecraft.png', tags: 'private,raspberry' }]
  ]))
})

t.test('has a comment next to every key', async t => {
  const lines = withExamples.split('\n').filter(line => /^ *(- )?[\w-]+:/.test(line))
  t.ok(lines.length >= knownPaths(fileSchema).filter(path => !path.endsWith('*')).length)
  for (const line of lines) t.match(line, / # \S.{2,}/)
  for (const line of file.split('\n')) t.ok(line.length <= 120, line)
})
