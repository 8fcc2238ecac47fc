import { AddressError, pathOf } from './address.ts'
import { jsonRequest, plain, type TargetFactory } from './target.ts'

/** Gotify's Android app makes a sound from 4, and shows a pop-up from 8. */
const priorities = { critical: 8, warning: 5, info: 3 } as const

/** `gotify://host/token`, with a path before the token if Gotify is not at the root */
export const gotify: TargetFactory = ({ path, origin }) => {
  const token = path.at(-1)
  if (token === undefined) throw new AddressError('must be gotify://host/token, with the token of an application')
  const url = `${origin()}${pathOf(...path.slice(0, -1), 'message')}`
  return {
    ...plain,
    kind: 'gotify',
    requestOf: ({ title, text, severity }) =>
      jsonRequest(url, { title, message: text, priority: priorities[severity] }, { 'x-gotify-key': token })
  }
}
