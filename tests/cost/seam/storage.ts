import { describeStatement } from './statements.ts'
import { recorder } from './tally.ts'

const classes = new WeakMap<object, string>()
let isPatched = false

/** Counts what an object of this class reads and writes. */
export function countStorage(name: string, storage: DurableObjectStorage): void {
  classes.set(storage, name).set(storage.sql, name)
  // The platform makes the storage, so its prototypes are patched, once for all objects of the isolate.
  if (isPatched) return
  isPatched = true
  const prototype = Object.getPrototypeOf(storage) as DurableObjectStorage
  const { setAlarm, deleteAlarm } = prototype
  prototype.setAlarm = function (this: DurableObjectStorage, time, options) {
    count(this, 'setAlarm')
    return setAlarm.call(this, time, options)
  }
  prototype.deleteAlarm = function (this: DurableObjectStorage, options) {
    count(this, 'deleteAlarm')
    return deleteAlarm.call(this, options)
  }
  const statements = Object.getPrototypeOf(storage.sql) as SqlStorage
  const { exec } = statements
  statements.exec = function (this: SqlStorage, sql: string, ...bindings: unknown[]) {
    const cursor = exec.call(this, sql, ...bindings)
    const name = classes.get(this)
    // Not ours: the books of a provider, and what Miniflare notes of an object for itself.
    if (name !== undefined && !sql.includes('__miniflare')) {
      recorder.addCursor(`${name} ${describeStatement(sql)}`, cursor as never)
    }
    return cursor as never
  }
}

function count(storage: object, what: string): void {
  const name = classes.get(storage)
  if (name !== undefined) recorder.add('object written', `${name} ${what}`)
}
