import { afterEach } from 'vitest'
import { lastErrors } from './harness.ts'

afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return
  for (const line of await lastErrors()) console.error(line)
})
