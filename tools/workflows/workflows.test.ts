import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser'
import { describe, expect, it } from 'vitest'
import { ROOT } from '../build.ts'

const FOLDER = join(ROOT, '.github/workflows')
const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>
}
const pnpmOfReadme = /pnpm@[\d.]+/.exec(readFileSync(join(ROOT, 'README.md'), 'utf8'))?.[0]

describe.each(readdirSync(FOLDER))('%s', (name) => {
  const content = readFileSync(join(FOLDER, name), 'utf8')

  it("passes GitHub's own parser", () => {
    const { context } = parseWorkflow({ name, content }, new NoOperationTraceWriter())
    expect(context.errors.getErrors().map(({ message }) => message)).toEqual([])
  })

  it('pins every action to one version, and gives no job more than it needs', () => {
    const actions = [...content.matchAll(/uses: (\S+)/g)].map(([, action = '']) => action)
    expect(actions.filter((action) => !/^[\w-]+\/[\w-]+@v\d+\.\d+\.\d+$/.test(action))).toEqual([])
    expect(content).toContain('permissions:\n  contents: read\n')
    const jobs = content.match(/^ {4}runs-on:/gm)?.length
    expect(content.match(/^ {4}timeout-minutes:/gm)?.length).toBe(jobs)
  })

  it('runs the commands of the README, which exist', () => {
    const commands = [...content.matchAll(/npx -y (pnpm@\S+) ([\w:]+)/g)]
    expect(commands.length).toBeGreaterThan(0)
    for (const [, pnpm, script = ''] of commands) {
      expect(pnpm).toBe(pnpmOfReadme)
      expect(Object.keys(scripts)).toContain(script)
    }
  })
})

it('would notice a mistake', () => {
  const content = 'on: push\njobs:\n  test:\n    run-on: ubuntu-24.04\n    steps: []\n'
  const { context } = parseWorkflow({ name: 'x.yml', content }, new NoOperationTraceWriter())
  expect(context.errors.getErrors().length).toBeGreaterThan(0)
})
