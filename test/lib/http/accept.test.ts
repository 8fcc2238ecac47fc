import t from 'tap'
import { expositionOf, expositionOverJson, prefersPage } from '../../../lib/http/accept.ts'

/** Title, Accept header, expected format of /metrics and of /stats (null means JSON). */
const cases: [string, string | undefined, 'text' | 'openmetrics', 'text' | 'openmetrics' | null][] = [
  ['none', undefined, 'text', null],
  ['empty', '', 'text', null],
  ['curl', '*/*', 'text', null],
  ['a browser', 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8', 'text', null],
  ['JSON', 'application/json', 'text', null],
  ['JSON with a character set', 'application/json; charset=utf-8', 'text', null],
  ['axios', 'application/json, text/plain, */*', 'text', null],
  ['plain text', 'text/plain', 'text', null],
  ['plain text with a character set', 'text/plain; charset=UTF-8', 'text', null],
  ['any text', 'text/*', 'text', null],
  ['any application', 'application/*', 'openmetrics', null],
  ['something else', 'image/png', 'text', null],
  ['malformed', ';;,=, /, "', 'text', null],
  ['Prometheus 2.42', 'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,' +
    'text/plain;version=0.0.4;q=0.5,*/*;q=0.1', 'openmetrics', 'openmetrics'],
  ['Prometheus 2 before OpenMetrics', 'text/plain;version=0.0.4;q=1,*/*;q=0.1', 'text', 'text'],
  ['Prometheus 3', 'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,' +
    'application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,' +
    'text/plain;version=0.0.4;q=0.3,*/*;q=0.2', 'openmetrics', 'openmetrics'],
  ['Prometheus 3 with legacy names', 'application/openmetrics-text;version=1.0.0;escaping=underscores;q=0.5,' +
    'application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=underscores;q=0.3,' +
    'text/plain;version=0.0.4;q=0.2,*/*;q=0.1', 'openmetrics', 'openmetrics'],
  ['Prometheus 3 with native histograms', 'application/vnd.google.protobuf;' +
    'proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,application/openmetrics-text;version=1.0.0;' +
    'escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,' +
    'text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1',
  'openmetrics', 'openmetrics'],
  ['Prometheus preferring text', 'text/plain;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=0.0.4;q=0.5,' +
    'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.4,*/*;q=0.3', 'text', 'text'],
  ['text with an escaping', 'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.2,' +
    'text/plain;version=0.0.4;escaping=allow-utf-8;q=0.3,*/*;q=0.1', 'text', 'text'],
  ['capital letters', 'Application/OpenMetrics-Text; Version=1.0.0', 'openmetrics', 'openmetrics'],
  ['OpenMetrics without a version', 'application/openmetrics-text', 'openmetrics', 'openmetrics'],
  ['OpenMetrics, unsupported version', 'application/openmetrics-text;version=0.0.1', 'text', null],
  ['text, unsupported version', 'text/plain;version=1.0.0', 'text', null],
  ['JSON over metrics', 'application/openmetrics-text;version=1.0.0;q=0.5, application/json', 'openmetrics', null],
  ['metrics refused', 'application/openmetrics-text;q=0, text/plain;q=0, */*', 'text', null]
]

for (const [title, accept, metrics, stats] of cases) {
  t.test(`${title} on /metrics and on /stats`, async t => {
    t.equal(expositionOf(accept), metrics)
    t.equal(expositionOverJson(accept), stats)
  })
}

t.test('only clients that name pages prefer a page', async t => {
  for (const accept of ['text/html', 'text/html,*/*;q=0.8', 'TEXT/HTML, application/json;q=0.9']) {
    t.equal(prefersPage(accept), true, accept)
  }
  for (const accept of [undefined, '', '*/*', 'text/*', 'application/json', 'application/json,text/html;q=0.5']) {
    t.equal(prefersPage(accept), false, String(accept))
  }
})
