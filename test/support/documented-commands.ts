import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './documents.ts'

/** A command of the documentation, or a pattern for all of it. */
export type Documented = {
  command: string | RegExp
  /** File whose first comment contains the command. */
  from?: string
} & ({
  /** The test that runs it, or what it starts. */
  test: string
} | {
  /** Why no test can run it. */
  untested: string
})

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

const compose = (...names: string[]) =>
  `docker compose ${['', ...names].map(name => `-f deploy/compose${name && '.'}${name}.yaml`).join(' ')} up --detach`

const COMPOSE = 'test/install/compose.test.ts'
const KUBERNETES = 'test/install/kubernetes.test.ts'
const PACKAGE = 'test/install/package.test.ts'

const unit = { from: 'deploy/systemd/dockstat.service', untested: 'it changes the machine; the unit has a test' }
const manifests = { from: 'deploy/kubernetes/dockstatapi.yaml', test: KUBERNETES }

export const documented: readonly Documented[] = [
  { command: 'npm ci && npm start', test: 'test/npm-start.test.ts' },
  { command: 'npm ci && npm run demo', test: 'test/commands/demo.test.ts' },
  { command: 'npm ci && npm test', untested: 'it runs the tests' },
  { command: 'npm run check', test: 'test/commands/check.test.ts' },
  { command: 'npm ci && npm run check -- --config /path/to/hosts.yaml', test: 'test/install/upgrade.test.ts' },
  { command: 'npx dockstat token prometheus', test: 'test/commands/token.test.ts' },
  { command: 'npx dockstat notify test phone', test: 'test/commands/notify.test.ts' },
  { command: 'npm pack', test: PACKAGE },
  { command: `npm install --ignore-scripts ./dockstatapi-${version}.tgz`, test: PACKAGE },
  { command: 'npx dockstat', test: PACKAGE },
  { command: 'docker build -t dockstatapi .', test: 'test/install/image.test.ts' },
  { command: /^docker run --detach --name dockstat /, test: 'test/install/image.test.ts' },
  { command: 'docker buildx bake', test: 'test/install/bake.test.ts' },
  { command: 'echo "SECRET=$(openssl rand -hex 24)" > deploy/.env', test: COMPOSE },
  { command: compose(), test: COMPOSE },
  { command: compose('tls'), from: 'deploy/compose.tls.yaml', test: COMPOSE },
  { command: compose('ssh'), from: 'deploy/compose.ssh.yaml', test: COMPOSE },
  {
    command: `DOMAIN=stats.example.com ${compose('caddy')}`,
    from: 'deploy/compose.caddy.yaml',
    test: 'test/install/reverse-proxy.test.ts'
  },
  { command: compose('cluster'), from: 'deploy/compose.cluster.yaml', test: COMPOSE },
  {
    command: 'echo "VALKEY_PASSWORD=$(openssl rand -hex 24)" >> deploy/.env',
    from: 'deploy/compose.cluster.yaml',
    test: COMPOSE
  },
  { command: `SECRET=choose-one ${compose('monitoring')}`, test: COMPOSE },
  { command: 'docker compose -f deploy/compose.yaml down --volumes', test: COMPOSE },
  { command: 'deploy/certificates.sh db.lan', test: COMPOSE },
  { command: 'docker compose up --detach', from: 'deploy/host/compose.yaml', test: COMPOSE },
  { command: `npm install --global --prefix /opt/dockstat ./dockstatapi-${version}.tgz`, ...unit },
  { command: 'cd /opt/dockstat/lib/node_modules/dockstatapi', ...unit },
  { command: 'install -D -m 644 dockstat.yaml /etc/dockstat/dockstat.yaml', ...unit },
  { command: '(umask 077 && echo "SECRET=$(openssl rand -hex 24)" > /etc/dockstat/environment)', ...unit },
  { command: 'install -m 644 deploy/systemd/dockstat.service /etc/systemd/system/', ...unit },
  { command: 'systemctl enable --now dockstat', ...unit },
  { command: 'kubectl create namespace dockstat', ...manifests },
  { command: /^kubectl --namespace dockstat create secret generic dockstatapi-nas --from-file/, ...manifests },
  { command: 'kubectl --namespace dockstat apply --filename deploy/kubernetes/dockstatapi.yaml', ...manifests },
  {
    command: 'kubectl --namespace dockstat apply --filename deploy/kubernetes/servicemonitor.yaml',
    from: 'deploy/kubernetes/servicemonitor.yaml',
    test: KUBERNETES
  },
  { command: /^curl --no-buffer .*\/stream$/, test: 'test/routes/stream.test.ts' },
  { command: /^curl (?!--no-buffer).*http:\/\/localhost:7070\//, test: 'test/documented-curl.test.ts' },
  { command: /^sqlite3 -readonly -header data\/history\.db "/, test: 'test/lib/history/documented.test.ts' },
  {
    command: 'DOCKER_HOST=unix:///var/run/docker.sock npm run bench:engine -- --write',
    untested: 'it takes an hour and changes a page'
  }
]

/** Whether an entry describes a command. */
export const describes = ({ command }: Documented, given: string) =>
  typeof command === 'string' ? command === given : command.test(given)

/** The lines of the comment that a file begins with. */
export const firstComment = (file: string): string[] => {
  const lines = readFileSync(join(root, file), 'utf8').split('\n')
  return lines.slice(0, lines.findIndex(line => !line.startsWith('#'))).map(line => line.replace(/^# */, ''))
}
