import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import ts from 'typescript'
import { parseAllDocuments } from 'yaml'
import { environmentSchema } from '../../lib/config/environment.ts'
import { loadConfig } from '../../lib/config/load.ts'
import { authority } from '../support/certificates.ts'
import { folder } from '../support/folder.ts'
import { problemsOf } from '../support/load.ts'

const root = join(import.meta.dirname, '../..')
const dir = join(root, 'deploy/kubernetes')
const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

/** The module with the models of an API version. */
const moduleOf = (apiVersion: string) => apiVersion.startsWith('monitoring.coreos.com/')
  ? `@kubernetes-models/prometheus-operator/${apiVersion}`
  : `kubernetes-models/${apiVersion}`

const resources = readdirSync(dir).flatMap(file => parseAllDocuments(readFileSync(join(dir, file), 'utf8'))
  .map(document => ({ file, ...document.toJS() })))
const find = (wanted: string) => resources.find(({ kind }) => kind === wanted)

const { spec: deployment } = find('Deployment')
const { spec: pod, metadata: { labels: podLabels } } = deployment.template
const [container] = pod.containers
const mountOf = (path: string) => {
  const { name } = container.volumeMounts.find(({ mountPath }: { mountPath: string }) => mountPath === path)
  return pod.volumes.find((volume: { name: string }) => volume.name === name)
}

/** What TypeScript says of resources as literals of their types: unlike the models, it rejects unknown keys. */
function compile (given: typeof resources): string[] {
  const file = join(root, 'test/install/manifests.ts')
  const text = given.map(({ file: _file, ...resource }, index) =>
    `import type { I${resource.kind} as T${index} } from '${moduleOf(resource.apiVersion)}'\n` +
    `export const r${index}: T${index} = ${JSON.stringify(resource)}`).join('\n')
  const options = { module: ts.ModuleKind.NodeNext, strict: true, skipLibCheck: true, noEmit: true, types: [] }
  const host = ts.createCompilerHost(options)
  const { getSourceFile, fileExists } = host
  host.fileExists = path => path === file || fileExists(path)
  host.getSourceFile = (path, target, ...rest) =>
    path === file ? ts.createSourceFile(path, text, target) : getSourceFile(path, target, ...rest)
  return ts.getPreEmitDiagnostics(ts.createProgram([file], options, host))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
}

t.test('has only valid resources', async t => {
  t.strictSame(resources.map(({ kind }) => kind), ['Secret', 'ConfigMap', 'PersistentVolumeClaim', 'Deployment',
    'Service', 'NetworkPolicy', 'ServiceMonitor'])
  for (const { file, ...resource } of resources) {
    const { [resource.kind]: Model } = await import(moduleOf(resource.apiVersion))
    t.doesNotThrow(() => new Model(resource).validate(), `${file}: ${resource.kind}`)
  }
  const monitor = find('ServiceMonitor')
  const misspelt = { ...monitor, spec: { ...monitor.spec, endpoint: [] } }
  t.match(compile([...resources, misspelt]), [/'"endpoint"' does not exist in type/], 'no unknown key but this')
})

t.test('refers to what is there', async t => {
  const names = new Set(resources.map(({ kind, metadata }) => `${kind}/${metadata.name}`))
  t.ok(names.has(`ConfigMap/${mountOf('/config').configMap.name}`))
  t.ok(names.has(`Secret/${mountOf('/secret').secret.secretName}`))
  t.ok(names.has(`PersistentVolumeClaim/${mountOf('/app/data').persistentVolumeClaim.claimName}`))
  const service = find('Service')
  for (const selector of [deployment.selector.matchLabels, service.spec.selector,
    find('NetworkPolicy').spec.podSelector.matchLabels]) t.strictSame(selector, podLabels)
  const { selector, endpoints: [endpoint] } = find('ServiceMonitor').spec
  t.match(service.metadata.labels, selector.matchLabels)
  const [{ name: port, targetPort }] = service.spec.ports
  t.equal(endpoint.port, port)
  t.equal(targetPort, container.ports[0].name)
  t.equal(container.ports[0].containerPort, environmentSchema.properties.PORT.default)
  const { name: secret, key } = endpoint.authorization.credentials
  t.ok(names.has(`Secret/${secret}`))
  t.equal(typeof find('Secret').stringData[key], 'string')
  t.equal(container.image, `${name}:${version}`)
})

t.test('runs the service without privileges', async t => {
  t.match(pod, {
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } }
  })
  t.strictSame(container.securityContext,
    { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } })
  for (const { httpGet } of [container.readinessProbe, container.livenessProbe]) {
    t.strictSame(httpGet, { path: '/status', port: 'http' })
  }
})

t.test('configures the service, which refuses to start until the token is replaced', async t => {
  const cwd = folder(t)
  const { dir: certificates, issue } = await authority(t)
  const { cert, key } = await issue('client')
  const path = join(cwd, 'nas')
  mkdirSync(path)
  copyFileSync(join(certificates, 'ca.pem'), join(path, 'ca.pem'))
  copyFileSync(cert, join(path, 'cert.pem'))
  copyFileSync(key, join(path, 'key.pem'))
  const mounted = (text: string) => text.replaceAll('/certs/nas', path)
    .replace('/config/', `${cwd}/`).replace('/secret/', `${cwd}/`)
  const env = Object.fromEntries(container.env
    .map(({ name, value }: { name: string, value: string }) => [name, mounted(value)]))
  t.strictSame(Object.keys(env).filter(name => !(name in environmentSchema.properties)), [])
  writeFileSync(join(cwd, 'dockstat.yaml'), mounted(find('ConfigMap').data['dockstat.yaml']))
  writeFileSync(join(cwd, 'token'), find('Secret').stringData.token)
  t.match(await problemsOf(t, loadConfig({ cwd, env })), [/^SECRET_FILE: the token in the file must be .* spaces/])
  writeFileSync(join(cwd, 'token'), 'a-token')
  const { hosts, log, history } = await loadConfig({ cwd, env })
  t.match(hosts, [{ name: 'nas', address: 'https://nas.example.com:2376' }])
  t.equal(log.file, null)
  t.equal(history.file, join(cwd, 'data/history.db'), 'in the volume, because the image works in /app')
})
