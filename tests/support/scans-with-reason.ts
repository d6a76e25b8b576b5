interface Reason {
  /** As the plan names it. */
  readonly table: string
  /** Text of the only statements that may; without it, all of them. */
  readonly statement?: string
  readonly why: string
}

const PAGE = 'a page of all of them in the order of their key: it stops at its limit'

/** What may be read from one end to the other. Everything else that is asked goes by an index. */
export const SCANS_WITH_REASON: readonly Reason[] = [
  { table: 'sqlite_master', why: 'the few tables of a database' },
  { table: '_migrations', why: 'a row per step of the schema' },

  { table: 'balance', why: 'one row' },
  { table: 'charge', why: 'one row: the simulated provider has an object per charge' },
  { table: 'webhooks', why: 'those of one charge that are under way' },
  { table: 'refunds', statement: 'select * from refunds', why: 'the refunds of one charge' },

  { table: 'category_tree', why: 'one row' },
  { table: 'categories', why: 'the tree is read whole, and people make each of them by hand' },
  { table: 'stock', statement: 'first_available_at is not null', why: 'asked in development only' },
  { table: 'signing_keys', why: 'a new one a month, and old ones go' },

  { table: 'dead_letters', why: 'an operator works through them, and replayed ones go' },
  { table: 'delivery_failures', why: 'what is being retried, and for a week what was' },
  {
    table: 'idempotency_claims',
    statement: 'delete from idempotency_claims where idempotency_claims . created_at < ?',
    why: 'the keys of two days, once an hour: an index would cost a row for each of them',
  },
  { table: 'lapsed_holds', why: 'attempts of the last day that came to nothing' },

  { table: 'orders', statement: 'from orders order by orders . id desc', why: PAGE },
  { table: 'users', statement: 'order by users . id desc', why: PAGE },
  { table: 'stock_index', statement: 'from stock_index order by stock_index . sku', why: PAGE },
]
