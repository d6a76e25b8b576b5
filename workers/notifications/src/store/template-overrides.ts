import type { TemplateName } from '@kiosk/contracts/http/notifications'
import type { Language } from '../domain/language.ts'

/** The parts of a message that an operator can replace without a deployment. */
export const PARTS = ['subject', 'text', 'html', 'sms'] as const
export type Overrides = Partial<Record<(typeof PARTS)[number], string>>

export type FindOverrides = (template: TemplateName, language: Language) => Promise<Overrides>

const CACHE_SECONDS = 60

/**
 * Reads what the KV namespace `TEMPLATES` has under `<template>/<language>/<part>`, for example
 * `order_shipped/de/subject`. Each replaces that part of the bundled template, in the same mustache and
 * with the same values.
 */
export function findOverrides(kv: KVNamespace): FindOverrides {
  return async (template, language) => {
    const keys = PARTS.map((part) => `${template}/${language}/${part}`)
    const values = await kv.get(keys, { type: 'text', cacheTtl: CACHE_SECONDS })
    return Object.fromEntries(
      PARTS.flatMap((part, index) => {
        const value = values.get(keys[index] ?? '')
        return value === null || value === undefined ? [] : [[part, value]]
      }),
    )
  }
}
