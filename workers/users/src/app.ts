import { createApp, type Endpoint } from '@kiosk/kit/app'
import { addInternalRoutes } from '@kiosk/kit/internal-routes'
import { createDeps, type Deps } from './deps.ts'
import type { Env } from './env.ts'
import { isReady } from './ready.ts'
import { changePassword } from './routes/change-password.ts'
import { confirmPasswordReset } from './routes/confirm-password-reset.ts'
import { createAddress } from './routes/create-address.ts'
import { deleteAddress } from './routes/delete-address.ts'
import { deleteMe } from './routes/delete-me.ts'
import { getAddress } from './routes/get-address.ts'
import { getJwks } from './routes/get-jwks.ts'
import { getMe } from './routes/get-me.ts'
import { listAddresses } from './routes/list-addresses.ts'
import { listUsers } from './routes/list-users.ts'
import { login } from './routes/login.ts'
import { logout } from './routes/logout.ts'
import { refresh } from './routes/refresh.ts'
import { register } from './routes/register.ts'
import { replaceAddress } from './routes/replace-address.ts'
import { requestPasswordReset } from './routes/request-password-reset.ts'
import { updateAddress } from './routes/update-address.ts'
import { updateMe } from './routes/update-me.ts'
import { updateUserRole } from './routes/update-user-role.ts'

// This Worker verifies tokens with its own keys: it is the one that others ask for them.
const keys = (env: Env) => createDeps(env).keys.find

/**
 * What nobody between here and the client may keep: tokens and personal data. `me` comes before `{id}`,
 * which would match it too.
 */
const personal = [
  register,
  login,
  refresh,
  logout,
  requestPasswordReset,
  confirmPasswordReset,
  getMe,
  updateMe,
  deleteMe,
  changePassword,
  listAddresses,
  createAddress,
  getAddress,
  replaceAddress,
  updateAddress,
  deleteAddress,
  listUsers,
  updateUserRole,
]

export const app = createApp<Env, Deps>({
  service: 'users',
  createDeps,
  keys,
  endpoints: [getJwks, ...personal.map(neverStored)],
  ready: isReady,
})

addInternalRoutes(app, {
  keys,
  republish: (env, since, subscriber) => env.RELAY.getByName('relay').republish(since, subscriber),
})

function neverStored({ route, handler }: Endpoint<Env, Deps>): Endpoint<Env, Deps> {
  return {
    route,
    handler: (c, next) => {
      c.header('cache-control', 'no-store')
      return handler(c, next)
    },
  }
}
