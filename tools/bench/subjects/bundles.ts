import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare'
import { workerBundle, type WorkerName, WORKERS } from '../../build.ts'
import type { Sample, Subject } from '../result.ts'

/**
 * How large each Worker is, and how long it takes a fresh isolate to compile it and run its top level:
 * what the first visitor waits for where it has not run before.
 */
export const bundles: Subject = {
  name: 'bundles',
  part: 'bundles',
  async measure() {
    const runtime = new Miniflare(
      convertV4MiniflareOptions({
        name: 'importer',
        modules: [
          { type: 'ESModule', path: 'index.js', contents: IMPORTER },
          ...WORKERS.map((worker) => ({
            type: 'ESModule' as const,
            path: `${worker}.js`,
            contents: bundleOf(worker),
          })),
        ],
        modulesRoot: '.',
        compatibilityDate: '2026-10-20',
        cf: false,
        log: new Log(LogLevel.ERROR),
        handleStructuredLogs: () => {},
      }),
    )
    try {
      await runtime.ready
      const samples: Sample[] = []
      for (const worker of WORKERS) {
        const answer = await runtime.dispatchFetch(`http://importer/${worker}`)
        const startMs = Number(await answer.text())
        if (!answer.ok) throw new Error(`the Worker ${worker} does not start`)
        samples.push(...samplesOf(worker, bundleOf(worker), startMs))
      }
      return samples
    } finally {
      await runtime.dispose()
    }
  },
}

// Each bundle is a module that nothing has imported yet.
const IMPORTER = `export default {
  async fetch(request) {
    const startedAt = performance.now()
    await import('.' + new URL(request.url).pathname + '.js')
    return new Response(performance.now() - startedAt)
  },
}`

function bundleOf(worker: WorkerName): string {
  return readFileSync(join(workerBundle(worker), 'index.js'), 'utf8')
}

function samplesOf(worker: string, bundle: string, startMs: number): Sample[] {
  const subject = `Worker ${worker}`
  return [
    { subject, metric: 'size', unit: 'KiB', value: Buffer.byteLength(bundle) / 1024 },
    { subject, metric: 'size, gzip', unit: 'KiB', value: gzipSync(bundle).length / 1024 },
    { subject, metric: 'start', unit: 'ms', value: startMs },
  ]
}
