import type { Sample } from '../result.ts'
import { PLENTY } from '../seed.ts'
import { BUYERS, UNITS } from '../subjects/flash.ts'
import { openPatientClient } from './peer.ts'
import { Vendure } from './vendure-api.ts'

/** 500 guests at once, each with all that an order takes in one request, and 100 units. */
export async function flash(
  url: string,
  variant: string,
  settle: () => Promise<void>,
): Promise<Sample[]> {
  const client = openPatientClient(url, BUYERS)
  const vendure = new Vendure(url, client.send)
  try {
    const admin = await vendure.signInAdmin()
    const before = await vendure.allocated(admin, variant)
    await vendure.setStock(admin, variant, before + UNITS)
    await settle()
    const startedAt = performance.now()
    const accepted = await Promise.all(
      Array.from({ length: BUYERS }, (_, n) =>
        vendure.tryAsGuest(variant, `guest-${n}@kiosk.test`),
      ),
    )
    const took = performance.now() - startedAt
    await settle()
    await vendure.setStock(admin, variant, PLENTY)
    const sold = (await vendure.allocated(admin, variant)) - before
    return [
      { metric: 'all settled', unit: 'ms', value: took },
      { metric: 'confirmed', unit: 'count', value: accepted.filter(Boolean).length },
      { metric: 'units set aside', unit: 'count', value: sold },
    ]
  } finally {
    await client.close()
  }
}
