import { describe, expect, it } from 'vitest'
import { addProduct, asStaff, call, namesOf, outcomeOf, patchProduct } from '../../test/client.ts'

describe('GET /v1/products/{idOrSlug}', () => {
  it.each([
    'prd_01JD8Z6Q3N4V5W6X7Y8Z9A0B1C',
    'prd_x',
    'no-such-slug',
    '%00',
    '%F0%9F%91%95',
    '%E0%A4%A',
    "' OR 1=1 --",
    '..%2F..%2Fetc',
  ])('finds nothing at %s', async (path) => {
    expect(await outcomeOf(`GET /v1/products/${path}`)).toBe('404 not_found')
  })

  it('shows a draft to staff only', async () => {
    const draft = await addProduct({ status: 'draft', name: 'Secret plan' })
    for (const at of [draft.id, draft.slug]) {
      expect(await outcomeOf(`GET /v1/products/${at}`)).toBe('404 not_found')
      expect(await outcomeOf(`GET /v1/products/${at}`, { as: 'customer' })).toBe('404 not_found')
      expect(await outcomeOf(`GET /v1/products/${at}`, asStaff)).toBe('200')
    }
    expect(await namesOf({ q: 'secret plan' })).toEqual([])
    const published = await call('GET /v1/products?q=secret', asStaff)
    expect(await published.json(), 'staff ask for drafts').toMatchObject({ items: [] })
    expect(await outcomeOf('GET /v1/products?status=draft')).toBe('401 unauthorized')
    const asCustomer = await outcomeOf('GET /v1/products?status=draft', { as: 'customer' })
    expect(asCustomer).toBe('403 forbidden')
    const drafts = await call('GET /v1/products?status=draft', asStaff)
    const { items } = await drafts.json<{ items: unknown[] }>()
    expect(items).toEqual([expect.objectContaining({ id: draft.id, status: 'draft' })])
    expect(await patchProduct(draft.id, { status: 'published' })).toBe('200')
    expect(await namesOf({ q: 'secret plan' })).toEqual(['Secret plan'])
  })
})
