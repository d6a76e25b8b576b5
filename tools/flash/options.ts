import { parseArgs } from 'node:util'

export const HELP = `pnpm flash [options]     a flash sale against a Kiosk of its own; nothing needs to run before

  --buyers <n>     how many want it, each with an idempotency key of its own (2000)
  --units <n>      how many there are of each SKU (100)
  --lines <n>      different SKUs in one order, one unit of each (1)
  --skus <n>       hot SKUs that the orders draw from; at least as many as lines (lines)
  --crashes        kill -9 the runtime twice, and then everything, while the sale is on
  --accounts <n>   accounts that the buyers share (20)
  --sockets <n>    connections that they share; all of them ask at once, and wait for one (256)
  --all            the plain sale, then one with 3 lines over 3 SKUs, then one with crashes
  --help           this text

Without --lines, --skus, --crashes it is the plain sale.
Exit code 1, with the reasons, when a promise was broken.`

/** One sale. */
export interface Sale {
  readonly buyers: number
  readonly units: number
  readonly lines: number
  readonly skus: number
  readonly crashes: boolean
}

export interface Options {
  readonly sales: readonly Sale[]
  readonly accounts: number
  readonly sockets: number
}

/** @throws when an option is unknown or makes no sense; 'help' when that is what is asked for. */
export function readOptions(args: readonly string[]): Options | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      buyers: { type: 'string' },
      units: { type: 'string' },
      lines: { type: 'string' },
      skus: { type: 'string' },
      accounts: { type: 'string' },
      sockets: { type: 'string' },
      crashes: { type: 'boolean', default: false },
      all: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return 'help'
  const lines = count('lines', values.lines, 1)
  const sale: Sale = {
    buyers: count('buyers', values.buyers, 2000),
    units: count('units', values.units, 100),
    lines,
    skus: count('skus', values.skus, lines),
    crashes: values.crashes,
  }
  if (sale.skus < sale.lines) throw new Error('--skus must be at least --lines')
  if (sale.lines > 50) throw new Error('an order has 50 lines at most')
  const sales = values.all
    ? [
        { ...sale, lines: 1, skus: 1, crashes: false },
        { ...sale, lines: 3, skus: 3, crashes: false },
        { ...sale, lines: 1, skus: 1, crashes: true },
      ]
    : [sale]
  return {
    sales,
    accounts: count('accounts', values.accounts, 20),
    sockets: count('sockets', values.sockets, 256),
  }
}

/** What is special about a sale, for a heading. */
export function nameOf({ lines, skus, crashes }: Sale): string {
  const basket = lines === 1 && skus === 1 ? 'one line' : `${lines} lines of ${skus} SKUs`
  return crashes ? `${basket}, crashes` : basket
}

function count(name: string, text: string | undefined, otherwise: number): number {
  const number = Number(text ?? otherwise)
  if (Number.isInteger(number) && number >= 1 && number <= 100_000) return number
  throw new Error(`--${name} must be a whole number from 1 to 100000, not "${text}"`)
}
