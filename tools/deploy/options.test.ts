import { expect, it } from 'vitest'
import { readOptions } from './options.ts'

const ACCOUNT = { CLOUDFLARE_ACCOUNT_ID: 'account', CLOUDFLARE_API_TOKEN: 'token' }

it.each([
  ['no environment', []],
  ['an unknown environment', ['test']],
  ['two environments', ['staging', 'production']],
  ['an unknown option', ['staging', '--dryrun']],
])('explains itself to %s', (_, args) => {
  expect(() => readOptions(args, ACCOUNT)).toThrow('--dry-run          show the plan')
})

it('needs an account, except to show a plan', () => {
  expect(() => readOptions(['staging'], {})).toThrow('CLOUDFLARE_API_TOKEN')
  expect(readOptions(['staging', '--dry-run'], {}).credentials).toBeNull()
})

it("talks to Cloudflare's own API unless told otherwise", () => {
  const { credentials } = readOptions(['production'], ACCOUNT)
  expect(credentials?.baseUrl).toBe('https://api.cloudflare.com/client/v4')
})

it('reads which secrets to replace', () => {
  const { replaced } = readOptions(['staging', '--replace=A,B'], ACCOUNT)
  expect([...replaced]).toEqual(['A', 'B'])
})
