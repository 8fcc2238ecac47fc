import createError, { type FastifyErrorConstructor } from '@fastify/error'

/** Errors in responses to clients. */
export const Unauthorized = createError('UNAUTHORIZED',
  'A valid token is required: Authorization: <token>, Bearer <token>, or Basic with the token as password', 401)
export const MissingScope = createError('MISSING_SCOPE', 'This token does not allow this; it needs the scope %s', 403)
export const TooManyAttempts = createError('TOO_MANY_ATTEMPTS',
  'Too many requests with a wrong token came from this address; try again in %s seconds', 429)
export const NotFound = createError('NOT_FOUND', 'There is nothing at %s', 404)
export const HostNotFound = createError('HOST_NOT_FOUND', 'There is no host %s. %s', 404)
export const ContainerNotFound = createError('CONTAINER_NOT_FOUND', 'There is no container %s on %s. %s', 404)
export const AmbiguousContainer = createError('CONTAINER_AMBIGUOUS',
  'ID prefix %s is ambiguous on %s: it matches %s', 409)
export const NoCluster = createError('NO_CLUSTER', 'There is no cluster; see `cluster` in docs/configuration.md', 404)
export const InvalidQuery = createError('INVALID_QUERY', '?%s=%s is not allowed; it must be %s', 400)
export const UnknownParameter = createError('UNKNOWN_PARAMETER', 'There is no parameter ?%s. %s', 400)
export const BadRequest = createError('BAD_REQUEST', 'Invalid request: %s', 400)
export const MethodNotAllowed = createError('METHOD_NOT_ALLOWED', '%s does not allow %s, only %s', 405)
export const RequestTimeout = createError('REQUEST_TIMEOUT',
  'The request took too long to arrive; see server.limits.headersTimeout and server.limits.requestTimeout', 408)
export const UrlTooLong = createError('URL_TOO_LONG', 'Path and query are too long; see server.limits.urlLength', 414)
export const HeadersTooLarge = createError('HEADERS_TOO_LARGE', 'The headers are too many or too large; see %s', 431)
export const Internal = createError('INTERNAL_SERVER_ERROR',
  'Internal error; the log has the cause under request ID %s', 500)

type EngineErrorArguments = [address: string, call: string, detail: string, options?: { cause: unknown }]
const engineError = (code: string, message: string): FastifyErrorConstructor<{ code: string }, EngineErrorArguments> =>
  createError<EngineErrorArguments>(code, `%s: %s: ${message}`, 502)

/** Errors of calls to a Docker Engine. `/hosts` shows their codes in `error`. */
export const EngineRefused = engineError('ENGINE_REFUSED', 'connection refused; nothing listens there (%s)')
export const EngineUnreachable = engineError('ENGINE_UNREACHABLE', 'unreachable (%s)')
export const EnginePermission = engineError('ENGINE_PERMISSION',
  'permission denied; is the user of this process in the docker group? (%s)')
export const EngineDescriptors = engineError('ENGINE_DESCRIPTORS',
  'too many open files; raise the limit with ulimit -n, LimitNOFILE= or --ulimit nofile (%s)')
export const EngineSsh = engineError('ENGINE_SSH', 'ssh connection failed (%s)')
export const EngineTimeout = engineError('ENGINE_TIMEOUT', 'timed out (%s)')
export const EngineDisconnected = engineError('ENGINE_DISCONNECTED', 'connection lost (%s)')
export const EngineTls = engineError('ENGINE_TLS', 'TLS connection failed: %s')
export const EngineForbidden = engineError('ENGINE_FORBIDDEN', 'a proxy or plugin forbids this (%s)')
export const EngineNotFound = engineError('ENGINE_NOT_FOUND', 'not found at this path (%s)')
export const EngineGone = engineError('ENGINE_GONE', 'no such container (%s)')
export const EngineFailed = engineError('ENGINE_FAILED', 'the Engine answered %s')
export const EngineVersion = engineError('ENGINE_VERSION', 'no common API version (%s)')
export const EngineBadAnswer = engineError('ENGINE_BAD_ANSWER', 'unexpected response; is this a Docker Engine? (%s)')
export const EngineStalled = engineError('ENGINE_STALLED', 'no poll has finished for %s')

/** Of a host that another replica polls. `/hosts` shows its code in `error`. */
export const ReplicaLost = createError('REPLICA_LOST',
  'Replica "%s", which polls this host, has not been heard of since %s')

/** Every error that users can see; a test compares it with docs/api.md. */
export const catalogue = {
  Unauthorized,
  MissingScope,
  TooManyAttempts,
  NotFound,
  HostNotFound,
  ContainerNotFound,
  AmbiguousContainer,
  NoCluster,
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
  EngineStalled,
  ReplicaLost
}

/** True if the Engine says that the container no longer exists. */
export const isGone = (error: unknown): boolean => error instanceof EngineGone

/** True if waiting longer might have helped. */
export const isLate = (error: unknown): boolean => error instanceof EngineTimeout

/** True if trying again soon would not help. */
export const isRefused = (error: unknown): boolean =>
  error instanceof EngineForbidden || error instanceof EngineNotFound

/** True if this process or the system has reached its limit of open files. */
export const isOutOfDescriptors = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'EMFILE' || error.code === 'ENFILE')

const LOST = [
  EngineRefused, EngineUnreachable, EnginePermission, EngineDescriptors, EngineSsh, EngineTls, EngineVersion
]

/** True if every call to the host would fail, because it cannot be connected to or speaks no common API version. */
export const isHostLost = (error: unknown): boolean => LOST.some(ErrorClass => error instanceof ErrorClass)

/** The stable code of an error, `INTERNAL_SERVER_ERROR` if it has none. */
export function codeOf (error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null
  return typeof code === 'string' ? code : 'INTERNAL_SERVER_ERROR'
}

export const messageOf = (error: unknown): string => error instanceof Error ? error.message : String(error)
