import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { bake, noBuildx } from './compose.ts'
import { root } from './image.ts'

interface Package {
  dev?: boolean
  hasInstallScript?: boolean
  cpu?: string[]
}

const read = (name: string) => JSON.parse(readFileSync(join(root, name), 'utf8'))

t.test('docker-bake.hcl builds for three platforms, with labels and tags', { skip: noBuildx }, async t => {
  const { target } = JSON.parse(await bake({ IMAGE: 'ex.org/a', SOURCE: 'https://ex.org/source', REVISION: 'abc' }))
  const { version } = read('package.json')
  const args = { VERSION: version, REVISION: 'abc', CREATED: '', SOURCE: 'https://ex.org/source' }
  t.match(target, {
    image: { args, platforms: ['linux/amd64', 'linux/arm64'], tags: [`ex.org/a:${version}`, 'ex.org/a:latest'] },
    armv7: { args: { ...args, NODE: '22' }, platforms: ['linux/arm/v7'], tags: [`ex.org/a:${version}-armv7`] }
  })
  const declared = [...readFileSync(join(root, 'Dockerfile'), 'utf8').matchAll(/^ARG (\w+)/mg)].map(([, name]) => name)
  t.strictSame(declared.sort(), Object.keys(target.armv7.args).sort())
})

t.test('libsql, the only native package, has builds for these platforms', async t => {
  const packages: Record<string, Package> = read('package-lock.json').packages
  const native = Object.entries(packages)
    .filter(([, { dev, hasInstallScript, cpu }]) => !dev && (hasInstallScript || cpu)).map(([path]) => path)
  t.strictSame(native.filter(path => !/^node_modules\/(libsql$|@libsql\/)/.test(path)), [])
  for (const build of ['linux-x64-gnu', 'linux-arm64-gnu', 'linux-arm-gnueabihf']) {
    t.ok(native.includes(`node_modules/@libsql/${build}`), build)
  }
})
