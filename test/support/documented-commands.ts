/** A command of the documentation, or a pattern for all of it, with the test that runs it or why no test can. */
export type Documented = { command: string | RegExp } & ({ test: string } | { untested: string })

export const documented: readonly Documented[] = [
  { command: 'npm ci && npm start', test: 'test/npm-start.test.ts' },
  { command: 'npm ci && npm run demo', test: 'test/commands/demo.test.ts' },
  { command: 'npm ci && npm test', untested: 'it runs the tests' },
  { command: 'npm run check', test: 'test/commands/check.test.ts' },
  { command: 'npx dockstat check --config hosts.yaml', test: 'test/install/upgrade.test.ts' },
  { command: 'npx dockstat token prometheus', test: 'test/commands/token.test.ts' },
  { command: 'npx dockstat notify test phone', test: 'test/commands/notify.test.ts' },
  { command: 'docker build -t dockstatapi .', test: 'test/docker.test.ts' },
  {
    command: 'SECRET=$(openssl rand -hex 24) docker compose -f deploy/compose.yaml up -d',
    test: 'test/docker.test.ts'
  },
  {
    command: /^SECRET=choose-one docker compose .* -f deploy\/compose\.monitoring\.yaml up --detach$/,
    test: 'test/docker.test.ts'
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
