import { FORMAT } from './message.ts'

/**
 * What a replica tells the server at every beat, and what it learns: one script, so that nobody sees half of it. The
 * server's clock alone decides what has expired. A lease key holds the ID of its owner and a fence, a number that grows
 * with every new lease, even after the server has lost its data, or its clock was set back.
 *
 * KEYS: replicas, infos, fence, configurations, then the leases to hold and those to give back.
 * ARGV: ID, milliseconds that leases and presence last (0 to leave), info, digest of the configuration, how many leases
 * to hold, the highest fence that the replica knows.
 * Returns infos, milliseconds for which each replica is still present, configurations with when they were first seen,
 * and the fences of the leases, empty if another replica has it.
 */
export const BEAT = `
local id, lasts, wanted = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[5])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function whole (number) return string.format('%.0f', number) end
local function owned (value) return value and string.sub(value, 1, #id + 1) == id .. ' ' end

redis.call('ZADD', KEYS[1], whole(now + lasts), id)
redis.call('HSET', KEYS[2], id, ARGV[3])
redis.call('HSETNX', KEYS[4], ARGV[4], whole(now))
for _, gone in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', whole(now))) do
  redis.call('ZREM', KEYS[1], gone)
  redis.call('HDEL', KEYS[2], gone)
end
local fences = {}
for i = 1, wanted do
  local key = KEYS[4 + i]
  local value = redis.call('GET', key)
  if owned(value) then
    redis.call('PEXPIRE', key, lasts)
    fences[i] = string.sub(value, #id + 2)
  elseif not value then
    local last = math.max(tonumber(redis.call('GET', KEYS[3]) or 0), tonumber(ARGV[6]))
    fences[i] = whole(math.max(last + 1, now))
    redis.call('SET', KEYS[3], fences[i])
    redis.call('SET', key, id .. ' ' .. fences[i], 'NX', 'PX', lasts)
  else
    fences[i] = ''
  end
end
for i = 5 + wanted, #KEYS do
  if owned(redis.call('GET', KEYS[i])) then redis.call('DEL', KEYS[i]) end
end
local present = redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')
for i = 2, #present, 2 do present[i] = whole(present[i] - now) end
for i = 1, 4 do redis.call('PEXPIRE', KEYS[i], 86400000) end
return { redis.call('HGETALL', KEYS[2]), present, redis.call('HGETALL', KEYS[4]), fences }
`

export interface Beat {
  /** The name of a key; those of leases are for replicas with the same format only. */
  key (name: string): string
  /** What the replica says about itself. */
  info: { id: string, digest: string }
  /** Milliseconds; 0 to leave. */
  lasts: number
  /** Hosts whose leases to hold, and to give back. */
  wanted: readonly string[]
  released: readonly string[]
  /** The highest fence that the replica knows. */
  highest: number
}

/** The keys and the arguments of the script. */
export function scriptInput (
  { key, info, lasts, wanted, released, highest }: Beat
): [keys: string[], given: (string | number)[]] {
  const shared = ['replicas', 'infos', `${FORMAT}:fence`, `${FORMAT}:configurations`]
  const leases = [...wanted, ...released].map(host => `${FORMAT}:lease:${host}`)
  return [[...shared, ...leases].map(key), [info.id, lasts, JSON.stringify(info), info.digest, wanted.length, highest]]
}
