import { AddressView } from '@kiosk/contracts/http/users-addresses'
import { SessionView } from '@kiosk/contracts/http/users-auth'
import { UserView } from '@kiosk/contracts/http/users-view'
import { pageOf } from '@kiosk/contracts/primitives/page'
import { isRefusal, type Gateway } from '../gateway.ts'

export const ADMIN_EMAIL = 'admin@kiosk.test'
export const STAFF_EMAIL = 'staff@kiosk.test'
export const CUSTOMER_EMAIL = 'customer@kiosk.test'
export const DEVELOPMENT_PASSWORD = 'kiosk-dev-password'

const CUSTOMER_PHONE = '+12025550123'

export const CUSTOMER_ADDRESS = {
  name: 'Kiosk Customer',
  line1: '1 Sample Street',
  city: 'Springfield',
  region: 'IL',
  postalCode: '62701',
  country: 'US',
}

/** The API as somebody with an account sees it. */
export async function signIn(gateway: Gateway, email: string, password: string): Promise<Gateway> {
  const session = await gateway.post('/v1/auth/login', { email, password }, SessionView)
  return gateway.as(session.accessToken)
}

/** The admin comes from the configuration of users; the other two are made here, once. */
export async function seedAccounts(gateway: Gateway, admin: Gateway): Promise<void> {
  const staff = await registered(gateway, STAFF_EMAIL, 'Kiosk Staff')
  const { id, role } = await staff.get('/v1/users/me', UserView)
  if (role === 'customer') await admin.patch(`/v1/users/${id}`, { role: 'staff' }, UserView)

  const customer = await registered(gateway, CUSTOMER_EMAIL, 'Kiosk Customer')
  const profile = await customer.get('/v1/users/me', UserView)
  if (profile.phone === undefined) {
    await customer.patch('/v1/users/me', { phone: CUSTOMER_PHONE }, UserView)
  }
  const addresses = await customer.get('/v1/users/me/addresses', pageOf(AddressView))
  if (addresses.items.length === 0) {
    await customer.post('/v1/users/me/addresses', CUSTOMER_ADDRESS, AddressView)
  }
}

async function registered(gateway: Gateway, email: string, name: string): Promise<Gateway> {
  const account = { email, password: DEVELOPMENT_PASSWORD, name }
  try {
    const session = await gateway.post('/v1/auth/register', account, SessionView)
    return gateway.as(session.accessToken)
  } catch (error) {
    if (!isRefusal(error, 'email_taken')) throw error
    return await signIn(gateway, email, DEVELOPMENT_PASSWORD)
  }
}
