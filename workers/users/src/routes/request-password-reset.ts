import { requestPasswordReset as contract } from '@kiosk/contracts/http/users-auth'
import { describeError, log } from '@kiosk/kit/log'
import { endpoint } from '../endpoint.ts'
import { requestPasswordReset as request } from '../operations/request-password-reset.ts'

export const requestPasswordReset = endpoint(contract, (c) => {
  const { email } = c.req.valid('json')
  // Answered before the work is done: otherwise the time it takes, or its failure, would tell whether
  // there is such an account. Who gets no mail asks again.
  const work = request(c.var.deps, email).catch((error: unknown) =>
    log('error', 'password reset not requested', { error: describeError(error) }),
  )
  c.executionCtx.waitUntil(work)
  return c.json({ status: 'accepted' as const }, 202)
})
