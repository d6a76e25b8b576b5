import { expect, test } from 'vitest'
import { forPodman } from './for-podman.ts'
import type { Manifest } from './manifests.ts'

const FROM_SECRET = { valueFrom: { secretKeyRef: { name: 'own', key: 'A' } } }

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
              env: [{ name: 'PASSWORD', ...(name === 'own' ? FROM_SECRET : { value: 'x' }) }],
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

const SECRET = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'own' }, data: { A: 'YQ==' } }
const CLAIM = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data', namespace: 'kiosk' },
}

test('publishes the port of the gateway alone, to this machine alone', () => {
  const { deployments } = forPodman([deployment('gateway', 8787), deployment('other', 8786)], 9000)
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

test('leaves out probes and namespaces, and keeps volumes apart', () => {
  const own = forPodman([deployment('orders', 8786), CLAIM], 9000)
  const { deployments, volumes, leftovers } = own
  const text = JSON.stringify(deployments)
  expect(text).not.toMatch(/Probe|namespace/)
  expect(text).toContain('"volumeMounts":[{"name":"orders-tmp","mountPath":"/tmp"}]')
  expect(volumes).toEqual(['data'])
  expect(leftovers).toEqual(['orders-tmp'])
})

test('writes what Secrets say into the Pods', () => {
  const { deployments } = forPodman([deployment('own', 8786), SECRET], 9000)
  const text = JSON.stringify(deployments)
  expect(text).toContain('"env":[{"name":"A","value":"a"},{"name":"PASSWORD","value":"a"}]')
  expect(text).not.toContain('secretRef')
})
