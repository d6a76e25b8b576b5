import { generate } from './generate/files.ts'

// pnpm generate: writes every document that is made from the code. `test` fails when one is stale.
for (const { path, change } of generate()) console.log(`${change.padEnd(9)} ${path}`)
