import t from 'tap'
import { until } from '../support/until.ts'
import { container, docker, isEmulated, isPodman, skip } from './docker.ts'
import { serve } from './service.ts'

t.setTimeout(isEmulated ? 600_000 : 120_000)

interface Told {
  state: string
  health: string | null
}

t.test('shows health while a container runs, and not once it has exited or is paused', { skip }, async t => {
  const options = ['--health-cmd', 'false', '--health-interval', '1s', '--health-retries', '1']
  const id = await container(t, { options })
  const { details } = await serve(t)
  const told = async (state: string, health: string | null) => await until(async () => {
    const now = await details<Told>(id)
    return now.state === state && now.health === health
  })
  if (isPodman) await docker('exec', id, 'true') // because systemd, which would run Podman's health checks, is missing
  else t.ok(await told('running', 'unhealthy'))
  await docker('pause', id)
  t.ok(await told('paused', null))
  await docker('unpause', id)
  await until(async () => (await details<Told>(id)).state === 'running')
  await docker('kill', id)
  t.ok(await told('exited', null))
  if (!isPodman) t.match(await docker('inspect', '--format', '{{.State.Health.Status}}', id), 'unhealthy')
})
