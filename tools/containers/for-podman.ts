import { PUBLIC_PORT } from '@kiosk/runner/worker-file'
import type { Deployment } from 'kubernetes-types/apps/v1'
import type { Container, Volume } from 'kubernetes-types/core/v1'
import type { Manifest } from './manifests.ts'

/** What `podman play kube` is given in place of the manifests. docs/containers.md says what differs. */
export interface ForPodman {
  /** Secrets; those without anything in them are left out, and so is who asks for them. */
  readonly secrets: readonly Manifest[]
  readonly settings: readonly Manifest[]
  /** One for each Pod; its name is the one that others call it by. */
  readonly deployments: readonly Manifest[]
  /** The claims, which become volumes. */
  readonly volumes: readonly string[]
}

/**
 * Podman knows Deployments, ConfigMaps, Secrets and claims, but none of what is between Pods; it opens
 * every port to the world, and cannot ask a Pod without curl how it is.
 * @param port Where the gateway is to be on this machine.
 */
export function forPodman(manifests: readonly Manifest[], port: number): ForPodman {
  const of = (kind: string) => manifests.filter((manifest) => manifest.kind === kind).map(placed)
  const secrets = of('Secret').filter((secret) => 'data' in secret)
  const known = new Set(secrets.map(({ metadata }) => metadata.name))
  return {
    secrets,
    settings: of('ConfigMap'),
    deployments: of('Deployment').map((manifest) => adapt(manifest, known, port)),
    volumes: of('PersistentVolumeClaim').map(({ metadata }) => metadata.name),
  }
}

/** Podman has no namespaces. */
function placed(manifest: Manifest): Manifest {
  const { namespace: _, ...metadata } = manifest.metadata as { name: string; namespace?: string }
  return { ...manifest, metadata }
}

function adapt(manifest: Manifest, secrets: ReadonlySet<string>, port: number): Manifest {
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

function adaptContainer(
  container: Container,
  secrets: ReadonlySet<string>,
  port: number,
): Container {
  const { livenessProbe: _, readinessProbe: __, startupProbe: ___, ports, ...rest } = container
  const isPublic = ports?.some(({ containerPort }) => containerPort === PUBLIC_PORT) === true
  return {
    ...rest,
    envFrom: (rest.envFrom ?? []).filter(
      ({ secretRef }) => secretRef === undefined || secrets.has(secretRef.name ?? ''),
    ),
    ...(isPublic && {
      ports: [{ containerPort: PUBLIC_PORT, hostPort: port, hostIP: '127.0.0.1' }],
    }),
  }
}

/** Empty volumes of the same name would be the same volume. */
function ownVolume(volume: Volume, pod: string): Volume {
  return volume.emptyDir === undefined ? volume : { ...volume, name: `${pod}-${volume.name}` }
}
