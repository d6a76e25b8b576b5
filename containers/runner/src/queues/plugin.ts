import { getEnvBindingsOfType, ProxyNodeBinding, type Plugin, type Service } from 'miniflare'
import { QUEUE_HEADER } from './door.ts'

/** The type of a binding that this plugin makes a queue of. */
export const QUEUE_TYPE = 'kiosk-queue'

/** What Miniflare needs to find this plugin. */
export const QUEUE_PLUGIN = { package: import.meta.filename, name: QUEUE_TYPE }

export interface QueueBindingOptions {
  readonly queue: string
  /** Where messages for it go: the path of a socket. */
  readonly socket: string
}

/**
 * Gives a Worker the runtime's own `Queue` binding, as Miniflare's queues do, but lets it send to us
 * instead of to a queue in memory.
 */
const plugin: Plugin = {
  bindingTypeDescription: 'Queue producer',
  getBindings: (options) =>
    bindingsOf(options).map(([name, { queue }]) => ({ name, queue: { name: serviceOf(queue) } })),
  getNodeBindings: (options) =>
    Object.fromEntries(bindingsOf(options).map(([name]) => [name, new ProxyNodeBinding()])),
  getServices: ({ options }) =>
    bindingsOf(options).map(([, { queue, socket }]): Service => ({
      name: serviceOf(queue),
      external: {
        address: `unix:${socket}`,
        http: { injectRequestHeaders: [{ name: QUEUE_HEADER, value: queue }] },
      },
    })),
}

/** By this name Miniflare looks for plugins in a module. */
export const plugins = { [QUEUE_TYPE]: plugin }

type Options = Parameters<Plugin['getBindings']>[0]

function bindingsOf({ config }: Options): [string, QueueBindingOptions][] {
  return getEnvBindingsOfType(config, `unsafe:${QUEUE_TYPE}`).map(([name, { dev }]) => [
    name,
    dev?.options as unknown as QueueBindingOptions,
  ])
}

function serviceOf(queue: string): string {
  return `${QUEUE_TYPE}:${queue}`
}
