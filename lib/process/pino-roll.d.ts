declare module 'pino-roll' {
  import type { SonicBoom } from 'sonic-boom'

  /** The options used here; pino-roll ships no types. */
  interface RollOptions {
    file: string
    size: string
    limit: { count: number, removeOtherLogFiles: boolean }
    mkdir: boolean
    sync: boolean
  }

  /** Fields that sonic-boom's types omit. */
  export interface RollingFile extends SonicBoom {
    fd: number
    file: string
  }

  export default function roll (options: RollOptions): Promise<RollingFile>
}
