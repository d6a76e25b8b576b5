import { parseArgs } from 'node:util'

export const HELP = `pnpm containers <command> [options]

  build            builds the image of every Worker
  prove            the proof: a shop of its own by docker-compose.yml, bought from while every container
                   is killed once
  broker           tries the queues on a broker of their own
  kube             runs the Kubernetes manifests by \`podman play kube\`, and buys something
  --build          with prove, kube: builds the images first
  --keep           with prove, kube: leaves the containers running
  --clients <n>    with prove: who order and pay meanwhile, one order after the other each (4)
  --help           this text

CONTAINER_ENGINE   docker, unless it says podman

Exit code 1, with the reasons, when a promise was broken.`

const COMMANDS = ['build', 'prove', 'broker', 'kube'] as const

export interface Options {
  readonly command: (typeof COMMANDS)[number]
  readonly isBuilding: boolean
  readonly isKeeping: boolean
  readonly clients: number
}

/** @throws when an option is unknown or makes no sense; 'help' when that is what is asked for. */
export function readOptions(args: readonly string[]): Options | 'help' {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      build: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      clients: { type: 'string', default: '4' },
      help: { type: 'boolean', default: false },
    },
  })
  const [first, ...others] = positionals
  if (values.help || first === undefined) return 'help'
  const command = COMMANDS.find((known) => known === first)
  if (command === undefined || others.length > 0) {
    throw new Error(`there is no command "${positionals.join(' ')}"; try --help`)
  }
  const clients = Number(values.clients)
  if (!Number.isInteger(clients) || clients < 1 || clients > 100) {
    throw new Error(`--clients must be a whole number from 1 to 100, not "${values.clients}"`)
  }
  return { command, isBuilding: values.build, isKeeping: values.keep, clients }
}
