import { AddressError, basicAuth, pathOf } from './address.ts'
import { jsonRequest, plain, type TargetFactory } from './target.ts'

const types = { critical: 'failure', warning: 'warning', info: 'info' } as const

/** `apprise://[user:password@]host/key`: a configuration that is stored in the Apprise API under this key */
export const apprise: TargetFactory = address => {
  const { path } = address
  const key = path.at(-1)
  if (key === undefined || !/^[\w-]{1,128}$/.test(key)) {
    throw new AddressError('must be apprise://host/key or apprise://user:password@host/key')
  }
  const url = `${address.origin()}${pathOf(...path.slice(0, -1), 'notify', key)}`
  const headers = { accept: 'application/json', ...basicAuth(address) }
  return {
    ...plain,
    kind: 'apprise',
    isDelivered: status => status === 200, // 204 means that nothing is stored under the key
    requestOf: ({ title, text, severity }) =>
      jsonRequest(url, { title, body: text, type: types[severity], format: 'text' }, headers)
  }
}
