/** What a KV namespace holds. */
export interface Namespace {
  readonly purpose: string
  /** The form of its keys, and what their parts are. */
  readonly keys: string
  readonly pattern: RegExp
  readonly value: string
  readonly kept: string
}

/** By the name that the Workers bind them under. */
export const NAMESPACES: Readonly<Record<string, Namespace>> = {
  CACHE: {
    purpose:
      'The category tree, ready to be sent. Its key has the stamp of the state it shows, which no other state ever has, so a value is never out of date. When KV is away, the database answers.',
    keys: '`category-tree:<stamp>`, the stamp of `category_tree`',
    pattern: /^category-tree:[\w-]+$/,
    value: 'JSON: the `items` that `GET /v1/categories` answers',
    kept: '24 hours',
  },
  TEMPLATES: {
    purpose:
      'Texts that replace those of the code without a deployment. Empty until an operator writes one. It takes effect within a minute; one that names an unknown value is logged and not used.',
    keys: '`<template>/<language>/<part>`; the part is `subject`, `text`, `html` or `sms`',
    pattern: /^[a-z_]+\/[a-z]{2}\/(subject|text|html|sms)$/,
    value: 'a mustache text with the values of `workers/notifications/src/templates/<template>.ts`',
    kept: 'until it is deleted',
  },
}
