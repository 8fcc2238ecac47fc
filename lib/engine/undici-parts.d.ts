declare module 'undici/lib/api/api-request.js' {
  import type { Dispatcher } from 'undici'

  /** `Dispatcher.prototype.request`, which only the main module of undici assigns. */
  export default function request (
    this: Dispatcher, options: Dispatcher.RequestOptions
  ): Promise<Dispatcher.ResponseData>
}

declare module 'undici/lib/core/connect.js' {
  export { buildConnector as default } from 'undici'
}

declare module 'undici/lib/core/errors.js' {
  export { errors as default } from 'undici'
}

declare module 'undici/lib/dispatcher/client.js' {
  export { Client as default } from 'undici'
}

declare module 'undici/lib/dispatcher/pool.js' {
  export { Pool as default } from 'undici'
}
