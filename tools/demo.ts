import { styleText } from 'node:util'
import { playJourney } from './demo/journey.ts'

// pnpm demo             plays the journey of an order against the running shop
// PORT, KIOSK_URL       where the shop is

const url = process.env['KIOSK_URL'] || `http://localhost:${process.env['PORT'] || 8787}`

try {
  await playJourney(url)
  const seconds = process.uptime().toFixed(1)
  console.log(`\n${styleText('green', 'Every step happened.')} It took ${seconds} s.`)
} catch (error) {
  console.error(`\n${styleText('red', 'The journey failed.')} ${explain(error)}`)
  process.exitCode = 1
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && cause.code === 'ECONNREFUSED') {
      return `No shop answers at ${url}; start one with: pnpm start`
    }
  }
  return error.message
}
