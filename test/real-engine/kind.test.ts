import t from 'tap'
import { EngineClient } from '../../lib/engine/client.ts'
import { address, cgroupVersion, skip } from './docker.ts'

/** The expected identity of each Engine that scripts/test-engines.sh starts. */
const kinds: Record<string, object> = {
  20: { kind: 'docker', version: /^20\.10\./, oneShot: 'ticked' },
  26: { kind: 'docker', version: /^26\.1\./, oneShot: 'direct' },
  28: { kind: 'docker', version: /^28\.5\./, oneShot: 'direct' },
  cgroup2: { kind: 'docker', version: /^28\.5\./, oneShot: 'direct', cgroupVersion: '2' },
  podman: { kind: 'podman', version: /^[45]\./, oneShot: 'direct' }
}

t.test('recognizes the Engine', { skip }, async t => {
  const engine = new EngineClient({ address })
  t.teardown(() => engine.close())
  const wanted = kinds[process.env.ENGINE_KIND ?? ''] ?? { kind: /^(docker|podman)$/, version: /^\d/ }
  t.match({ ...await engine.ping(), cgroupVersion }, wanted)
})
