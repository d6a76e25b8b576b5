import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SECRETS } from '@kiosk/runner/secrets'
import { readSettings } from '@kiosk/runner/settings'
import { HEALTH_PORT, INTERNAL_PORT, PUBLIC_PORT } from '@kiosk/runner/worker-file'
import { beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { ROOT, WORKERS, type WorkerName } from '../build.ts'
import { composeFile } from './compose-file.ts'
import { imageOf } from './images.ts'
import { findInvalid, findUnknownFields, readManifests } from './manifests.ts'
import { workerFileOf } from './worker-file.ts'

// What is written by hand for containers must agree with wrangler.toml and with itself.

const files = new Map<WorkerName, Awaited<ReturnType<typeof workerFileOf>>>()
beforeAll(async () => {
  for (const worker of WORKERS) files.set(worker, await workerFileOf(worker))
})

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

describe('the Dockerfiles', () => {
  test.each(WORKERS)('%s is built as all others are', (worker) => {
    const port = worker === 'gateway' ? PUBLIC_PORT : INTERNAL_PORT
    const own = read(`containers/${worker}/Dockerfile`)
    const shared = read('containers/orders/Dockerfile')
      .replace('The Worker "orders"', `The Worker "${worker}"`)
      .replace('pack.ts orders', `pack.ts ${worker}`)
      .replace(`EXPOSE ${HEALTH_PORT} ${INTERNAL_PORT}`, `EXPOSE ${HEALTH_PORT} ${port}`)
    expect(own).toBe(shared)
  })

  test('use the Node and the pnpm of the repository', () => {
    const dockerfile = read('containers/orders/Dockerfile')
    const [, major] = /^ {2}node: (\d+)\./m.exec(read('pnpm-workspace.yaml')) ?? []
    const [, pnpm] = /npx -y (pnpm@[\d.]+) test/.exec(read('.github/workflows/ci.yml')) ?? []
    expect(new Set(dockerfile.match(/^FROM \S+/gm))).toEqual(
      new Set([`FROM node:${major}-bookworm-slim`]),
    )
    expect(dockerfile).toContain(`npm install --global ${pnpm}\n`)
  })

  test('ask for health where the runner tells it', () => {
    expect(read('containers/orders/Dockerfile')).toContain(`/dev/tcp/127.0.0.1/${HEALTH_PORT}`)
  })
})

describe('docker-compose.yml', () => {
  const { services, volumes } = composeFile()

  test('runs every Worker and the broker, each on a volume of its own', () => {
    const running = Object.entries(services).filter(([, { profiles }]) => profiles === undefined)
    const names = [...WORKERS, 'broker']
    expect(running.map(([name]) => name).toSorted()).toEqual(names.toSorted())
    expect(Object.keys(volumes).toSorted()).toEqual(names.toSorted())
    for (const name of names) expect(services[name]?.volumes?.[0]).toMatch(`${name}:/`)
  })

  test.each(WORKERS)('builds, names and closes %s', (worker) => {
    const service = services[worker]
    expect(service?.build?.dockerfile).toBe(`containers/${worker}/Dockerfile`)
    const image = service?.image?.replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1')
    expect(image).toBe(imageOf(worker))
    expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'] })
  })

  test('lets others reach a Worker by the name that its bindings have', () => {
    const called = new Set(
      [...files.values()].flatMap(({ calls }) => Object.values(calls).map(({ host }) => host)),
    )
    expect(called.size).toBe(WORKERS.length - 1)
    const aliases = WORKERS.flatMap((worker) => services[worker]?.networks?.default?.aliases ?? [])
    expect(new Set(aliases)).toEqual(called)
  })

  test('publishes what is public, to this machine, and nothing else', () => {
    for (const [name, { ports }] of Object.entries(services)) {
      if (files.get(name as WorkerName)?.isPublic !== true) expect(ports).toBeUndefined()
      else expect(ports).toEqual([`\${KIOSK_ADDRESS:-127.0.0.1}:\${PORT:-8787}:${PUBLIC_PORT}`])
    }
  })

  test('hands every secret to the Worker that has it, and to no other', () => {
    for (const worker of WORKERS) {
      const given = Object.keys(services[worker]?.environment ?? {})
      const secrets = SECRETS.filter((secret) => given.includes(`WORKER_${secret.name}`))
      expect(secrets).toEqual(SECRETS.filter((secret) => secret.worker === worker))
    }
  })

  test('is for development, with the password that the runner refuses in production', () => {
    const environment = Object.entries(services['users']?.environment ?? {}).map(
      ([name, value]) => [name, value.replace(/\$\{\w+:-([^}]*)\}/, '$1')] as const,
    )
    const settings = readSettings(Object.fromEntries(environment), read)
    expect(settings.mode).toBe('development')
    const production = { ...Object.fromEntries(environment), KIOSK_MODE: 'production' }
    expect(() => readSettings(production, read)).toThrow('KIOSK_BROKER_PASSWORD')
    expect(services['broker']?.environment?.['RABBITMQ_DEFAULT_PASS']).toBe(
      services['users']?.environment?.['KIOSK_BROKER_PASSWORD'],
    )
  })
})

