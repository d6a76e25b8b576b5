import { toInstant } from '@kiosk/contracts/primitives/time'
import { newEvent } from '@kiosk/kit/events'
import type { Deps } from '../deps.ts'
import { newOpaqueToken } from '../security/opaque-token.ts'
import { insertReset } from '../store/reset-store.ts'
import { findUserByEmail } from '../store/user-store.ts'
import { userFacts } from './user-events.ts'

/** Has a one-time token mailed to an account, if there is one and it has not asked too often. */
export async function requestPasswordReset(deps: Deps, email: string): Promise<void> {
  const guard = await deps.guardOf(email)
  if (!(await guard.mayRequestReset())) return
  const user = await findUserByEmail(deps.db, email)
  if (user === undefined) return
  const { token, tokenHash } = await newOpaqueToken()
  const now = deps.now()
  const expiresAt = now + deps.config.RESET_TTL_MS
  await deps.commit(
    insertReset(deps.db, { tokenHash, userId: user.id, createdAt: now, expiresAt }),
    [
      newEvent('user.password_reset_requested', {
        subject: user.id,
        aggregateversion: user.version,
        data: { ...userFacts(user), token, expiresAt: toInstant(expiresAt) },
      }),
    ],
  )
}
