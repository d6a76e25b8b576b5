import { styleText } from 'node:util'
import { OwnShop } from './own-shop.ts'

const FAULTS_SHOWN = 30

/**
 * Runs a tool that breaks a shop of its own, and tells how it ended: what it returns are the broken
 * promises. What explains them stays on disk.
 */
export async function runInOwnShop(
  name: string,
  run: (shop: OwnShop) => Promise<readonly string[]>,
  success: string,
): Promise<void> {
  const shop = await OwnShop.make(name)
  const end = (): void => {
    shop.kill('everything')
    shop.remove()
    process.exit(130)
  }
  process.once('SIGINT', end).once('SIGTERM', end)
  try {
    const faults = await run(shop)
    await shop.stop()
    if (faults.length === 0) {
      shop.remove()
      console.log(`${styleText('green', success)} It took ${process.uptime().toFixed(0)} s.`)
      return
    }
    const more = faults.length - FAULTS_SHOWN
    console.error(styleText('red', `${faults.length} promises were broken:`))
    for (const fault of faults.slice(0, FAULTS_SHOWN)) console.error(`  ${fault}`)
    if (more > 0) console.error(`  and ${more} more`)
    console.error(`The shop's databases and logs are in ${shop.state}`)
  } catch (error) {
    console.error(`\n${styleText('red', 'It could not be run to the end.')} ${inWords(error)}`)
    console.error(`The shop's databases and logs are in ${shop.state}`)
    await shop.stop()
  }
  process.exitCode = 1
}

function inWords(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
