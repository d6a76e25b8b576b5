import { expect, test } from 'vitest'
import { forPodman } from './for-podman.ts'
import type { Manifest } from './manifests.ts'

function deployment(name: string, containerPort: number): Manifest {
  const manifest = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'kiosk' },
    spec: {
      selector: {},
      template: {
        spec: {
          containers: [
            {
              name: 'worker',
              ports: [{ containerPort }],
              readinessProbe: { tcpSocket: { port: 1 } },
              envFrom: [{ configMapRef: { name: 'settings' } }, { secretRef: { name } }],
              volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
            },
          ],
          volumes: [{ name: 'tmp', emptyDir: {} }],
        },
      },
    },
  }
  return manifest
}

const SECRET = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'full' }, data: { a: 'YQ==' } }
const EMPTY = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'empty' } }
const CLAIM = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data', namespace: 'kiosk' },
}

test('publishes the port of the gateway alone, to this machine alone', () => {
  const { deployments } = forPodman([deployment('full', 8787), deployment('other', 8786)], 9000)
  expect(deployments[0]).toMatchObject({
    spec: {
      template: {
        spec: {
          containers: [{ ports: [{ containerPort: 8787, hostPort: 9000, hostIP: '127.0.0.1' }] }],
        },
      },
    },
  })
  expect(JSON.stringify(deployments[1])).not.toContain('ports')
})

test('leaves out probes, empty secrets and namespaces, and keeps volumes apart', () => {
  const { deployments, secrets, volumes } = forPodman(
    [deployment('empty', 8786), SECRET, EMPTY, CLAIM],
    9000,
  )
  const text = JSON.stringify(deployments)
  expect(text).not.toMatch(/Probe|secretRef|namespace/)
  expect(text).toContain('"volumeMounts":[{"name":"empty-tmp","mountPath":"/tmp"}]')
  expect(secrets.map(({ metadata }) => metadata.name)).toEqual(['full'])
  expect(volumes).toEqual(['data'])
})
