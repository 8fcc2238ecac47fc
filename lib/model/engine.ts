/** Who answers, and how it is to be asked. */
export interface EngineServer {
  kind: 'docker' | 'podman' | 'unknown'
  /** Engine version such as `28.5.2`, null when it does not say. */
  version: string | null
  /** The API version that requests use, such as `1.41`. */
  apiVersion: string
  /** Operating system of the containers, `linux` or `windows`; null when the Engine does not say. */
  osType: string | null
  /**
   * When one-shot stats are answered: `direct` at once, `ticked` on the Engine's one-second tick.
   * Direct since moby 95aea39348: Docker 25, 24.0.7 and 23.0.8. An unnamed Engine is taken for a new one.
   */
  oneShot: 'direct' | 'ticked'
}

/** The part of `GET /info` that is used. */
export interface EngineInfo {
  /** Identity of the Engine; cloned machines share it. */
  id: string | null
  /** Name of the machine. */
  name: string | null
  /** Operating system in words, such as `Debian GNU/Linux 12 (bookworm)`. */
  operatingSystem: string | null
  /** Operating system of the containers, `linux` or `windows`. */
  osType: string | null
  /** Number of CPUs. */
  cpus: number | null
  /** Memory of the host in bytes. */
  memoryBytes: number | null
}

/** `live`: changes are told. `connecting`: they may be missed. `refused`: a proxy or the Engine tells none. */
export type EventsState = 'live' | 'connecting' | 'refused'
