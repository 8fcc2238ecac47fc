/** The server behind an address, and how to talk to it. */
export interface EngineServer {
  kind: 'docker' | 'podman' | 'unknown'
  /** Such as `28.5.2`; null if the Engine does not report it. */
  version: string | null
  /** The API version that requests use, such as `1.41`. */
  apiVersion: string
  /** Operating system of the containers, `linux` or `windows`; null if the Engine does not report it. */
  osType: string | null
  /**
   * When the Engine answers one-shot stats: `direct` at once, `ticked` on its one-second tick.
   * Direct since moby 95aea39348 (Docker 25, 24.0.7 and 23.0.8), and assumed for an Engine without a version.
   */
  oneShot: 'direct' | 'ticked'
}

/** The fields that we use of `GET /info`. */
export interface EngineInfo {
  id: string | null
  /** Name of the machine. */
  name: string | null
  /** Such as `Debian GNU/Linux 12 (bookworm)`. */
  operatingSystem: string | null
  /** Operating system of the containers, `linux` or `windows`. */
  osType: string | null
  cpus: number | null
  memoryBytes: number | null
}

/** `live`: events arrive. `connecting`: some may be missed. `refused`: a proxy or the Engine denies the stream. */
export type EventsState = 'live' | 'connecting' | 'refused'
