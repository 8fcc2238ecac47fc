import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Test } from 'tap'
import { prependPath, readStarts, type Starts } from '../support/fake-ssh.ts'
import { freePort } from '../support/free-port.ts'
import { folder } from '../support/folder.ts'
import { address, skip as skipEngine } from '../real-engine/docker.ts'

const SEARCH = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` }

function find (program: string): string | null {
  try {
    return execFileSync('sh', ['-c', `command -v ${program}`], { env: SEARCH, encoding: 'utf8' }).trim()
  } catch {
    return null
  }
}

const programs = { sshd: find('sshd'), ssh: find('ssh'), docker: find('docker') }
const isComplete = programs.sshd !== null && programs.ssh !== null

/** The reason to skip tests with a real sshd; with REQUIRE_ENGINE they fail instead. */
export const skip = skipEngine || (isComplete ? false : 'openssh-server or openssh-client is not installed')
if (skip && process.env.REQUIRE_ENGINE) throw new Error(`${skip}, and REQUIRE_ENGINE is set`)

const keygen = (file: string) => {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file])
  return readFileSync(`${file}.pub`, 'utf8')
}

export interface SshServer extends Starts {
  /** `ssh://user@host:port` */
  address: string
  /** Paths of files for a client. */
  files: { key: string, known: string }
}

interface Options {
  /** A deliberate misconfiguration. */
  fault?: 'key' | 'host key' | 'no docker'
}

/** Starts sshd in front of the real Engine, and prepends an `ssh` with its own configuration to PATH, for one test. */
export async function startSshd (t: Test, { fault }: Options = {}): Promise<SshServer> {
  const path = folder(t)
  const file = (name: string) => join(path, name)
  const port = await freePort()
  const hostKey = keygen(file('host'))
  writeFileSync(file('authorized'), keygen(file('key')))
  if (fault === 'key') keygen(file('other'))
  writeFileSync(file('known'), fault === 'host key' ? '' : `[127.0.0.1]:${port} ${hostKey}`)
  const farPath = fault === 'no docker' ? '/var/empty' : `${dirname(programs.docker ?? '')}:/usr/bin:/bin`
  writeFileSync(file('sshd_config'), [
    `Port ${port}`, 'ListenAddress 127.0.0.1', 'PidFile none', `HostKey ${file('host')}`, 'StrictModes no',
    `AuthorizedKeysFile ${file('authorized')}`, 'PermitRootLogin prohibit-password', 'PasswordAuthentication no',
    'KbdInteractiveAuthentication no', `SetEnv DOCKER_HOST=${address} PATH=${farPath}`
  ].join('\n'))
  writeFileSync(file('ssh_config'), [
    `IdentityFile ${file(fault === 'key' ? 'other' : 'key')}`, 'IdentitiesOnly yes', 'IdentityAgent none',
    `UserKnownHostsFile ${file('known')}`, 'GlobalKnownHostsFile none'
  ].join('\n'))

  mkdirSync(file('bin'))
  writeFileSync(file('bin/ssh'),
    `#!/bin/sh\necho "{ \\"pid\\": $$ }" >> ${file('starts')}\nexec ${programs.ssh} -F ${file('ssh_config')} "$@"\n`,
    { mode: 0o755 })
  prependPath(t, file('bin'))

  mkdirSync('/run/sshd', { recursive: true })
  const args = ['-D', '-e', '-f', file('sshd_config')]
  const sshd = spawn(programs.sshd ?? '', args, { stdio: ['ignore', 'ignore', 'pipe'] })
  t.teardown(async () => {
    if (sshd.exitCode !== null) return
    sshd.kill()
    await once(sshd, 'exit')
  })
  const said: string[] = []
  for await (const line of createInterface(sshd.stderr)) {
    said.push(line)
    if (line.includes('Server listening')) break
  }
  if (sshd.exitCode !== null) throw new Error(`sshd ended: ${said.join('\n')}`)
  sshd.stderr.resume()
  return {
    address: `ssh://${userInfo().username}@127.0.0.1:${port}`,
    files: { key: file('key'), known: file('known') },
    ...readStarts(file('starts'))
  }
}
