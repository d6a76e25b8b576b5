import { guard } from '@kiosk/kit/commit'
import type { Database, Statement } from '@kiosk/kit/database'
import { asc, eq, sql, type SQL } from 'drizzle-orm'
import type { Category } from '../domain/category.ts'
import { categories, categoryTree, productCategories } from './schema.ts'
import { reindex } from './search-index.ts'

/** All categories in the order of siblings, and the stamp that this state of them has. */
export interface CategoryState {
  readonly stamp: string
  readonly categories: readonly Category[]
}

export async function loadCategories(db: Database): Promise<CategoryState> {
  const [trees, rows] = await db.batch([
    db.select({ stamp: categoryTree.stamp }).from(categoryTree),
    db
      .select()
      .from(categories)
      .orderBy(asc(categories.position), asc(categories.name), asc(categories.id)),
  ])
  return { stamp: trees[0]?.stamp ?? '', categories: rows }
}

/** The stamp of the state that `loadCategories` would read. */
export async function loadCategoryStamp(db: Database): Promise<string> {
  const [tree] = await db.select({ stamp: categoryTree.stamp }).from(categoryTree)
  return tree?.stamp ?? ''
}

export function insertCategory(db: Database, category: Category, stamp: string): Statement[] {
  return [restamp(db, stamp), db.insert(categories).values(category)]
}

export function deleteCategory(db: Database, id: string, stamp: string): Statement[] {
  return [restamp(db, stamp), db.delete(categories).where(eq(categories.id, id))]
}

interface CategoryChange {
  readonly before: Category
  readonly after: Category
  /** The stamp of the state that the change was decided on. */
  readonly decidedOn: string
  readonly stamp: string
}

/**
 * Writes a changed category, unless any category has changed since the decision: two moves that are
 * fine one by one can make a circle together. Products below follow in lists and in the search
 * index.
 */
export function updateCategory(db: Database, change: CategoryChange): Statement[] {
  const { before, after, decidedOn, stamp } = change
  const moved = before.parentId !== after.parentId
  const renamed = before.name !== after.name
  const below = productsBelow(after.id)
  return [
    db.update(categoryTree).set({ stamp }).where(eq(categoryTree.stamp, decidedOn)),
    guard(db),
    db.update(categories).set(after).where(eq(categories.id, after.id)),
    ...(moved ? [disinherit(db, below), inheritCategories(db, below)] : []),
    ...(moved || renamed ? reindex(db, below) : []),
  ]
}

function restamp(db: Database, stamp: string): Statement {
  return db.update(categoryTree).set({ stamp })
}

/** The products that are assigned to a category or to one below it. */
function productsBelow(categoryId: string): SQL {
  return sql`(
    select product_seq from product_categories
    where inherited = 0 and category_id in (
      select ${categoryId} union all
      select category_id from category_ancestors where ancestor_id = ${categoryId}
    )
  )`
}

function disinherit(db: Database, seqs: SQL): Statement {
  const { productSeq, inherited } = productCategories
  return db.delete(productCategories).where(sql`${inherited} = 1 and ${productSeq} in ${seqs}`)
}

/**
 * Puts some products (a subquery of their seq) into every category above those they are assigned
 * to.
 */
export function inheritCategories(db: Database, seqs: SQL): Statement {
  return db
    .insert(productCategories)
    .select(sql`
      select distinct assigned.product_seq, above.ancestor_id, 1, 0
      from product_categories as assigned
        join category_ancestors as above on above.category_id = assigned.category_id
      where assigned.inherited = 0 and assigned.product_seq in ${seqs}`)
    .onConflictDoNothing()
}

/** Which of some category ids name nothing. */
export async function findUnknownCategories(
  db: Database,
  ids: readonly string[],
): Promise<string[]> {
  const rows = await db.all<{ id: string }>(sql`
    select value as id from json_each(${JSON.stringify(ids)})
    where value not in (select id from categories)`)
  return rows.map(({ id }) => id)
}
