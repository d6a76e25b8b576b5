import { createApp } from '@kiosk/kit/app'
import { remoteKeys } from '@kiosk/kit/auth'
import { readConfig } from '@kiosk/kit/config'
import { addInternalRoutes } from '@kiosk/kit/internal-routes'
import { isMigrated } from '@kiosk/kit/readiness'
import { createDeps, type Deps } from './deps.ts'
import { Config, type Env } from './env.ts'
import { archiveProductRoute } from './routes/archive-product.ts'
import { createCategoryRoute } from './routes/create-category.ts'
import { createProductRoute } from './routes/create-product.ts'
import { deleteCategoryRoute } from './routes/delete-category.ts'
import { getProductRoute } from './routes/get-product.ts'
import { listCategoriesRoute } from './routes/list-categories.ts'
import { listProductsRoute } from './routes/list-products.ts'
import { updateCategoryRoute } from './routes/update-category.ts'
import { updateProductRoute } from './routes/update-product.ts'
import * as schema from './store/schema.ts'
import { wasEverStocked } from './store/stock-store.ts'

const keys = (env: Env) => remoteKeys(env.USERS)

export const app = createApp<Env, Deps>({
  service: 'catalog',
  createDeps,
  keys,
  endpoints: [
    listProductsRoute,
    getProductRoute,
    createProductRoute,
    updateProductRoute,
    archiveProductRoute,
    listCategoriesRoute,
    createCategoryRoute,
    updateCategoryRoute,
    deleteCategoryRoute,
  ],
  ready: async (env) => {
    await env.RELAY.getByName('relay').keepAlive()
    const { db } = createDeps(env)
    const migrated = await isMigrated(db, schema)
    const lastSlug = readConfig(env, Config).SEED_LAST_SLUG
    const seeded = lastSlug === '' || (migrated && (await wasEverStocked(db, lastSlug)))
    return { migrated, seeded }
  },
})

addInternalRoutes(app, {
  keys,
  deadLetters: { subscriber: 'catalog', database: (env) => createDeps(env).db },
  republish: (env, since, subscriber) => env.RELAY.getByName('relay').republish(since, subscriber),
})
