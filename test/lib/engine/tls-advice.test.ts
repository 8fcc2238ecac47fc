import t from 'tap'
import { adviceOn } from '../../../lib/engine/tls-advice.ts'

t.test('suggests a remedy for each cause', async t => {
  const cases = [
    ['DEPTH_ZERO_SELF_SIGNED_CERT', /set tls\.ca/],
    ['CERT_NOT_YET_VALID', /clocks/],
    ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', /tls\.cert and tls\.key/],
    ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED', /tls\.cert and tls\.key/],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', /tls\.cert and tls\.key/],
    ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', /tls\.cert and tls\.key/],
    ['ERR_OSSL_PEM_NO_START_LINE', /PEM files/],
    ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', /openssl s_client/]
  ] as const
  for (const [code, advice] of cases) t.match(adviceOn(code), advice, code)
})

t.test('suggests nothing for errors other than TLS', async t => {
  const others = ['ECONNREFUSED', 'UND_ERR_SOCKET', 'TimeoutError', 'constructor']
  for (const code of others) t.equal(adviceOn(code), null, code)
})
