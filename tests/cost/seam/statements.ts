const STATEMENT =
  /^\s*(select|insert|update|delete|with)\b(?:.*?\b(?:from|into|update)\b)?\s*"?(\w+)?/is
const UPDATE = /^\s*update\s+"?(\w+)"?/i

/** A statement in two words: `insert orders`. */
export function describeStatement(sql: string): string {
  const update = UPDATE.exec(sql)
  if (update !== null) return `update ${update[1] ?? ''}`
  const [, verb = 'other', table = ''] = STATEMENT.exec(sql) ?? []
  return `${verb.toLowerCase()} ${table}`.trim()
}
