import t from 'tap'
import { parseUptime } from '../../../lib/engine/uptime.ts'

/** HumanDuration of docker/go-units `duration.go`. */
function humanDuration (totalSeconds: number): string {
  const seconds = Math.floor(totalSeconds)
  const minutes = Math.floor(totalSeconds / 60)
  const hours = Math.floor(totalSeconds / 3600 + 0.5)
  if (seconds < 1) return 'Less than a second'
  if (seconds === 1) return '1 second'
  if (seconds < 60) return `${seconds} seconds`
  if (minutes === 1) return 'About a minute'
  if (minutes < 60) return `${minutes} minutes`
  if (hours === 1) return 'About an hour'
  if (hours < 48) return `${hours} hours`
  if (hours < 24 * 7 * 2) return `${Math.floor(hours / 24)} days`
  if (hours < 24 * 30 * 2) return `${Math.floor(hours / 24 / 7)} weeks`
  if (hours < 24 * 365 * 2) return `${Math.floor(hours / 24 / 30)} months`
  return `${Math.floor(totalSeconds / 3600 / 24 / 365)} years`
}

t.test('bounds contain every uptime with that status', async t => {
  const wrong: string[] = []
  for (let seconds = 0; seconds < 4 * 365 * 86_400; seconds = seconds * 1.0007 + 0.13) {
    const phrase = humanDuration(seconds)
    for (const status of [`Up ${phrase}`, `Up ${phrase} (healthy)`, `Up ${phrase} ago`]) {
      const uptime = parseUptime(status)
      if (!uptime || seconds < uptime.least || seconds >= uptime.below) wrong.push(`${seconds} ${status}`)
    }
  }
  t.strictSame(wrong.slice(0, 5), [])
})

t.test('does not round years', async t => {
  t.match(parseUptime('Up 2 years'), { least: 2 * 365 * 86_400, below: 3 * 365 * 86_400 })
})

t.test('allows for a clock that was set back', async t => {
  const uptime = parseUptime('Up Less than a second')
  t.ok(uptime && uptime.least < -1e9)
})

t.test('returns null for any other status', async t => {
  const others = ['', 'Created', 'Exited (0) 2 hours ago', 'Up', 'Up 2 parsecs', 'Restarting (1) 5 seconds ago']
  for (const status of others) t.equal(parseUptime(status), null, status)
})
