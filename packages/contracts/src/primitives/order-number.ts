/**
 * The number of an order that people read out: the last ten characters (50 random bits) of its id in two
 * groups. Crockford's alphabet has no I, L, O or U to mishear.
 */
export function orderNumber(orderId: string): string {
  const tail = orderId.slice(-10)
  return `${tail.slice(0, 5)}-${tail.slice(5)}`
}
