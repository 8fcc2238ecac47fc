import { Readable } from 'node:stream'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Test } from 'tap'
import { MARK } from './secrets.ts'

interface Operation {
  responses: Record<string, { content?: Record<string, { schema: object }> }>
}

const PAGES = /^\/docs/

function decoded (reply: FastifyReply, payload: unknown): string {
  const encoding = reply.getHeader('content-encoding')
  if (!Buffer.isBuffer(payload) || encoding === undefined) return String(payload)
  return String(encoding === 'gzip' ? gunzipSync(payload) : brotliDecompressSync(payload))
}

/** The content type without its charset, but with other parameters such as `version`. */
const mediaType = (reply: FastifyReply) => String(reply.getHeader('content-type')).replace(/; *charset=[^;]*/, '')

/** Fails the test for every response, except files, that shows the token or does not match the OpenAPI document. */
export function checkAnswers (t: Test, app: FastifyInstance): void {
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  const checks = new Map<string, ValidateFunction>()

  function describedBy (reply: FastifyReply): object | undefined {
    const { statusCode, request: { routeOptions: { url = '/status' } } } = reply // where the document describes 404
    const { paths = {} } = app.swagger() as { paths?: Record<string, { get?: Operation }> }
    const responses = paths[url.replace(/:(\w+)/g, '{$1}')]?.get?.responses ?? {}
    return (responses[statusCode] ?? responses[`${statusCode}`[0] + 'XX'])?.content?.[mediaType(reply)]?.schema
  }

  app.addHook('onSend', async (request, reply, payload) => {
    const { method, url, routeOptions } = request
    if (payload == null || method === 'OPTIONS' || PAGES.test(url) || payload instanceof Readable) return
    const text = decoded(reply, payload)
    if ((text + JSON.stringify(reply.getHeaders())).includes(MARK)) t.fail(`${url} shows the token`)
    const key = [routeOptions.url, reply.statusCode, mediaType(reply)].join(' ')
    const schema = describedBy(reply)
    if (!schema) return t.fail(`${key} is missing in the OpenAPI document`)
    const check = checks.get(key) ?? ajv.compile(schema)
    checks.set(key, check)
    const isValid = check(mediaType(reply) === 'application/json' ? JSON.parse(text) : text)
    if (!isValid) t.fail(`${key} does not match its schema`, { problems: check.errors, text: text.slice(0, 1000) })
  })
}