describe('the Kubernetes manifests', () => {
  const manifests = [...readManifests('base'), ...readManifests('overlays')]
  const isPatch = (file: string) => file === 'gateway/public-port.yaml'
  const whole = manifests.filter(([file]) => !isPatch(file)).flatMap(([, objects]) => objects)

  test('have the fields that Kubernetes knows, and those that it needs', () => {
    expect(findInvalid(whole)).toEqual([])
    expect(findUnknownFields(whole)).toEqual([])
  })

  test.each(WORKERS)('run %s by its name, of its image', (worker) => {
    const kustomization = parse(
      read(`containers/kubernetes/base/${worker}/kustomization.yaml`),
    ) as {
      nameSuffix: string
      images: unknown
    }
    expect(`kiosk${kustomization.nameSuffix}`).toBe(files.get(worker)?.name)
    expect(kustomization.images).toEqual([{ name: 'kiosk-worker', newName: `kiosk-${worker}` }])
  })

  test('run all Workers, of images that were built here', () => {
    const base = parse(read('containers/kubernetes/base/kustomization.yaml')) as Kustomization
    const local = parse(
      read('containers/kubernetes/overlays/local/kustomization.yaml'),
    ) as Kustomization
    expect(base.resources).toEqual(expect.arrayContaining([...WORKERS]))
    const images = local.images.map(({ name, newTag }) => `${name}:${newTag}`)
    expect(images.toSorted()).toEqual(WORKERS.map(imageOf).toSorted())
  })

  test('let Workers reach every port that an entrypoint has, and clients one', () => {
    const [workers, gateway, broker] = manifests
      .flatMap(([, objects]) => objects)
      .filter(({ kind }) => kind === 'NetworkPolicy')
      .map((policy) => (policy as unknown as Policy).spec.ingress[0]?.ports[0])
    const ports = [...files.values()].flatMap(({ listens }) => listens.map(({ port }) => port))
    expect(workers?.port).toBe(INTERNAL_PORT)
    expect(workers?.endPort).toBeGreaterThanOrEqual(Math.max(...ports))
    expect(gateway?.port).toBe(PUBLIC_PORT)
    expect(broker?.port).toBe(5672)
  })

  test('run the broker that docker-compose.yml runs', () => {
    expect(read('containers/kubernetes/base/broker/deployment.yaml')).toContain(
      `image: ${composeFile().services['broker']?.image}\n`,
    )
  })
})

interface Kustomization {
  readonly resources: readonly string[]
  readonly images: readonly { readonly name: string; readonly newTag: string }[]
}

interface Policy {
  readonly spec: {
    readonly ingress: readonly {
      readonly ports: readonly { readonly port: number; readonly endPort?: number }[]
    }[]
  }
}
