/** Polls stats with the service's Engine client and discards them. */
import { EngineClient } from '../../lib/engine/client.ts'
import { askEngines } from '../asking.ts'

await askEngines(address => {
  const client = new EngineClient({ address })
  return {
    async list () {
      const containers = await client.containers()
      return containers.map(({ id }) => id)
    },
    sample: id => client.stats(id)
  }
})
