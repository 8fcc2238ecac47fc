import type { ContainerSnapshot } from '../../model/snapshot.ts'
import { cpu } from './containers/cpu.ts'
import { info } from './containers/info.ts'
import { io } from './containers/io.ts'
import { life } from './containers/life.ts'
import { memory } from './containers/memory.ts'
import { network } from './containers/network.ts'
import type { Family } from './family.ts'

/**
 * The metrics of each container, in the order of the answer.
 * @param shown names of the container labels that are exported
 */
export const containerFamilies = (shown: readonly string[]): readonly Family<ContainerSnapshot>[] =>
  [...cpu, ...memory, ...network, ...io, ...life, info(shown)]
