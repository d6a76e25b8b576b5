import type { Answer, Send } from '../../own-shop/http.ts'
import { CUSTOMER_ADDRESS } from '../../seed/accounts.ts'

export const PASSWORD = 'kiosk-bench-password'

type Data = Readonly<Record<string, unknown>>

/** The only one there is. */
const SHIPPING_METHOD = '1'
const PAGE = 100

/** Vendure's two GraphQL APIs, as far as they are needed. */
export class Vendure {
  readonly #url: string
  readonly #send: Send

  constructor(url: string, send: Send) {
    this.#url = url
    this.#send = send
  }

  /** An order from the first unit in the cart to its payment: mutations of one request run in turn. */
  async buy(variant: string, token: string): Promise<void> {
    const answer = await this.#send({ path: '/shop-api', body: orderOf(variant), token })
    if (!isSettled(answer)) throw new Error(`an order was answered ${JSON.stringify(answer)}`)
  }

  /**
   * The same for somebody without an account. Says whether it was bought, or told that it is sold out.
   * @throws when it ended otherwise
   */
  async tryAsGuest(variant: string, email: string): Promise<boolean> {
    const answer = await this.#send({ path: '/shop-api', body: orderOf(variant, email) })
    if (isSettled(answer)) return true
    if (isSoldOut(answer)) return false
    throw new Error(`a guest was answered ${JSON.stringify(answer)}`)
  }

  signInAdmin(): Promise<string> {
    return this.#signIn('/admin-api', 'superadmin')
  }

  signIn(email: string): Promise<string> {
    return this.#signIn('/shop-api', email)
  }

  async createCustomer(admin: string, emailAddress: string): Promise<void> {
    await this.#admin(
      `mutation ($input: CreateCustomerInput!, $password: String) {
        createCustomer(input: $input, password: $password) { __typename }
      }`,
      { input: { firstName: 'A', lastName: 'Buyer', emailAddress }, password: PASSWORD },
      admin,
    )
  }

  async unfinishedJobs(admin: string): Promise<number> {
    const query = '{ jobs(options: { filter: { isSettled: { eq: false } } }) { totalItems } }'
    const { jobs } = await this.#admin(query, {}, admin)
    return Number((jobs as Data)['totalItems'])
  }

  /** The id of each variant, by SKU. */
  async variants(): Promise<Map<string, string>> {
    const found = new Map<string, string>()
    for (let skip = 0, total = 1; skip < total; skip += PAGE) {
      const { products } = (await this.#shop(
        `query ($options: ProductListOptions) {
          products(options: $options) { totalItems items { variants { id sku } } }
        }`,
        { options: { skip, take: PAGE } },
      )) as unknown as VariantsPage
      total = products.totalItems
      for (const { variants } of products.items) {
        for (const { id, sku } of variants) found.set(sku, id)
      }
    }
    return found
  }

  /** How many units of orders that are not sent yet are set aside. */
  async allocated(admin: string, id: string): Promise<number> {
    const query = 'query ($id: ID!) { productVariant(id: $id) { stockLevels { stockAllocated } } }'
    const { productVariant } = (await this.#admin(query, { id }, admin)) as unknown as StockLevels
    return productVariant.stockLevels.reduce((sum, level) => sum + level.stockAllocated, 0)
  }

  async setStock(admin: string, id: string, stockOnHand: number): Promise<void> {
    await this.#admin(
      'mutation ($input: [UpdateProductVariantInput!]!) { updateProductVariants(input: $input) { id } }',
      { input: [{ id, stockOnHand }] },
      admin,
    )
  }

  async #signIn(path: string, username: string): Promise<string> {
    const query = `mutation ($username: String!, $password: String!) {
      login(username: $username, password: $password) { __typename }
    }`
    const answer = await fetch(`${this.#url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables: { username, password: PASSWORD } }),
    })
    const body = await answer.text()
    const token = answer.headers.get('vendure-auth-token')
    if (token === null) throw new Error(`signing in ${username} was answered ${body}`)
    return token
  }

  #shop(query: string, variables: Data, token?: string): Promise<Data> {
    return this.#ask('/shop-api', query, variables, token)
  }

  #admin(query: string, variables: Data, token: string): Promise<Data> {
    return this.#ask('/admin-api', query, variables, token)
  }

  async #ask(path: string, query: string, variables: Data, token?: string): Promise<Data> {
    const body = { query, variables }
    const answer = await this.#send({ path, body, ...(token !== undefined && { token }) })
    const data = answer.body?.['data']
    if (answer.body?.['errors'] === undefined && typeof data === 'object' && data !== null) {
      return data as Data
    }
    throw new Error(`${query} was answered ${answer.status} ${JSON.stringify(answer.body)}`)
  }
}

interface VariantsPage {
  readonly products: {
    readonly totalItems: number
    readonly items: readonly { readonly variants: readonly { id: string; sku: string }[] }[]
  }
}

interface StockLevels {
  readonly productVariant: { readonly stockLevels: readonly { stockAllocated: number }[] }
}

function isSettled({ body }: Answer): boolean {
  const { addPaymentToOrder: order } = (body?.['data'] ?? {}) as Data
  return (order as Data | undefined)?.['state'] === 'PaymentSettled'
}

/** Vendure says so of the cart, or of the order when others were faster meanwhile. */
function isSoldOut({ body }: Answer): boolean {
  const { addItemToOrder: cart, transitionOrderToState: order } = (body?.['data'] ?? {}) as Data
  const refusal = (order as Data | null | undefined)?.['transitionError']
  return (
    (cart as Data | null | undefined)?.['__typename'] === 'InsufficientStockError' ||
    (typeof refusal === 'string' && refusal.includes('insufficient stock'))
  )
}

function orderOf(variant: string, guestEmail?: string) {
  return {
    query: `mutation (
        $variant: ID!, $guest: CreateCustomerInput!, $isGuest: Boolean!,
        $address: CreateAddressInput!, $shipping: [ID!]!
      ) {
        addItemToOrder(productVariantId: $variant, quantity: 1) { ${ERROR} }
        setCustomerForOrder(input: $guest) @include(if: $isGuest) { ${ERROR} }
        setOrderShippingAddress(input: $address) { ${ERROR} }
        setOrderShippingMethod(shippingMethodId: $shipping) { ${ERROR} }
        transitionOrderToState(state: "ArrangingPayment") {
          ${ERROR} ... on OrderStateTransitionError { transitionError }
        }
        addPaymentToOrder(input: { method: "card", metadata: {} }) { ${ERROR} ... on Order { state } }
      }`,
    variables: {
      variant,
      guest: { firstName: 'A', lastName: 'Guest', emailAddress: guestEmail ?? '' },
      isGuest: guestEmail !== undefined,
      address: ADDRESS,
      shipping: [SHIPPING_METHOD],
    },
  }
}

const ERROR = '__typename ... on ErrorResult { message }'

const ADDRESS = {
  fullName: CUSTOMER_ADDRESS.name,
  streetLine1: CUSTOMER_ADDRESS.line1,
  city: CUSTOMER_ADDRESS.city,
  province: CUSTOMER_ADDRESS.region,
  postalCode: CUSTOMER_ADDRESS.postalCode,
  countryCode: CUSTOMER_ADDRESS.country,
}
