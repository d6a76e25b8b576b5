import { gatewayAt } from '../gateway.ts'
import { ADMIN_EMAIL, DEVELOPMENT_PASSWORD, signIn } from '../seed/accounts.ts'
import { seed } from '../seed/seed.ts'
import { waitUntilUp } from './ready.ts'

// node tools/containers/seed.ts     fills a shop for development with accounts, products and stock
// KIOSK_URL                         where it is

const PRODUCTS_PER_LINE = 50

const url = process.env['KIOSK_URL'] || 'http://localhost:8787'
await waitUntilUp(url)
const gateway = gatewayAt(url)
const admin = await signIn(gateway, ADMIN_EMAIL, DEVELOPMENT_PASSWORD)
const count = await seed(gateway, admin, (done, total) => {
  if (done % PRODUCTS_PER_LINE === 0) console.log(`${done} of ${total} products`)
})
console.log(`${count} products are on sale.`)
