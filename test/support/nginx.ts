import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import { folder } from './folder.ts'
import { freePort } from './free-port.ts'
import { until } from './until.ts'

const NGINX = '/usr/sbin/nginx'

/** The reason to skip tests with nginx. */
export const noNginx = !existsSync(NGINX) && 'nginx is not installed'
if (noNginx && process.env.REQUIRE_NGINX) throw new Error(`${noNginx}, and REQUIRE_NGINX is set`)

/**
 * Starts a real nginx that serves the service under /dockstat/.
 * @param upstream where the service listens, with a slash at the end
 * @param lines of the location's configuration
 * @returns the URL of the service behind nginx
 */
export async function startNginx (t: Test, upstream: string, lines: string): Promise<string> {
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
        location /dockstat/ { proxy_pass ${upstream}; ${lines} }
      }
    }`)
  const nginx = spawn(NGINX, ['-p', cwd, '-c', join(cwd, 'nginx.conf')], { stdio: 'ignore' })
  t.teardown(async () => {
    nginx.kill()
    await once(nginx, 'close')
  })
  const url = `http://127.0.0.1:${port}/dockstat/`
  await until(() => fetch(`${url}status`).then(({ ok }) => ok, () => false))
  return url
}
