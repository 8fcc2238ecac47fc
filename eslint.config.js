import neostandard from 'neostandard'

const PLUGINS_AND_ROUTES = ['**/plugins/**', '**/routes/**']
const ENTRIES = ['**/app.ts', '**/commands/**', '**/server.ts']

/** Folder → what it must not import. Imports point one way: server → commands → app → plugins, routes → lib. */
const fences = {
  'lib/**': [...PLUGINS_AND_ROUTES, ...ENTRIES, 'fastify', 'fastify-plugin'],
  'lib/engine/**': ['**/config/**', '**/collector/**', '**/views/**', '**/schemas/**'],
  'lib/config/**': ['**/engine/**', '**/collector/**', '**/views/**', 'undici'],
  'lib/collector/**': ['**/config/**', '**/views/**', '**/engine/transports/**', 'undici', 'node:http'],
  'lib/views/**': ['**/engine/**', '**/collector/**', '**/fleet/**', 'undici', 'node:fs', 'node:fs/*', 'node:http'],
  'lib/fleet/**': ['**/engine/transports/**', '**/views/**', 'undici', 'node:http'],
  'lib/notify/**': ['**/collector/**', '**/fleet/**', '**/views/**', '**/engine/transports/**', 'undici'],
  'lib/history/**': ['**/config/**', '**/engine/**', '**/collector/**', '**/fleet/**', '**/views/**', 'undici'],
  'lib/check/**': ['**/collector/**', '**/views/**', 'undici', 'node:http'],
  'lib/demo/**': ['**/engine/**', '**/collector/**', '**/fleet/**', '**/views/**', 'undici'],
  'lib/model/**': ['../*'],
  'lib/http/**': ['**/engine/**', '**/collector/**', '**/fleet/**', '**/views/**', 'undici'],
  'lib/schemas/**': ['../*', './*'],
  'lib/stream/**': ['**/engine/**', '**/collector/**', '**/fleet/**', '**/config/**', 'undici'],
  'plugins/**': ['**/routes/**', ...ENTRIES, 'undici', 'yaml'],
  'routes/**': ['**/plugins/**', ...ENTRIES, './*', 'undici', 'yaml', 'node:fs', 'node:fs/*'],
  'app.ts': ['**/commands/**', '**/server.ts'],
  'commands/**': [...PLUGINS_AND_ROUTES, '**/server.ts', './*', 'undici', 'yaml'],
  'server.ts': [...PLUGINS_AND_ROUTES, '**/app.ts', 'undici', 'yaml']
}

/** A clock that somebody sets must change no duration. */
const CLOCKS = 'monotonic() for durations, wallClock() for what is shown: lib/model/time.ts'

const fencesFor = folder => Object.entries(fences)
  .filter(([pattern]) => pattern === folder || (folder.startsWith('lib/') && pattern === 'lib/**'))
  .flatMap(([, groups]) => groups)

export default [
  ...neostandard({ ts: true, ignores: ['dist', 'dist-bench', '.tap', 'logs'] }),
  {
    rules: {
      '@stylistic/max-len': ['error', { code: 120 }],
      '@stylistic/space-before-function-paren': ['error', 'always'],
      'max-lines': ['error', 300]
    }
  },
  {
    files: ['**/*.ts'],
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error'
    }
  },
  {
    files: ['*.ts', 'commands/**/*.ts', 'lib/**/*.ts', 'plugins/**/*.ts', 'routes/**/*.ts'],
    rules: {
      'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', 4]
    }
  },
  ...Object.keys(fences).map(folder => ({
    files: [folder],
    rules: {
      'no-restricted-imports': ['error', {
        patterns: [{ group: fencesFor(folder), message: 'Imports point one way: docs/architecture.md' }]
      }]
    }
  })),
  {
    files: ['*.ts', 'commands/**/*.ts', 'lib/**/*.ts', 'plugins/**/*.ts', 'routes/**/*.ts'],
    ignores: ['lib/model/time.ts'],
    rules: {
      'no-restricted-properties': ['error',
        { object: 'Date', property: 'now', message: CLOCKS },
        { object: 'performance', property: 'now', message: CLOCKS },
        { object: 'globalThis', property: 'Date', message: CLOCKS },
        { object: 'globalThis', property: 'performance', message: CLOCKS }],
      'no-restricted-syntax': ['error',
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: CLOCKS },
        { selector: "CallExpression[callee.name='Date']", message: CLOCKS },
        { selector: "ImportSpecifier[imported.name='performance'][local.name!='performance']", message: CLOCKS }]
    }
  },
  {
    files: ['*.ts', 'commands/**/*.ts', 'lib/**/*.ts', 'plugins/**/*.ts', 'routes/**/*.ts'],
    ignores: ['server.ts'],
    rules: { 'no-restricted-globals': ['error', { name: 'process', message: 'Only server.ts touches the process' }] }
  }
]
