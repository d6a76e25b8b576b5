import { execFileSync } from 'node:child_process'
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { Deployment } from 'kubernetes-models/apps/v1/Deployment'
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy'
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap'
import { Namespace } from 'kubernetes-models/v1/Namespace'
import { PersistentVolumeClaim } from 'kubernetes-models/v1/PersistentVolumeClaim'
import { Secret } from 'kubernetes-models/v1/Secret'
import { Service } from 'kubernetes-models/v1/Service'
import { parseAllDocuments } from 'yaml'
import { ROOT } from '../build.ts'

const KUBERNETES = join(ROOT, 'containers/kubernetes')

/** Any Kubernetes object, as it is written. */
export interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string }
}

/** The kinds that are used, each with the model that checks it. */
const MODELS = {
  ConfigMap,
  Deployment,
  Namespace,
  NetworkPolicy,
  PersistentVolumeClaim,
  Secret,
  Service,
} as const

/** The objects of a folder, by their files; what kustomize is told is none. */
export function readManifests(folder: string): Map<string, Manifest[]> {
  const files = globSync('**/*.yaml', { cwd: join(KUBERNETES, folder) })
    .filter((file) => basename(file) !== 'kustomization.yaml')
    .toSorted()
  return new Map(
    files.map((file) => [
      file,
      parseManifests(readFileSync(join(KUBERNETES, folder, file), 'utf8')),
    ]),
  )
}

/** The objects of an overlay as `kubectl apply -k` would send them. */
export function renderOverlay(name: string): Manifest[] {
  const folder = join(KUBERNETES, 'overlays', name)
  return parseManifests(execFileSync('kubectl', ['kustomize', folder], { encoding: 'utf8' }))
}

function parseManifests(text: string): Manifest[] {
  return parseAllDocuments(text).map((document) => document.toJS() as Manifest)
}

/** What is wrong with the values of objects: missing fields, wrong types. */
export function findInvalid(manifests: readonly Manifest[]): string[] {
  return manifests.flatMap((manifest) => {
    const Model = MODELS[manifest.kind as keyof typeof MODELS] as ModelClass | undefined
    if (Model === undefined) return [`nothing here checks a ${manifest.kind}`]
    try {
      new Model(manifest).validate()
      return []
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error)
      return [`${manifest.kind} ${manifest.metadata.name}: ${what}`]
    }
  })
}

type ModelClass = new (data: unknown) => { validate(): void }

/** What Kubernetes has no such field for, found by the compiler with the types of its API. */
export function findUnknownFields(manifests: readonly Manifest[]): string[] {
  // Inside the repository, where the types are found.
  const cache = join(ROOT, 'node_modules/.cache')
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, 'manifests-'))
  try {
    const file = join(folder, 'manifests.ts')
    writeFileSync(file, manifests.map(asTypeScript).join('\n'))
    const options = ['--noEmit', '--strict', '--skipLibCheck', '--ignoreConfig', '--types', '']
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
    execFileSync(process.execPath, [tsc, ...options, file], { cwd: ROOT, encoding: 'utf8' })
    return []
  } catch (error) {
    const { stdout = '', message } = error as { stdout?: string; message: string }
    return (stdout || message).trim().split('\n')
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function asTypeScript(manifest: Manifest, index: number): string {
  const { apiVersion, kind } = manifest
  const group = apiVersion === 'v1' ? 'core/v1' : apiVersion.replace('.k8s.io', '')
  const type = `import('kubernetes-types/${group}').${kind}`
  return `export const object${index}: ${type} = ${JSON.stringify(manifest, null, 1)}`
}
