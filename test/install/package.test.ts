import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { folder } from '../support/folder.ts'
import { until } from '../support/until.ts'

const root = join(import.meta.dirname, '../..')
const { name, version, dependencies, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))

/** What is not copied to where the package is built. */
const LEFT_OUT = new Set(['node_modules', 'dist', 'dist-bench', '.git', '.tap', 'logs', 'data'])

const FILES = [
  /^(LICENSE|README\.md|package\.json|dockstat\.yaml|dockstat\.schema\.json|deploy\/systemd\/dockstat\.service)$/,
  /^dist\/([\w-]+\/)*[\w-]+\.js$/,
  /^dist\/web\/(index\.html|assets\/\w+\.(js|css|svg)(\.br|\.gz)?)$/
]

/** The environment of someone who runs the command, without what npm told this process. */
const env = Object.fromEntries(Object.entries(process.env)
  .filter(([key]) => !/^(npm_(?!config_cache|config_registry)|NODE_OPTIONS$|TAP|TS_NODE)/i.test(key)))

const run = promisify(execFile)
const npm = async (cwd: string, ...args: string[]) =>
  (await run('npm', args, { cwd, env, maxBuffer: 64 * 1024 * 1024 })).stdout

t.test('packs the built service and nothing else, and runs from there', async t => {
  const source = folder(t)
  for (const entry of readdirSync(root).filter(entry => !LEFT_OUT.has(entry))) {
    cpSync(join(root, entry), join(source, entry), { recursive: true })
  }
  symlinkSync(join(root, 'node_modules'), join(source, 'node_modules'))
  const [packed] = JSON.parse(await npm(source, 'pack', '--silent', '--json'))
  const paths: string[] = packed.files.map(({ path }: { path: string }) => path)
  t.equal(packed.filename, `${name}-${version}.tgz`)
  t.strictSame(paths.filter(path => !FILES.some(pattern => pattern.test(path))), [])
  for (const path of ['dist/server.js', 'dist/routes/stats.js', 'dist/web/index.html', 'dockstat.schema.json']) {
    t.ok(paths.includes(path), path)
  }
  const mapped = paths.filter(path => readFileSync(join(source, path), 'utf8').includes('sourceMappingURL'))
  t.strictSame(mapped, [], 'no source maps')

  const cwd = folder(t)
  await npm(cwd, 'install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund',
    join(source, packed.filename))
  const installed = (dependency: string) => existsSync(join(cwd, 'node_modules', dependency))
  t.strictSame(Object.keys(dependencies).filter(dependency => !installed(dependency)), [])
  t.strictSame(Object.keys(devDependencies).filter(installed), [])
  t.equal(await npm(cwd, 'exec', '--no', '--', 'dockstat', '--version'), `${version}\n`)
  t.match(await npm(cwd, 'exec', '--no', '--', 'dockstat', '--help'), /^Usage: dockstat /)

  const home = join(cwd, 'home')
  mkdirSync(home)
  const given = { ...env, HOST: '127.0.0.1', SECRET: 'marked-secret', DOCKER_HOST: `unix://${join(cwd, 'none.sock')}` }
  const service = spawn(join(cwd, 'node_modules/.bin/dockstat'), { cwd: home, env: { ...given, PORT: '0' } })
  const ended = once(service, 'close')
  t.teardown(() => service.kill('SIGKILL'))
  let output = ''
  service.stderr.setEncoding('utf8').on('data', text => { output += text })
  service.stdout.resume()
  const [, port = ''] = await until(() => {
    if (service.exitCode !== null) throw new Error(`the service exited: ${output}`)
    return /, port (\d+)\./.exec(output)
  })
  const text = async (path: string) =>
    (await fetch(`http://127.0.0.1:${port}${path}`, { headers: { accept: 'text/html' } })).text()
  t.equal(await text('/status'), 'UP')
  t.match(await text('/'), /<script type="module" src="[^"]+"/)
  t.match(await text('/assets/main.js'), 'DockStat')
  await run('npx', ['--no', 'dockstat', 'health'], { cwd, env: { ...given, PORT: port } })
  service.kill()
  t.strictSame(await ended, [0, null])
  t.ok(existsSync(join(home, 'data/history.db')), 'keeps the history where it was started')
})

t.test('has a lock file that `npm ci` accepts', async t => {
  const cwd = folder(t)
  for (const file of ['package.json', 'package-lock.json']) cpSync(join(root, file), join(cwd, file))
  t.match(await npm(cwd, 'ci', '--dry-run', '--ignore-scripts', '--offline'), /^added \d+ packages/m)
})

t.test('lists what it is made of as a CycloneDX document', async t => {
  const { bomFormat, specVersion, metadata, components } = JSON.parse(await npm(root, 'run', '--silent', 'sbom'))
  t.match({ bomFormat, specVersion, metadata }, {
    bomFormat: 'CycloneDX',
    specVersion: /^1\.\d$/,
    metadata: { component: { type: 'application', purl: `pkg:npm/${name}@${version}` } }
  })
  const listed = new Set(components.map(({ purl }: { purl: string }) => decodeURIComponent(purl)))
  const expected = Object.entries<{ version: string, dev?: boolean }>(packages)
    .filter(([path, { dev }]) => path && !dev)
    .map(([path, { version }]) => `pkg:npm/${path.replace(/^.*node_modules\//, '')}@${version}`)
  t.strictSame([...listed].sort(), [...new Set(expected)].sort())
  t.strictSame(components.filter(({ hashes }: { hashes: unknown }) => !hashes), [], 'each with its hash')
})
