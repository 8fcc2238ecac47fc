/** Measures the CPU time that prom-client needs to render the series of a file. Argument (JSON): `file`. */
import { readFileSync } from 'node:fs'
import { Gauge, Registry } from 'prom-client'

const ROUNDS = 20
const WARM = 3
const LINE = /^(\w+)(?:\{(.*)\})? (\S+)$/
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g

interface Series {
  labels: Record<string, string>
  value: number
}

function read (text: string): Map<string, Series[]> {
  const byName = new Map<string, Series[]>()
  for (const line of text.split('\n')) {
    const [, name, labels = '', value] = LINE.exec(line) ?? []
    if (name === undefined) continue
    const pairs = [...labels.matchAll(LABEL)].map(([, label = '', text = '']) => [label, text])
    const series = byName.get(name) ?? []
    byName.set(name, series)
    series.push({ labels: Object.fromEntries(pairs), value: Number(value) })
  }
  return byName
}

const { file } = JSON.parse(process.argv[2] ?? '{}')
const registry = new Registry()
for (const [name, series] of read(readFileSync(file, 'utf8'))) {
  const labelNames = [...new Set(series.flatMap(({ labels }) => Object.keys(labels)))]
  const gauge = new Gauge({ name, help: name, labelNames, registers: [registry] })
  for (const { labels, value } of series) gauge.set(labels, value)
}
process.on('disconnect', () => process.exit())

for (let round = 0; round < WARM; round++) await registry.metrics()
const before = process.cpuUsage()
for (let round = 0; round < ROUNDS; round++) await registry.metrics()
const { user, system } = process.cpuUsage(before)
process.send?.({ milliseconds: (user + system) / 1000 / ROUNDS })
