import { mkdtempDisposableSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import getPort from 'get-port'
import { stringify } from 'yaml'
import { step } from '../step.ts'
import { engine } from './engine.ts'
import { forPodman, type ForPodman } from './for-podman.ts'
import { findInvalid, findUnknownFields, renderOverlay, type Manifest } from './manifests.ts'
import { waitUntilUp } from './ready.ts'
import { script } from './script.ts'

const NETWORK = 'kiosk-kube'
const OVERLAY = 'local'

/** Checks the Kubernetes manifests, and runs them as far as podman can. Returns what is wrong. */
export async function playKube(isKeeping: boolean): Promise<string[]> {
  const manifests = renderOverlay(OVERLAY)
  const faults = await step('Manifests', async ({ say }) => {
    const found = [...findInvalid(manifests), ...findUnknownFields(manifests)]
    say(`${manifests.length} objects, ${found.length} faults`)
    return await Promise.resolve(found)
  })
  if (faults.length > 0) return faults

  const port = await getPort()
  const url = `http://127.0.0.1:${port}`
  const shop = new Pods(forPodman(manifests, port))
  try {
    await step('Pods', async ({ say }) => {
      await shop.prepare()
      await shop.play()
      await waitUntilUp(url)
      say(`${url} is ready`)
    })
    await step('Seed', () => script('tools/containers/seed.ts', url))
    await step('Demo', () => script('tools/demo.ts', url))
    await step('All Pods made anew', async () => {
      await shop.stop()
      await shop.play()
      await waitUntilUp(url)
    })
    // It finds its products and its staff only if the data are still there.
    await step('Demo again', () => script('tools/demo.ts', url))
    return []
  } finally {
    if (isKeeping) console.log(`The shop is still at ${url}`)
    else await shop.remove()
  }
}

/** The shop of the manifests under podman. */
class Pods {
  readonly #objects: ForPodman
  readonly #folder = mkdtempDisposableSync(join(tmpdir(), 'kiosk-kube-'))

  constructor(objects: ForPodman) {
    this.#objects = objects
  }

  async prepare(): Promise<void> {
    await this.#clear()
    await engine('network', 'create', NETWORK)
    for (const volume of this.#objects.volumes) await engine('volume', 'create', volume)
  }

  async play(): Promise<void> {
    for (const deployment of this.#objects.deployments) {
      const { name } = deployment.metadata
      const file = this.#write(name, [...this.#objects.settings, deployment])
      // What a Service would do: others find the Pod by this name.
      await engine('play', 'kube', '--network', `${NETWORK}:alias=${name}`, file)
    }
  }

  async stop(): Promise<void> {
    for (const { metadata } of this.#objects.deployments) {
      await engine('play', 'kube', '--down', this.#file(metadata.name))
    }
  }

  async remove(): Promise<void> {
    await this.#clear()
    this.#folder.remove()
  }

  async #clear(): Promise<void> {
    const { deployments, volumes, leftovers } = this.#objects
    for (const { metadata } of deployments)
      await gone('pod', 'rm', '--force', `${metadata.name}-pod`)
    for (const volume of [...volumes, ...leftovers]) await gone('volume', 'rm', '--force', volume)
    await gone('network', 'rm', '--force', NETWORK)
  }

  #write(name: string, objects: readonly Manifest[]): string {
    const file = this.#file(name)
    writeFileSync(file, objects.map((object) => stringify(object)).join('---\n'))
    return file
  }

  #file(name: string): string {
    return join(this.#folder.path, `${name}.yaml`)
  }
}

/** What is not there need not be removed. */
async function gone(...command: readonly string[]): Promise<void> {
  await engine(...command).catch(() => {})
}
