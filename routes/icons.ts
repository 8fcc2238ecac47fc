import type { FastifyInstance } from 'fastify'
import { NotFound } from '../lib/errors.ts'
import { iconFile } from '../lib/http/icons.ts'

const schema = {
  summary: 'The picture of an icon that a container names',
  tags: ['Containers'],
  operationId: 'getIcon',
  params: {
    type: 'object',
    required: ['icon'],
    properties: {
      icon: { type: 'string', description: 'SI: and a name of Simple Icons, or a file in the folder web.icons' }
    }
  },
  response: { 200: { description: 'The picture', content: { 'image/*': { schema: { type: 'string' } } } } }
} as const

/** Seconds for which browsers keep an icon. */
const MAX_AGE = 86_400

export default async function icons (app: FastifyInstance) {
  const config = { scope: 'stats' } as const

  app.get<{ Params: { icon: string } }>('/icons/:icon', { schema, config }, (request, reply) => {
    const { params: { icon }, url } = request
    const file = iconFile(icon, app.config.web.icons)
    if (file === null) throw new NotFound(url)
    // A picture of the user's own may be an SVG with scripts.
    return reply.headers({ 'content-security-policy': "default-src 'none'", 'x-content-type-options': 'nosniff' })
      .sendFile(file.name, file.folder, { maxAge: MAX_AGE * 1000 })
  })
}
