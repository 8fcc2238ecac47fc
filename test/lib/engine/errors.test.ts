import t from 'tap'
import { connectionError } from '../../../lib/engine/errors.ts'

t.test('converts anything thrown to an error of the catalogue, with its cause', async t => {
  const cases = [
    [Object.assign(new Error('no'), { code: 'EACCES' }), 'ENGINE_PERMISSION'],
    [Object.assign(new Error('no'), { code: 'EHOSTUNREACH' }), 'ENGINE_UNREACHABLE'],
    [new DOMException('late', 'TimeoutError'), 'ENGINE_TIMEOUT'],
    ['a text', 'ENGINE_UNREACHABLE']
  ] as const
  for (const [cause, code] of cases) {
    t.match(connectionError('tcp://a:1', 'GET /x', cause), { code, cause, message: /^tcp:\/\/a:1: GET \/x: / })
  }
})

t.test('reports the limit of open files, even if a transport wraps the error', async t => {
  for (const code of ['EMFILE', 'ENFILE']) {
    const limit = Object.assign(new Error(`connect ${code}`), { code })
    for (const cause of [limit, Object.assign(new Error(`no ssh: ${code}`, { cause: limit }), { code: 'ERR_SSH' })]) {
      const error = connectionError('tcp://a:1', 'GET /x', cause)
      t.match(error, { code: 'ENGINE_DESCRIPTORS', message: /too many open files; raise the limit with .*FILE\)$/ })
    }
  }
})

t.test('names the hosts for which a mismatched certificate is valid', async t => {
  const wrong = (cert: object) => Object.assign(new Error('no'), { code: 'ERR_TLS_CERT_ALTNAME_INVALID', cert })
  const messageFor = (cert: object) => connectionError('https://a:1', 'GET /x', wrong(cert)).message
  t.match(messageFor({ subjectaltname: 'DNS:b' }), /_INVALID: it is valid for DNS:b\)$/)
  t.match(messageFor({}), /_INVALID: it is valid for no name\)$/)
})
