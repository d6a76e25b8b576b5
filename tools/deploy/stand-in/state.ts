import type { DatabaseSync } from 'node:sqlite'

export interface Script {
  readonly bindings: readonly Record<string, unknown>[]
  readonly secrets: ReadonlyMap<string, string>
  readonly crons: readonly object[]
  /** Whether it answers on workers.dev. */
  readonly isPublic: boolean
  readonly migrationTag: string | undefined
  readonly versions: number
  readonly message: string | undefined
}

export interface Queue {
  readonly id: string
  readonly consumers: readonly Record<string, unknown>[]
}

/** What the account holds, by name. */
export interface State {
  readonly databases: Map<string, { readonly id: string; readonly sqlite: DatabaseSync }>
  readonly namespaces: Map<string, string>
  readonly queues: Map<string, Queue>
  readonly scripts: Map<string, Script>
}

export function emptyState(): State {
  return { databases: new Map(), namespaces: new Map(), queues: new Map(), scripts: new Map() }
}
