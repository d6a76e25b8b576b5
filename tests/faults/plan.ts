import type { Journey } from './journeys/journey.ts'
import { IO_KINDS, MESSAGE_KINDS, nameOf, type Kind, type Point } from './seam/protocol.ts'

/** One fault to throw into one journey. */
export interface Case {
  readonly journey: Journey
  readonly point: Point
  readonly kind: Kind
}

/** Every way in which every point can fail. */
export function casesOf(journey: Journey, points: readonly Point[]): Case[] {
  return points.flatMap((point) => kindsOf(point).map((kind) => ({ journey, point, kind })))
}

const PLACING =
  /^(fetch POST \/v1\/orders|CatalogRpc\.priceVariants|InventoryRpc\.reserve|SkuStock\.reserve)$/
const TELLING = /^(catalog|notifications)$/

/**
 * Whether a case is a journey's own. Placing the order, and telling the customer and the catalog what
 * became of it, is the same in all; and a read that is cut short is the same as one that fails, wherever
 * what follows it has been tried.
 */
export function isOwn({ journey, point, kind }: Case): boolean {
  if (journey.triesShared === true) return true
  const isShared = PLACING.test(point.invocation) || TELLING.test(point.worker)
  return !isShared && !(point.effect === 'read' && kind === 'crash-before')
}

/** A read leaves nothing behind: that its answer is lost is the same as that it failed. */
export function kindsOf({ effect }: Point): readonly Kind[] {
  switch (effect) {
    case 'read':
      return ['before', 'crash-before']
    case 'write':
      return IO_KINDS
    case 'message':
      return MESSAGE_KINDS
  }
}

/** What several recordings of a journey have seen between them, each point once, in the order of an order's life. */
export function unionOf(recordings: readonly (readonly Point[])[]): Point[] {
  const points = new Map<string, Point>()
  for (const point of recordings.flat()) {
    if (isOfAnOrder(point)) points.set(nameOf(point), points.get(nameOf(point)) ?? point)
  }
  return [...points.values()]
}

/** The heartbeats of Workers that have nothing to say of an order are no part of its life. */
function isOfAnOrder({ worker, invocation }: Point): boolean {
  return worker !== 'users' && !(worker === 'catalog' && invocation.startsWith('OutboxRelay'))
}

/** Whether a point's name has these words. */
export function matches(point: Point, words: string): boolean {
  return nameOf(point).includes(words)
}

/** A point from its whole name, or null when that is only a part of one. */
export function pointFrom(name: string): Point | null {
  const [worker, invocation, operation, occurrence, more] = name.split(' | ')
  const isWhole = invocation !== undefined && operation !== undefined && more === undefined
  if (worker === undefined || !isWhole || !/^\d+$/.test(occurrence ?? '')) return null
  const effect = / message /.test(operation) ? 'message' : 'write'
  return { worker, invocation, operation, occurrence: Number(occurrence), effect }
}

/** One point in some journeys, failing in the kinds named or in all there are. */
export function casesFor(
  journeys: readonly Journey[],
  point: Point,
  kinds: readonly Kind[],
): Case[] {
  const wanted = kinds.length === 0 ? kindsOf(point) : kinds
  return journeys.flatMap((journey) => wanted.map((kind) => ({ journey, point, kind })))
}
