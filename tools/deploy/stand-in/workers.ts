import { randomUUID } from 'node:crypto'
import { type Call, json, page, Refusal, type Route } from './call.ts'
import type { Script, State } from './state.ts'

type Binding = Record<string, unknown>

/** Workers: uploads with their bindings and secrets, versions, crons, addresses, assets. */
export function workerRoutes(state: State): Route[] {
  const { scripts } = state
  const find = (name: string | undefined) => findScript(state, name)
  return [
    [
      /^GET workers\/scripts$/,
      (call) => {
        const views = [...scripts.keys()].map((id) => ({ id }))
        return page(views, call)
      },
    ],
    [
      /^PUT workers\/scripts\/([^/]+)$/,
      (call) => {
        const [name = ''] = call.params
        scripts.set(name, upload(state, call, scripts.get(name)))
        return uploaded(name)
      },
    ],
    [
      /^POST workers\/scripts\/([^/]+)\/versions$/,
      (call) => {
        const [name = ''] = call.params
        scripts.set(name, upload(state, call, find(name)))
        return { ...uploaded(name), resources: { script: { etag: 'etag' } }, startup_time_ms: 10 }
      },
    ],
    [/^GET workers\/scripts\/([^/]+)\/deployments$/, () => ({ deployments: [] })],
    [/^POST workers\/scripts\/([^/]+)\/deployments$/, () => ({ id: randomUUID() })],
    [
      /^GET workers\/services\/([^/]+)$/,
      ({ params: [name] }) => {
        const script = { id: name, tags: [], migration_tag: find(name).migrationTag }
        return { id: name, default_environment: { environment: 'production', script } }
      },
    ],
    [
      /^GET workers\/scripts\/([^/]+)\/secrets$/,
      ({ params: [name] }) =>
        [...find(name).secrets.keys()].map((secret) => ({ name: secret, type: 'secret_text' })),
    ],
    [
      /^GET workers\/scripts\/([^/]+)\/settings$/,
      ({ params: [name] }) => ({ bindings: find(name).bindings, tags: [] }),
    ],
    [/^PATCH workers\/scripts\/([^/]+)\/(script-)?settings$/, () => ({})],
    ...triggerRoutes(state),
    ...assetRoutes,
  ]
}

function findScript({ scripts }: State, name: string | undefined): Script {
  const script = scripts.get(name ?? '')
  if (script === undefined) throw new Refusal(404, 10007, 'This Worker does not exist')
  return script
}

/** What a Worker is reached by: crons and addresses. */
function triggerRoutes(state: State): Route[] {
  return [
    [
      /^PUT workers\/scripts\/([^/]+)\/schedules$/,
      ({ params: [name = ''], body }) => {
        const crons = JSON.parse(body.toString('utf8')) as object[]
        state.scripts.set(name, { ...findScript(state, name), crons })
        return { schedules: crons }
      },
    ],
    [/^GET workers\/subdomain$/, () => ({ subdomain: 'stand-in' })],
    [
      /^GET workers\/workers\/([^/]+)$/,
      ({ params: [name = ''] }) => {
        const { isPublic } = findScript(state, name)
        return { id: name, name, subdomain: { enabled: isPublic, previews_enabled: false } }
      },
    ],
    [
      /^POST workers\/scripts\/([^/]+)\/subdomain$/,
      (call) => {
        const [name = ''] = call.params
        const isPublic = json(call)['enabled'] === true
        state.scripts.set(name, { ...findScript(state, name), isPublic })
        return { enabled: isPublic, previews_enabled: false }
      },
    ],
  ]
}

const assetRoutes: Route[] = [
  [
    /^POST workers\/scripts\/([^/]+)\/assets-upload-session$/,
    (call) => {
      const files = Object.values(json(call)['manifest'] as Record<string, { hash: string }>)
      return { jwt: 'uploads', buckets: [files.map(({ hash }) => hash)] }
    },
  ],
  [/^POST workers\/assets\/upload$/, () => ({ jwt: 'uploaded' })],
]

function uploaded(id: string) {
  const version = randomUUID()
  return {
    id: version,
    script: id,
    etag: 'etag',
    deployment_id: version.replaceAll('-', ''),
    startup_time_ms: 10,
  }
}

function upload(state: State, call: Call, before: Script | undefined): Script {
  const metadata = metadataOf(call)
  const given = (metadata.bindings ?? []).filter(({ type }) => type !== 'inherit')
  for (const binding of given) refuseDangling(state, binding)
  const secrets = given.filter(({ type }) => type === 'secret_text')
  return {
    bindings: given.filter(({ type }) => type !== 'secret_text'),
    // An upload adds secrets and never takes one away.
    secrets: new Map([
      ...(before?.secrets ?? []),
      ...secrets.map(({ name, text }) => [String(name), String(text)] as const),
    ]),
    crons: before?.crons ?? [],
    isPublic: before?.isPublic ?? false,
    migrationTag: metadata.migrations?.new_tag ?? before?.migrationTag,
    versions: (before?.versions ?? 0) + 1,
    message: metadata.annotations?.['workers/message'],
  }
}

interface Metadata {
  readonly bindings?: readonly Binding[]
  readonly migrations?: { readonly new_tag?: string }
  readonly annotations?: Readonly<Record<string, string>>
}

/** The part of an upload that is not code. */
function metadataOf({ body }: Call): Metadata {
  const part = /name="metadata"\r\n(?:[\w-]+:.*\r\n)*\r\n(.*)\r\n/.exec(body.toString('latin1'))
  return JSON.parse(part?.[1] ?? '{}') as Metadata
}

/** A binding to what does not exist is refused, as production does. */
function refuseDangling({ databases, namespaces, queues, scripts }: State, binding: Binding): void {
  const exists = (() => {
    switch (binding['type']) {
      case 'service':
        return scripts.has(String(binding['service']))
      case 'queue':
        return queues.has(String(binding['queue_name']))
      case 'd1':
        return [...databases.values()].some(
          ({ id }) => id === (binding['id'] ?? binding['database_id']),
        )
      case 'kv_namespace':
        return [...namespaces.values()].includes(String(binding['namespace_id']))
      default:
        return true
    }
  })()
  if (!exists)
    throw new Refusal(400, 10143, `The binding leads nowhere: ${JSON.stringify(binding)}`)
}
