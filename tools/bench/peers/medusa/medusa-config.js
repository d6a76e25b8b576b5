const { defineConfig } = require('@medusajs/framework/utils')

// What a new project has, without the admin pages, which serve no request of the store, and with a payment
// provider that takes the money.

const { DATABASE_URL, JWT_SECRET, COOKIE_SECRET } = process.env

module.exports = defineConfig({
  projectConfig: {
    databaseUrl: DATABASE_URL,
    http: {
      storeCors: 'http://localhost:8000',
      adminCors: 'http://localhost:9000',
      authCors: 'http://localhost:9000',
      jwtSecret: JWT_SECRET,
      cookieSecret: COOKIE_SECRET,
    },
  },
  admin: { disable: true },
  modules: [
    {
      resolve: '@medusajs/medusa/payment',
      options: { providers: [{ resolve: require.resolve('./payment'), id: 'default' }] },
    },
  ],
})
