import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
const PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
]

/** The Chromium of this machine; `CHROMIUM` names another one. */
function findChromium(): string {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const candidates = [
    process.env['CHROMIUM'] ?? '',
    ...NAMES.flatMap((name) => folders.map((folder) => join(folder, name))),
    ...PLACES,
  ]
  const found = candidates.find((file) => file !== '' && existsSync(file))
  if (found === undefined) {
    throw new Error('No Chromium was found: install it, or name one in the variable CHROMIUM')
  }
  return found
}

/** Time that may pass in the page, not here: it ends as soon as nothing is left to do. */
const PAGE_TIME_MS = 60_000
const TIMEOUT_MS = 120_000
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024

/** Opens a local page, lets its scripts come to rest, and returns what has become of it. */
export async function runPage(file: string): Promise<string> {
  const isRoot = process.getuid?.() === 0
  const { stdout } = await promisify(execFile)(
    findChromium(),
    [
      '--headless',
      '--disable-gpu',
      ...(isRoot ? ['--no-sandbox'] : []),
      `--virtual-time-budget=${PAGE_TIME_MS}`,
      '--dump-dom',
      `file://${file}`,
    ],
    { timeout: TIMEOUT_MS, maxBuffer: OUTPUT_BYTES_MAX },
  )
  return stdout
}
