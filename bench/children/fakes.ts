/** Runs fake Engines. Argument (JSON): the number of the `first` host, how many `hosts`, and their options. */
import { FakeEngine } from '../fake-engine.ts'

const { first, hosts, ...options } = JSON.parse(process.argv[2] ?? '{}')
const engines = Array.from({ length: hosts }, (_, index) => new FakeEngine(first + index, options))

process.on('disconnect', () => process.exit())
process.send?.(await Promise.all(engines.map(engine => engine.listen())))
