import { effectOf } from './d1.ts'
import { currentInvocation } from './invocation.ts'
import { lost, reach } from './io.ts'
import { recorder } from './recorder.ts'

let isPatched = false
let transactionDepth = 0

/**
 * Makes a point of everything that Durable Objects of this isolate write: transactions, alarms, and
 * statements outside of a transaction. The platform makes the storage, so its prototypes are patched.
 */
export function patchStorage(storage: DurableObjectStorage): void {
  if (isPatched) return
  isPatched = true
  const prototype = Object.getPrototypeOf(storage) as DurableObjectStorage
  const { transactionSync, setAlarm, deleteAlarm } = prototype
  prototype.transactionSync = function <T>(this: DurableObjectStorage, work: () => T): T {
    return reachSync('storage transaction', () => {
      transactionDepth += 1
      try {
        return transactionSync.call(this, work) as T
      } finally {
        transactionDepth -= 1
      }
    })
  }
  prototype.setAlarm = function (this: DurableObjectStorage, time, options) {
    const set = () => setAlarm.call(this, time, options)
    return transactionDepth > 0 ? set() : reach('storage setAlarm', 'write', set)
  }
  prototype.deleteAlarm = function (this: DurableObjectStorage, options) {
    return reach('storage deleteAlarm', 'write', () => deleteAlarm.call(this, options))
  }
  patchSql(storage)
}

function patchSql(storage: DurableObjectStorage): void {
  const prototype = Object.getPrototypeOf(storage.sql) as SqlStorage
  const { exec } = prototype
  prototype.exec = function (this: SqlStorage, sql: string, ...bindings: unknown[]) {
    const run = () => exec.call(this, sql, ...bindings)
    if (transactionDepth > 0 || effectOf([sql]) === 'read') return run() as never
    return reachSync('storage write', run) as never
  }
}

/** Like `reach`, for what answers at once. */
function reachSync<T>(operation: string, work: () => T): T {
  const invocation = currentInvocation()
  if (invocation === null || transactionDepth > 0) return work()
  const kind = recorder.reachIo(invocation.label, operation, 'write')
  if (kind === 'before') throw lost(operation)
  if (kind === 'crash-before') {
    invocation.stop()
    throw new Error('The Durable Object was stopped by a fault')
  }
  const result = work()
  if (kind === 'after') throw lost(operation)
  // An abort takes back what is not on disk yet, so it waits for that.
  if (kind === 'crash-after') invocation.stopOnceStored()
  return result
}
