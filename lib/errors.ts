import createError, { type FastifyErrorConstructor } from '@fastify/error'

/** What this service answers to its own clients. */
export const Unauthorized = createError('UNAUTHORIZED',
  'A valid token is required: Authorization: <token>, Bearer <token>, or Basic with the token as password', 401)
export const NotFound = createError('NOT_FOUND', 'There is no %s', 404)
export const HostNotFound = createError('HOST_NOT_FOUND', 'There is no host %s, did you mean %s?', 404)
export const ContainerNotFound = createError('CONTAINER_NOT_FOUND', 'There is no container %s on %s, %s', 404)
export const AmbiguousContainer = createError('CONTAINER_AMBIGUOUS', '%s is the begin of several ids on %s: %s', 409)
export const InvalidQuery = createError('INVALID_QUERY', '?%s=%s is not known, it must be %s', 400)
export const UnknownParameter = createError('UNKNOWN_PARAMETER', 'There is no parameter ?%s. %s', 400)
export const BadRequest = createError('BAD_REQUEST', 'This is no request that can be answered: %s', 400)
export const MethodNotAllowed = createError('METHOD_NOT_ALLOWED', '%s does not take %s, only %s', 405)
export const RequestTimeout = createError('REQUEST_TIMEOUT',
  'The request did not come in time, see server.limits.headersTimeout and server.limits.requestTimeout', 408)
export const UrlTooLong = createError('URL_TOO_LONG', 'Path and query are too long, see server.limits.urlLength', 414)
export const HeadersTooLarge = createError('HEADERS_TOO_LARGE', 'There are too many or too large headers, see %s', 431)
export const Internal = createError('INTERNAL_SERVER_ERROR',
  'Something went wrong here; the log has the cause under request id %s', 500)

type EngineErrorArguments = [address: string, call: string, detail: string, options?: { cause: unknown }]
const engineError = (code: string, message: string): FastifyErrorConstructor<{ code: string }, EngineErrorArguments> =>
  createError<EngineErrorArguments>(code, `%s: %s: ${message}`, 502)

/** How asking a Docker Engine can fail: address, call, detail. `/hosts` shows the codes in `error`. */
export const EngineRefused = engineError('ENGINE_REFUSED', 'connection refused, no Engine listens there (%s)')
export const EngineUnreachable = engineError('ENGINE_UNREACHABLE', 'cannot be reached (%s)')
export const EnginePermission = engineError('ENGINE_PERMISSION', 'this process may not use the socket (%s)')
export const EngineDescriptors = engineError('ENGINE_DESCRIPTORS',
  'too many open files, raise the limit: ulimit -n, LimitNOFILE= or --ulimit nofile (%s)')
export const EngineSsh = engineError('ENGINE_SSH', 'no connection through ssh (%s)')
export const EngineTimeout = engineError('ENGINE_TIMEOUT', 'no answer in time (%s)')
export const EngineDisconnected = engineError('ENGINE_DISCONNECTED', 'the connection broke (%s)')
export const EngineTls = engineError('ENGINE_TLS', 'no TLS connection: %s')
export const EngineForbidden = engineError('ENGINE_FORBIDDEN', 'a proxy or plugin does not allow this (%s)')
export const EngineNotFound = engineError('ENGINE_NOT_FOUND', 'there is nothing at this path (%s)')
export const EngineGone = engineError('ENGINE_GONE', 'the Engine has no such container (%s)')
export const EngineFailed = engineError('ENGINE_FAILED', 'the Engine answered %s')
export const EngineVersion = engineError('ENGINE_VERSION', 'no API version in common (%s)')
export const EngineBadAnswer = engineError('ENGINE_BAD_ANSWER', 'not an answer of a Docker Engine (%s)')
export const EngineStalled = engineError('ENGINE_STALLED', 'no poll has ended for %s')

/** Every error that can leave this service, by code; README's table is held against it. */
export const catalogue = {
  Unauthorized,
  NotFound,
  HostNotFound,
  ContainerNotFound,
  AmbiguousContainer,
  InvalidQuery,
  UnknownParameter,
  BadRequest,
  MethodNotAllowed,
  RequestTimeout,
  UrlTooLong,
  HeadersTooLarge,
  Internal,
  EngineRefused,
  EngineUnreachable,
  EnginePermission,
  EngineDescriptors,
  EngineSsh,
  EngineTimeout,
  EngineDisconnected,
  EngineTls,
  EngineForbidden,
  EngineNotFound,
  EngineGone,
  EngineFailed,
  EngineVersion,
  EngineBadAnswer,
  EngineStalled
}

/** Whether the Engine itself says that the container does not exist any more. */
export const isGone = (error: unknown): boolean => error instanceof EngineGone

/** Whether an answer did not come in time: a longer wait might have brought it. */
export const isLate = (error: unknown): boolean => error instanceof EngineTimeout

/** Whether the call is not to be had there: asking again soon would not change that. */
export const isRefused = (error: unknown): boolean =>
  error instanceof EngineForbidden || error instanceof EngineNotFound

/** Whether this process, or the whole system, may open no more files. */
export const isOutOfDescriptors = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'EMFILE' || error.code === 'ENFILE')

const LOST = [
  EngineRefused, EngineUnreachable, EnginePermission, EngineDescriptors, EngineSsh, EngineTls, EngineVersion
]

/** Whether no call can succeed: there is no connection to be had, or no language in common. */
export const isHostLost = (error: unknown): boolean => LOST.some(ErrorClass => error instanceof ErrorClass)

/**
 * The stable code of an error.
 * @returns `code` where it is a string, else `INTERNAL_SERVER_ERROR`
 */
export function codeOf (error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null
  return typeof code === 'string' ? code : 'INTERNAL_SERVER_ERROR'
}

/** What an error says, for people. */
export const messageOf = (error: unknown): string => error instanceof Error ? error.message : String(error)
