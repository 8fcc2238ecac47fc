import { errors, type Dispatcher } from 'undici'

/**
 * A whole body as text.
 * @param most bytes of it
 * @throws ResponseExceededMaxSizeError as soon as it is longer
 */
export async function textOf (body: Dispatcher.ResponseData['body'], most: number): Promise<string> {
  const text = body.text()
  let size = 0
  body.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size > most) body.destroy(new errors.ResponseExceededMaxSizeError(`more than ${most} bytes`))
  })
  return await text
}
