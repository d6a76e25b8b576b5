import { bootstrap, LanguageCode } from '@vendure/core'
import { importProductsFromCsv, populateInitialData } from '@vendure/core/cli/index.js'
import { config } from './config.js'

// Makes the tables and fills them through Vendure's own importer. The tables are made from the entities, which
// is what the first migration of a new project is generated from.
//
// node seed.js <file of products, CSV>

const [csv] = process.argv.slice(2)

const initialData = {
  defaultLanguage: LanguageCode.en,
  defaultZone: 'Americas',
  countries: [{ name: 'United States of America', code: 'US', zone: 'Americas' }],
  taxRates: [{ name: 'Standard Tax', percentage: 10 }],
  shippingMethods: [{ name: 'Standard Shipping', price: 500, taxRate: 10 }],
  paymentMethods: [
    {
      name: 'Card',
      handler: {
        code: 'dummy-payment-handler',
        arguments: [{ name: 'automaticSettle', value: 'true' }],
      },
    },
  ],
  collections: [],
}

const app = await bootstrap({
  ...config,
  dbConnectionOptions: { ...config.dbConnectionOptions, synchronize: true },
})
await populateInitialData(app, initialData)
const { errors, imported } = await importProductsFromCsv(app, csv, LanguageCode.en)
if (errors?.length) throw new Error(errors.join('\n'))
console.log(`${imported} products`)
await app.close()
process.exit()
