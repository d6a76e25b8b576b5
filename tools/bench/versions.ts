import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { ROOT } from '../build.ts'

/** The commit that is measured. */
export function commitOf(): string {
  try {
    const git = (...args: string[]) => execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' })
    const isChanged = git('status', '--porcelain', '--', 'packages', 'workers', 'migrations') !== ''
    return `${git('rev-parse', '--short', 'HEAD').trim()}${isChanged ? ' with changes' : ''}`
  } catch {
    return 'no commit'
  }
}

/** What Kiosk runs on. */
export function versions(): Record<string, string> {
  const ours = createRequire(import.meta.url)
  const miniflares = createRequire(ours.resolve('miniflare'))
  const versionOf = (require: NodeJS.Require, name: string) =>
    (require(`${name}/package.json`) as { version: string }).version
  return {
    workerd: versionOf(miniflares, 'workerd'),
    miniflare: versionOf(ours, 'miniflare'),
    node: process.versions.node,
  }
}
