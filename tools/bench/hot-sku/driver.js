// Drives the object of one SKU as inventory does, and inventory as orders does, as fast as it can.

const HOLD_MS = 60 * 60 * 1000
const CALL = {
  requestId: 'bench',
  traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-00`,
  actor: 'bench',
}
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

export default {
  async fetch(request, env) {
    const { pathname, searchParams } = new URL(request.url)
    const sku = searchParams.get('sku')
    const times = Number(searchParams.get('times'))
    const inFlight = Number(searchParams.get('inFlight'))
    const work = WORK[pathname]
    if (work === undefined) return new Response('There is no such operation', { status: 404 })
    const outcomes = {}
    let left = times
    const startedAt = Date.now()
    await Promise.all(
      Array.from({ length: inFlight }, async () => {
        while (left-- > 0) {
          const outcome = await work(env, sku, searchParams)
          outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
        }
      }),
    )
    return Response.json({ ms: Date.now() - startedAt, outcomes })
  },
}

const WORK = {
  async '/set-up'({ STOCK }, sku, params) {
    const stock = STOCK.getByName(sku)
    await stock.set(CALL, sku, { onHand: Number(params.get('units')), lowStockThreshold: 0 })
    const view = await stock.split(CALL, Number(params.get('buckets')))
    const waitMs = Math.max(0, (view.effectiveAt ?? 0) - Date.now())
    await new Promise((resolve) => setTimeout(resolve, waitMs + 1))
    return 'done'
  },

  // A call of the object that does next to nothing: what calling costs.
  async '/call'({ STOCK }, sku) {
    await STOCK.getByName(sku).bucketCount()
    return 'done'
  },

  // The object itself: what one request of each kind costs it.
  async '/reserve'({ STOCK }, sku) {
    const hold = { expiresAt: Date.now() + HOLD_MS, attempt: 'bench' }
    return outcomeOf(await STOCK.getByName(sku).reserve(CALL, terms(), hold))
  },
  async '/life'({ STOCK }, sku) {
    const stock = STOCK.getByName(sku)
    const line = terms()
    const expiresAt = Date.now() + HOLD_MS
    const held = await stock.reserve(CALL, line, { expiresAt, attempt: 'bench' })
    if (!held.ok) return outcomeOf(held)
    return outcomeOf(await stock.sell(CALL, line))
  },

  // All of inventory, in however many buckets.
  async '/orders'({ INVENTORY }, sku) {
    const ref = {
      orderId: newId('ord'),
      reservationId: newId('rsv'),
      lines: [{ sku, quantity: 1 }],
    }
    const expiresAt = Date.now() + HOLD_MS
    const held = await INVENTORY.reserve(CALL, { ...ref, expiresAt })
    if (!held.ok) return outcomeOf(held)
    return outcomeOf(await INVENTORY.commit(CALL, ref))
  },
  async '/holds'({ INVENTORY }, sku) {
    const ref = {
      orderId: newId('ord'),
      reservationId: newId('rsv'),
      lines: [{ sku, quantity: 1 }],
    }
    return outcomeOf(await INVENTORY.reserve(CALL, { ...ref, expiresAt: Date.now() + HOLD_MS }))
  },
}

function terms() {
  const [reservationId, orderId] = [newId('rsv'), newId('ord')]
  const shared = { fingerprint: 'bench', owner: 'orders', severalLines: false }
  return { ...shared, reservationId, orderId, quantity: 1, traceparent: CALL.traceparent }
}

function outcomeOf(decided) {
  return decided.ok ? 'sold' : decided.refusal.code
}

function newId(prefix) {
  let time = ''
  for (let rest = Date.now(), n = 0; n < 10; n++, rest = Math.floor(rest / 32)) {
    time = DIGITS[rest % 32] + time
  }
  const chance = crypto.getRandomValues(new Uint8Array(16))
  return `${prefix}_${time}${Array.from(chance, (byte) => DIGITS[byte % 32]).join('')}`
}
