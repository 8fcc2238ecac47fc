import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { Agent, fetch } from 'undici'
import { authority } from '../support/certificates.ts'
import { build } from '../support/build.ts'
import { folder } from '../support/folder.ts'
import { freePort } from '../support/free-port.ts'
import { listenOn } from '../support/raw.ts'
import { until } from '../support/until.ts'
import { deploy } from './compose.ts'

const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` }

/** What a command prints, or null if it is not installed. */
function output (command: string): string | null {
  try {
    return execFileSync('sh', ['-c', `${command} 2>&1`], { encoding: 'utf8', env })
  } catch {
    return null
  }
}

/** The reason to skip tests with a proxy. */
function skipWithout (name: string, version: string | null): string | false {
  const skip = version === null && `${name} is not installed`
  const variable = `REQUIRE_${name.toUpperCase()}`
  if (skip && process.env[variable]) throw new Error(`${skip}, and ${variable} is set`)
  return skip
}

const nginx = output('nginx -v')
const caddy = output('caddy version')
const headers = { authorization: 'marked-secret' }
const template = (name: string) => readFileSync(join(deploy, name), 'utf8')

/** Starts the service as the Compose files say that it is configured behind a proxy. */
async function startService (t: Test) {
  const yaml = 'mintimeout: 100\nserver: { trustProxy: true }\nhosts: { nas: { url: unix:///none } }'
  const { app } = await build(t, { yaml })
  return { app, address: `127.0.0.1:${await listenOn(app)}` }
}

/** Runs a proxy until the test ends. */
function run (t: Test, [command = '', ...args]: string[], given: NodeJS.ProcessEnv = {}) {
  const proxy = spawn(command, args, { stdio: 'ignore', env: { ...env, ...given } })
  t.teardown(async () => {
    proxy.kill()
    await once(proxy, 'close')
  })
}

/** Checks what a proxy has to pass on. */
async function check (t: Test, base: string, dispatcher: Agent = new Agent()) {
  t.teardown(() => dispatcher.destroy())
  const get = (path: string) => fetch(base + path, { headers, dispatcher })
  await until(() => get('/status').then(response => response.text(), () => '').then(text => text === 'UP'))
  t.match(await (await get('/hosts')).json(), { nas: { up: false } })
  const { protocol, host } = new URL(base)
  const scheme = protocol === 'https:' ? 'https' : undefined
  t.match(await (await get('/sd')).json(), [{ targets: [host], labels: { __scheme__: scheme } }])
  const { status, body } = await get('/stream')
  t.equal(status, 200)
  let text = ''
  for await (const chunk of body ?? []) {
    text += Buffer.from(chunk).toString()
    if (text.includes('event: snapshot') && text.includes('event: update')) break
  }
}

/** Leaves out a directive that nginx has had since 1.25.1. */
const forVersion = (text: string) =>
  /nginx\/1\.(1\d|2[0-4])\./.test(String(nginx)) ? text.replace('http2 on;', '') : text

t.test('nginx serves deploy/nginx/dockstat.conf.template with TLS', { skip: skipWithout('nginx', nginx) }, async t => {
  const [cwd, { address }, plain, tls] = [folder(t), await startService(t), await freePort(), await freePort()]
  const own = await authority(t)
  const { cert, key } = await own.issue('localhost', { names: 'DNS:localhost' })
  const server = forVersion(template('nginx/dockstat.conf.template'))
    .replaceAll(/\$\{DOMAIN\}/g, 'localhost').replaceAll('api:7070', address)
    .replace('listen 80;', `listen 127.0.0.1:${plain};`).replace('listen 443', `listen 127.0.0.1:${tls}`)
    .replace('/etc/nginx/certificates/cert.pem', cert).replace('/etc/nginx/certificates/key.pem', key)
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(name => `${name}_temp_path ${cwd}/${name};`)
  writeFileSync(join(cwd, 'nginx.conf'), `daemon off; pid ${cwd}/pid; error_log ${cwd}/error.log;
    events {} http { access_log off; ${paths.join(' ')} ${server} }`)
  run(t, ['nginx', '-p', cwd, '-c', join(cwd, 'nginx.conf')])
  await check(t, `https://localhost:${tls}`, new Agent({ connect: { ca: readFileSync(own.ca) } }))
  const redirect = await fetch(`http://localhost:${plain}/stats?host=nas`, { redirect: 'manual' })
  t.strictSame([redirect.status, redirect.headers.get('location')], [301, 'https://localhost/stats?host=nas'])
})

t.test('Caddy serves deploy/caddy/Caddyfile', { skip: skipWithout('caddy', caddy) }, async t => {
  const [cwd, { address }, port] = [folder(t), await startService(t), await freePort()]
  const site = template('caddy/Caddyfile').replace('api:7070', address)
  writeFileSync(join(cwd, 'Caddyfile'), `{\n  admin off\n}\n${site}`)
  const base = `http://localhost:${port}`
  run(t, ['caddy', 'run', '--config', join(cwd, 'Caddyfile')], { DOMAIN: base, HOME: cwd })
  await check(t, base)
})

t.test('Caddy divides clients among replicas that are up', { skip: skipWithout('caddy', caddy) }, async t => {
  const [cwd, port, one, two] = [folder(t), await freePort(), await startService(t), await startService(t)]
  const site = template('caddy/cluster.Caddyfile').replace('api:7070', one.address).replace('api2:7070', two.address)
    .replace(':7070', `http://localhost:${port}`)
  writeFileSync(join(cwd, 'Caddyfile'), `{\n  admin off\n}\n${site}`)
  const base = `http://localhost:${port}`
  run(t, ['caddy', 'run', '--config', join(cwd, 'Caddyfile')], { HOME: cwd })
  await check(t, base)
  for (const { app } of [one, two]) {
    t.equal((await fetch(base + '/status')).status, 200)
    await app.close()
  }
})
