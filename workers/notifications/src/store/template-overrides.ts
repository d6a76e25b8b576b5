import type { TemplateName } from '@kiosk/contracts/http/notifications'
import type { Language } from '../domain/language.ts'

/** The parts of a message that an operator can replace without a deployment. */
export const PARTS = ['subject', 'text', 'html', 'sms'] as const
export type Overrides = Partial<Record<(typeof PARTS)[number], string>>

export type FindOverrides = (template: TemplateName, language: Language) => Promise<Overrides>

/**
 * Reads what the KV namespace `TEMPLATES` has under `<template>/<language>/<part>`, for example
 * `order_shipped/de/subject`. Each replaces that part of the bundled template, in the same mustache and
 * with the same values. What was read is remembered for a while: each key is paid for, one that is not there too.
 */
export function findOverrides(kv: KVNamespace, keepMs: number): FindOverrides {
  const known = new Map<string, { readonly until: number; readonly overrides: Overrides }>()
  return async (template, language) => {
    const folder = `${template}/${language}`
    const kept = known.get(folder)
    if (kept !== undefined && kept.until > Date.now()) return kept.overrides
    const overrides = await readOverrides(kv, folder)
    known.set(folder, { until: Date.now() + keepMs, overrides })
    return overrides
  }
}

async function readOverrides(kv: KVNamespace, folder: string): Promise<Overrides> {
  const keys = PARTS.map((part) => `${folder}/${part}`)
  const values = await kv.get(keys, 'text')
  return Object.fromEntries(
    PARTS.flatMap((part, index) => {
      const value = values.get(keys[index] ?? '')
      return value === null || value === undefined ? [] : [[part, value]]
    }),
  )
}
