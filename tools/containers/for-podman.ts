import { PUBLIC_PORT } from '@kiosk/runner/worker-file'
import type { Deployment } from 'kubernetes-types/apps/v1'
import type { Container, EnvVar, Volume } from 'kubernetes-types/core/v1'
import type { Manifest } from './manifests.ts'

/** What `podman play kube` is given in place of the manifests. docs/containers.md says what differs. */
export interface ForPodman {
  readonly settings: readonly Manifest[]
  /** One for each Pod; its name is the one that others call it by. */
  readonly deployments: readonly Manifest[]
  /** The claims, which become volumes. */
  readonly volumes: readonly string[]
  /** The empty volumes, which podman makes by itself and leaves behind. */
  readonly leftovers: readonly string[]
}

/** What is in each Secret, as plain text. */
type Secrets = ReadonlyMap<string, Readonly<Record<string, string>>>

/**
 * Podman knows Deployments, ConfigMaps and claims, and none of what is between Pods. It opens every port
 * to the world, cannot ask a Pod without curl how it is, and reads Secrets differently in each version.
 * @param port Where the gateway is to be on this machine.
 */
export function forPodman(manifests: readonly Manifest[], port: number): ForPodman {
  const of = (kind: string) => manifests.filter((manifest) => manifest.kind === kind).map(placed)
  const secrets = new Map(of('Secret').map((secret) => [secret.metadata.name, textsOf(secret)]))
  const deployments = of('Deployment').map((manifest) => adapt(manifest, secrets, port))
  return {
    settings: of('ConfigMap'),
    deployments,
    volumes: of('PersistentVolumeClaim').map(({ metadata }) => metadata.name),
    leftovers: deployments.flatMap(({ spec }) => emptyVolumes(spec?.template.spec?.volumes)),
  }
}

/** Podman has no namespaces. */
function placed(manifest: Manifest): Manifest {
  const { namespace: _, ...metadata } = manifest.metadata as { name: string; namespace?: string }
  return { ...manifest, metadata }
}

function textsOf(secret: Manifest): Record<string, string> {
  const { data = {} } = secret as { data?: Record<string, string> }
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
  )
}

function emptyVolumes(volumes: readonly Volume[] = []): string[] {
  return volumes.filter(({ emptyDir }) => emptyDir !== undefined).map(({ name }) => name)
}

function adapt(manifest: Manifest, secrets: Secrets, port: number): Manifest & Deployment {
  const deployment = structuredClone(manifest) as Manifest & Deployment
  const pod = deployment.spec?.template.spec
  if (pod === undefined) throw new Error(`${manifest.metadata.name} has no Pod`)
  pod.containers = pod.containers.map((container) => adaptContainer(container, secrets, port))
  const { name } = manifest.metadata
  pod.volumes = (pod.volumes ?? []).map((volume) => ownVolume(volume, name))
  for (const mount of pod.containers.flatMap(({ volumeMounts = [] }) => volumeMounts)) {
    if (mount.name === 'tmp') mount.name = `${name}-tmp`
  }
  return deployment
}

function adaptContainer(container: Container, secrets: Secrets, port: number): Container {
  const { livenessProbe: _, readinessProbe: __, startupProbe: ___, ports, ...rest } = container
  const isPublic = ports?.some(({ containerPort }) => containerPort === PUBLIC_PORT) === true
  const sources = rest.envFrom ?? []
  const all = sources.flatMap(({ secretRef }) =>
    Object.entries(secrets.get(secretRef?.name ?? '') ?? {}),
  )
  return {
    ...rest,
    envFrom: sources.filter(({ secretRef }) => secretRef === undefined),
    env: [
      ...all.map(([name, value]) => ({ name, value })),
      ...(rest.env ?? []).map((variable) => inPlain(variable, secrets)),
    ],
    ...(isPublic && {
      ports: [{ containerPort: PUBLIC_PORT, hostPort: port, hostIP: '127.0.0.1' }],
    }),
  }
}

function inPlain(variable: EnvVar, secrets: Secrets): EnvVar {
  const reference = variable.valueFrom?.secretKeyRef
  if (reference === undefined) return variable
  const value = secrets.get(reference.name ?? '')?.[reference.key]
  if (value === undefined) throw new Error(`there is no ${reference.key} in ${reference.name}`)
  return { name: variable.name, value }
}

/** Empty volumes of the same name would be the same volume. */
function ownVolume(volume: Volume, pod: string): Volume {
  return volume.emptyDir === undefined ? volume : { ...volume, name: `${pod}-${volume.name}` }
}
