interface Page {
  readonly nextCursor: string | null
}

/** A call that answers one page, as `listProducts` does. What it takes, `OptionsOf` finds out. */
type PagedCall<P extends Page> = (options: never) => Promise<P | undefined>

type OptionsOf<C extends PagedCall<Page>> = Omit<Parameters<C>[0], 'throwOnError' | 'responseStyle'>
type PageOf<C extends PagedCall<Page>> = NonNullable<Awaited<ReturnType<C>>>

interface ItemPage extends Page {
  readonly items: readonly unknown[]
}

/**
 * The pages of a list from its first one, or from `query.cursor`. A page is asked for when it is
 * wanted.
 * @example for await (const { items, facets } of pages(listProducts, { client })) …
 */
export async function* pages<C extends PagedCall<Page>>(
  call: C,
  options: OptionsOf<C>,
): AsyncGenerator<PageOf<C>, void, undefined> {
  // That these are the call's own options and page was checked where it was given.
  const { query, ...others } = options as { query?: object }
  let from: object = {}
  for (;;) {
    const page = (await call({ ...others, query: { ...query, ...from } } as never)) as PageOf<C>
    yield page
    if (page.nextCursor === null) return
    from = { cursor: page.nextCursor }
  }
}

/**
 * Everything in a list, one by one. The next page is asked for once the one before is used up, so
 * who stops early asks for no more than was needed.
 * @example for await (const product of items(listProducts, { client, query: { q: 'tea' } })) …
 */
export async function* items<C extends PagedCall<ItemPage>>(
  call: C,
  options: OptionsOf<C>,
): AsyncGenerator<PageOf<C>['items'][number], void, undefined> {
  for await (const page of pages(call, options)) yield* page.items
}
