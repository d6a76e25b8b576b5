import { EVENTS, type EventType } from '@kiosk/contracts/events'
import { CategoryTree } from '@kiosk/contracts/http/categories'
import { describe, expect, it } from 'vitest'
import { readComments } from './comments.ts'
import { COMMON_COLUMNS } from './common-columns.ts'
import { migrationsOf, PLUMBING } from './databases.ts'
import { dataFacts } from './generate.ts'
import { NAMESPACES } from './kv.ts'
import { describedClasses } from './objects.ts'
import { isJson } from './samples.ts'
import { databaseOf, type Table } from './schema.ts'

const { workers, databases, objects, samples } = dataFacts()

const stores = [
  ...databases.map(({ name, tables }) => ({ store: name, tables })),
  ...objects.map(({ className, tables }) => ({ store: className, tables })),
]
const tables = stores.flatMap((store) =>
  store.tables.map((table) => ({ store: store.store, table })),
)

/** Rows that are gone before anybody could look. */
const FLEETING = ['SimulatedProvider.webhooks', 'outbox_late']

function rowOf(store: string, { name }: Table) {
  const database = PLUMBING.includes(name) && samples.databases[store] ? 'orders' : store
  return (samples.databases[database] ?? samples.objects[store])?.[name]
}

describe('stored data', () => {
  it('is described: every table and every column says what it is for', () => {
    const silent = tables.flatMap(({ store, table }) => [
      ...(table.purpose === '' ? [`${store}.${table.name}`] : []),
      ...table.columns
        .filter(({ note }) => table.kind === 'table' && note === null)
        .map(({ name }) => `${store}.${table.name}.${name}`),
    ])
    expect(silent, 'comment it in its migration').toEqual([])
    const classes = objects.map(({ className }) => className)
    expect(describedClasses().toSorted()).toEqual(classes.toSorted())
    expect(objects.filter(({ purpose }) => purpose === '')).toEqual([])
    const bound = workers.flatMap(({ config }) => config.kv_namespaces ?? [])
    expect(Object.keys(NAMESPACES)).toEqual(bound.map(({ binding }) => binding))
  })

  it('has no description of what is not there', () => {
    const names = new Set(tables.flatMap(({ table }) => table.columns.map(({ name }) => name)))
    expect(Object.keys(COMMON_COLUMNS).filter((name) => !names.has(name))).toEqual([])
    for (const { name, tables: own } of databases) {
      for (const [table, { columns }] of readComments(migrationsOf(name))) {
        const known = own.find((one) => one.name === table)?.columns.map((column) => column.name)
        expect(known).toEqual(expect.arrayContaining([...columns.keys()]))
      }
    }
  })

  it('refers to columns that exist', () => {
    const all = new Set(
      tables.flatMap(({ store, table }) =>
        table.columns.map(({ name }) => `${store}.${table.name}.${name}`),
      ),
    )
    const broken = tables.flatMap(({ store, table }) =>
      table.columns.flatMap(({ reference }) => {
        if (reference === null) return []
        const { table: to, column } = reference
        const target = to.includes('.') ? `${to}.${column}` : `${store}.${to}.${column}`
        return all.has(target) ? [] : [`${store}.${table.name} → ${target}`]
      }),
    )
    expect(broken).toEqual([])
  })

  it('has the same plumbing in every database', () => {
    for (const name of PLUMBING) {
      const shapes = databases
        .flatMap((database) => database.tables.filter((table) => table.name === name))
        .map(({ columns, indexes }) => ({
          columns: columns.map(({ note: _, ...column }) => column),
          unique: indexes.filter(({ isUnique }) => isUnique),
        }))
      expect(shapes.length).toBeGreaterThan(1)
      for (const shape of shapes) expect(shape, name).toEqual(shapes[0])
    }
  })
})

describe('the sample of stored data', () => {
  it('has a row of every table, which that table accepts', () => {
    for (const { name: store, tables: own } of databases) {
      using database = databaseOf(migrationsOf(store))
      database.exec('PRAGMA foreign_keys = OFF')
      for (const table of own.filter(({ kind }) => kind === 'table')) {
        if (FLEETING.includes(table.name)) continue
        const row = rowOf(store, table) ?? {}
        const names = table.columns.map(({ name }) => name)
        expect(Object.keys(row), `${store}.${table.name}`).toEqual(names)
        const given = table.columns.filter(({ isComputed }) => !isComputed)
        const list = given.map(({ name }) => `"${name}"`).join(', ')
        const values = given.map(({ name }) => row[name] as string | number | null)
        const marks = values.map(() => '?').join(', ')
        const insert = `INSERT OR REPLACE INTO ${table.name} (${list}) VALUES (${marks})`
        expect(database.prepare(insert).run(...values).changes).toBe(1)
      }
    }
  })

  it('has a row of every table of the objects', () => {
    for (const { className, tables: own } of objects) {
      for (const table of own) {
        const label = `${className}.${table.name}`
        if (FLEETING.includes(label)) continue
        const row = rowOf(className, table) ?? {}
        expect(Object.keys(row), label).toEqual(table.columns.map(({ name }) => name))
      }
    }
  })

  it('has events and answers as the contracts know them', () => {
    const rows = [samples.databases, samples.objects].flatMap((all) =>
      Object.values(all).flatMap((store) => Object.values(store)),
    )
    const events = rows.flatMap(({ event }) =>
      isJson(event) ? [JSON.parse(event) as unknown] : [],
    )
    expect(events.length).toBeGreaterThan(2)
    for (const event of events) {
      const { type } = event as { type: EventType }
      expect(EVENTS[type].safeParse(event).success, type).toBe(true)
    }
  })

  it('has keys of KV in their form, and a category tree that can be sent', () => {
    for (const [binding, { pattern }] of Object.entries(NAMESPACES)) {
      const keys = Object.keys(samples.kv[binding] ?? {})
      expect(keys.length).toBeGreaterThan(0)
      for (const key of keys) expect(key).toMatch(pattern)
    }
    const [tree] = Object.values(samples.kv['CACHE'] ?? {})
    expect(CategoryTree.safeParse({ items: tree }).success).toBe(true)
  })
})
