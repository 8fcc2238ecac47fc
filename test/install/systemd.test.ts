import { execFile, spawnSync } from 'node:child_process'
import { chownSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { folder } from '../support/folder.ts'
import { start } from '../support/start.ts'

const root = join(import.meta.dirname, '../..')
const file = join(root, 'deploy/systemd/dockstat.service')
const unit = readFileSync(file, 'utf8')
const { name, version, bin, scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

/** The exposure that the unit must stay below, in tenths. */
const THRESHOLD = 30

/** Has /proc as with `ProcSubset=pid` and `ProtectProc=invisible`. */
const SANDBOX = 'mount -t proc -o subset=pid,hidepid=invisible proc /proc && exec "$@"'
const NOBODY = 65534

const hasTool = spawnSync('systemd-analyze', ['--version']).status === 0
const canMount = spawnSync('unshare', ['--mount', 'sh', '-c', SANDBOX, '-', 'true']).status === 0
if (process.env.REQUIRE_JOURNAL && !(hasTool && canMount)) {
  throw new Error('systemd is not installed or the user is not root, and REQUIRE_JOURNAL is set')
}

const run = promisify(execFile)
const valueOf = (key: string) => new RegExp(`^${key}=(.*)$`, 'm').exec(unit)?.[1]

t.test('is a unit that systemd understands', { skip: !hasTool }, async t => {
  const copy = join(folder(t), 'dockstat.service')
  writeFileSync(copy, unit.replace('=/usr/bin/node ', `=${process.execPath} `))
  const { stdout, stderr } = await run('systemd-analyze', ['verify', '--man=no', copy])
  t.equal(stdout + stderr, '')
})

t.test('exposes little of the system', { skip: !hasTool }, async t => {
  const analyze = (threshold: number) =>
    run('systemd-analyze', ['security', '--no-pager', '--offline=true', `--threshold=${threshold}`, file])
  const { stdout } = await analyze(THRESHOLD - 1)
  t.match(stdout, /Overall exposure level for dockstat\.service: [0-2]\.\d/)
  await t.rejects(analyze(1), 'or else the tool does not compare')
})

t.test('starts what npm installs, in the way of `npm start`', async t => {
  t.match(unit, `npm install --global --prefix /opt/dockstat ./${name}-${version}.tgz`)
  const [node, ...args] = valueOf('ExecStart')?.split(' ') ?? []
  t.equal(node, '/usr/bin/node')
  t.strictSame(args, ['--v8-pool-size=1', `/opt/dockstat/lib/node_modules/${name}/${bin.dockstat}`,
    '--config', '/etc/dockstat/dockstat.yaml'])
  t.match(scripts.start, `node --v8-pool-size=1 ${bin.dockstat}`)
})

t.test('runs without privileges, and with nothing but its processes in /proc', { skip: !canMount }, async t => {
  const cwd = folder(t)
  chownSync(cwd, NOBODY, NOBODY)
  const service = await start(t, {
    cwd,
    env: { SECRET: 'marked-secret' },
    wrap: command => ['unshare', '--mount', 'sh', '-c', SANDBOX, '-',
      'setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--bounding-set=-all', '--no-new-privs',
      '--', ...command]
  })
  t.equal(await (await fetch(`${service.url}/status`)).text(), 'UP')
  const metrics = await fetch(`${service.url}/metrics`, { headers: { authorization: 'marked-secret' } })
  t.match(await metrics.text(), /^process_resident_memory_bytes \d+$/m)
  t.ok(existsSync(join(cwd, 'data/history.db')), 'keeps the history in its state directory')
})
