import type { Database, Statement } from '@kiosk/kit/database'
import type { LedgerEntry } from '../domain/ledger.ts'
import { ledgerEntries } from './schema.ts'

/** Writes the entries of a booking. */
export function appendEntries(
  db: Database,
  entries: readonly LedgerEntry[],
  now: number,
): Statement[] {
  if (entries.length === 0) return []
  return [db.insert(ledgerEntries).values(entries.map((entry) => ({ ...entry, createdAt: now })))]
}
