/** Polls stats with only undici and JSON.parse, over as many connections as the collector uses. */
import { Pool } from 'undici'
import { askEngines, CONNECTIONS } from '../asking.ts'

await askEngines(address => {
  const pool = new Pool(address.replace('tcp:', 'http:'), { connections: CONNECTIONS, keepAliveTimeout: 60_000 })
  const ask = async (path: string) => {
    const { body } = await pool.request({ method: 'GET', path: `/v1.51${path}` })
    return JSON.parse(await body.text())
  }
  return {
    async list () {
      const containers: Array<{ Id: string }> = await ask('/containers/json?all=1')
      return containers.map(({ Id }) => Id)
    },
    sample: id => ask(`/containers/${id}/stats?stream=false&one-shot=true`)
  }
})
