/** Fake Engines in a process of their own. Argument: first host, number of hosts and their options, as JSON. */
import { FakeEngine } from '../fake-engine.ts'

const { first, hosts, ...options } = JSON.parse(process.argv[2] ?? '{}')
const engines = Array.from({ length: hosts }, (_, index) => new FakeEngine(first + index, options))

process.on('disconnect', () => process.exit())
process.send?.(await Promise.all(engines.map(engine => engine.listen())))
