const { readFileSync, writeFileSync } = require('node:fs')
const { ContainerRegistrationKeys, Modules } = require('@medusajs/framework/utils')
const flows = require('@medusajs/medusa/core-flows')

// Fills the database with the workflows that the seed of a new project uses.
//
// medusa exec ./seed.js <file of products, JSON> <file that is told what was made>

const COUNTRY = 'us'
const CURRENCY = 'usd'
const PRODUCTS_AT_ONCE = 100
const PLENTY = 10_000_000

exports.default = async function seed({ container, args: [productsFile, madeFile] }) {
  const run = async (flow, input) => (await flow(container).run({ input })).result
  const [salesChannel] = await run(flows.createSalesChannelsWorkflow, {
    salesChannelsData: [{ name: 'Shop' }],
  })
  const [region] = await run(flows.createRegionsWorkflow, {
    regions: [
      {
        name: 'United States',
        currency_code: CURRENCY,
        countries: [COUNTRY],
        payment_providers: ['pp_capturing_default'],
      },
    ],
  })
  await run(flows.createTaxRegionsWorkflow, [
    {
      country_code: COUNTRY,
      provider_id: 'tp_system',
      default_tax_rate: { rate: 10, code: 'standard', name: 'Standard Tax' },
    },
  ])
  const shipping = await makeShipping(container, run, salesChannel)
  const products = JSON.parse(readFileSync(productsFile, 'utf8'))
  const variants = await makeProducts(container, run, products, { salesChannel, ...shipping })
  const [key] = await run(flows.createApiKeysWorkflow, {
    api_keys: [{ title: 'Shop', type: 'publishable', created_by: '' }],
  })
  await run(flows.linkSalesChannelsToApiKeyWorkflow, { id: key.id, add: [salesChannel.id] })
  const made = {
    publishableKey: key.token,
    regionId: region.id,
    salesChannelId: salesChannel.id,
    shippingOptionId: shipping.option.id,
    variants,
  }
  writeFileSync(madeFile, JSON.stringify(made))
}

async function makeShipping(container, run, salesChannel) {
  const link = container.resolve(ContainerRegistrationKeys.LINK)
  const fulfillment = container.resolve(Modules.FULFILLMENT)
  const [location] = await run(flows.createStockLocationsWorkflow, {
    locations: [
      {
        name: 'Warehouse',
        address: { city: 'Springfield', country_code: COUNTRY.toUpperCase(), address_1: '' },
      },
    ],
  })
  const ofLocation = { [Modules.STOCK_LOCATION]: { stock_location_id: location.id } }
  await link.create({
    ...ofLocation,
    [Modules.FULFILLMENT]: { fulfillment_provider_id: 'manual_manual' },
  })
  const [profile] = await run(flows.createShippingProfilesWorkflow, {
    data: [{ name: 'Shipping', type: 'shop' }],
  })
  const set = await fulfillment.createFulfillmentSets({
    name: 'Delivery',
    type: 'shipping',
    service_zones: [
      { name: 'United States', geo_zones: [{ country_code: COUNTRY, type: 'country' }] },
    ],
  })
  await link.create({ ...ofLocation, [Modules.FULFILLMENT]: { fulfillment_set_id: set.id } })
  const [option] = await run(flows.createShippingOptionsWorkflow, [
    {
      name: 'Standard Shipping',
      price_type: 'flat',
      provider_id: 'manual_manual',
      service_zone_id: set.service_zones[0].id,
      shipping_profile_id: profile.id,
      type: { label: 'Standard', description: 'Standard', code: 'standard' },
      prices: [{ currency_code: CURRENCY, amount: 5 }],
      rules: [
        { attribute: 'enabled_in_store', value: 'true', operator: 'eq' },
        { attribute: 'is_return', value: 'false', operator: 'eq' },
      ],
    },
  ])
  await run(flows.linkSalesChannelsToStockLocationWorkflow, {
    id: location.id,
    add: [salesChannel.id],
  })
  return { location, profile, option }
}

async function makeProducts(container, run, products, { salesChannel, location, profile }) {
  const names = [...new Set(products.map(({ category }) => category))]
  const categories = await run(flows.createProductCategoriesWorkflow, {
    product_categories: names.map((name) => ({ name, is_active: true })),
  })
  const idOf = new Map(categories.map(({ name, id }) => [name, id]))
  for (let from = 0; from < products.length; from += PRODUCTS_AT_ONCE) {
    const some = products.slice(from, from + PRODUCTS_AT_ONCE)
    await run(flows.createProductsWorkflow, {
      products: some.map(({ name, slug, description, category, sku, priceMinor }) => ({
        title: name,
        handle: slug,
        description,
        status: 'published',
        category_ids: [idOf.get(category)],
        shipping_profile_id: profile.id,
        images: [{ url: `https://images.kiosk.example/${slug}.jpg` }],
        options: [{ title: 'Size', values: ['One'] }],
        variants: [
          {
            title: 'One',
            sku,
            options: { Size: 'One' },
            prices: [{ amount: priceMinor / 100, currency_code: CURRENCY }],
          },
        ],
        sales_channels: [{ id: salesChannel.id }],
      })),
    })
  }
  const query = container.resolve(ContainerRegistrationKeys.QUERY)
  const { data: items } = await query.graph({ entity: 'inventory_item', fields: ['id'] })
  const { data: variants } = await query.graph({ entity: 'variant', fields: ['id', 'sku'] })
  await run(flows.createInventoryLevelsWorkflow, {
    inventory_levels: items.map(({ id }) => ({
      location_id: location.id,
      stocked_quantity: PLENTY,
      inventory_item_id: id,
    })),
  })
  return Object.fromEntries(variants.map(({ sku, id }) => [sku, id]))
}
