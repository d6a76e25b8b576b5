import { generate } from './generate/files.ts'

// pnpm generate: writes every document that is made from the code, and the client that is made from the
// documents. `test` fails when one is stale.
for (const { path, change } of await generate()) console.log(`${change.padEnd(9)} ${path}`)
