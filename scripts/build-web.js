// Builds the page from web/ into the folder given as the argument: node scripts/build-web.js dist/web
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const source = join(import.meta.dirname, '../web')
const [, , target = 'dist/web'] = process.argv
const assets = join(target, 'assets')

await build({
  entryPoints: [join(source, 'main.tsx'), join(source, 'main.css')],
  outdir: assets,
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  alias: { react: 'preact/compat', 'react-dom': 'preact/compat' },
  logLevel: 'warning'
})
mkdirSync(assets, { recursive: true })
copyFileSync(join(source, 'icon.svg'), join(assets, 'icon.svg'))
copyFileSync(join(source, 'index.html'), join(target, 'index.html'))
for (const name of readdirSync(assets)) {
  const bytes = readFileSync(join(assets, name))
  writeFileSync(join(assets, `${name}.br`), brotliCompressSync(bytes))
  writeFileSync(join(assets, `${name}.gz`), gzipSync(bytes))
}
