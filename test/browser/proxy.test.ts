import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { containerList, startFakeEngine } from '../support/fake-engine.ts'
import { folder } from '../support/folder.ts'
import { freePort } from '../support/free-port.ts'
import { enliven } from '../support/lively.ts'
import { noBrowser, serveSite, visit } from '../support/page.ts'
import { until } from '../support/until.ts'

const NGINX = '/usr/sbin/nginx'
const noNginx = !existsSync(NGINX) && 'nginx is not installed'
if (noNginx && process.env.REQUIRE_NGINX) throw new Error(`${noNginx}, and REQUIRE_NGINX is set`)
const skip = noBrowser || noNginx

/** Serves the page under /dockstat/ of a real nginx. */
async function serve (t: Test, lines: string) {
  const engine = await startFakeEngine(t, { containers: containerList([{ id: 'aa', names: ['/web'] }]) })
  enliven(engine)
  const yaml = `mintimeout: 200\nhosts: { nas: { url: '${engine.address}' } }`
  const site = await serveSite(t, { yaml })
  const cwd = folder(t)
  const port = await freePort()
  writeFileSync(join(cwd, 'nginx.conf'), `
    daemon off; pid ${cwd}/pid; error_log ${cwd}/error.log; worker_processes 1;
    events { worker_connections 64; }
    http {
      access_log off;
      client_body_temp_path ${cwd}/a; proxy_temp_path ${cwd}/b; fastcgi_temp_path ${cwd}/c;
      uwsgi_temp_path ${cwd}/d; scgi_temp_path ${cwd}/e;
      server {
        listen 127.0.0.1:${port};
        location /dockstat/ { proxy_pass ${site.url}; proxy_set_header Host $host; ${lines} }
      }
    }`)
  const nginx = spawn(NGINX, ['-p', cwd, '-c', join(cwd, 'nginx.conf')], { stdio: 'ignore' })
  t.teardown(async () => {
    nginx.kill()
    await once(nginx, 'close')
  })
  const url = `http://127.0.0.1:${port}/dockstat/`
  await until(() => fetch(`${url}status`).then(({ ok }) => ok, () => false))
  return { ...site, url, engine }
}

t.test('works under a sub path, live', { skip }, async t => {
  const { url, engine } = await serve(t, 'proxy_http_version 1.1;')
  const { page } = await visit(t, url)
  await page.getByText('Live', { exact: true }).waitFor()
  await page.getByRole('link', { name: 'web', exact: true }).click()
  await page.locator('.graph').first().waitFor()
  t.ok(page.url().startsWith(`${url}#/container`))
  engine.emit('pause', 'aa', { name: 'web', image: 'busybox' })
  await page.getByText('was paused').waitFor()
})

t.test('asks every 5 seconds where a proxy holds the stream back, and says so', { skip }, async t => {
  const { url, engine, answers } = await serve(t, 'proxy_ignore_headers X-Accel-Buffering; proxy_buffers 64 64k;')
  const { page } = await visit(t, url)
  await page.getByText('A proxy holds the stream back, so the page asks every 5 seconds.').waitFor()
  await page.getByRole('link', { name: 'web', exact: true }).waitFor()
  t.equal(await page.getByText('Live', { exact: true }).count(), 0)
  engine.containers = containerList([{ id: 'aa', names: ['/web'], state: 'paused' }])
  engine.emit('pause', 'aa', { name: 'web', image: 'busybox' })
  await page.locator('.row').getByText('paused').waitFor()
  await page.getByRole('link', { name: 'Events' }).click()
  await page.getByText('was paused').waitFor()
  t.ok(answers.filter(([path]) => path === '/containers').length >= 2)
})
