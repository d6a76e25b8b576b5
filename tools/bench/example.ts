import type { Figure, Result, Unit } from './result.ts'

/** A run that nobody made, for the tests of what is made of one. */
export function exampleResult(figures: readonly Figure[] = EXAMPLE_FIGURES): Result {
  return {
    startedAt: '2026-01-01T12:00:00.000Z',
    tookSeconds: 600,
    commit: 'abc1234',
    settings: {
      products: 1000,
      manyProducts: 100_000,
      rounds: 3,
      seconds: 5,
      state: 'disk',
      orders: 20_000,
    },
    machine: {
      processors: 2,
      processor: 'A processor',
      memoryGiB: 24,
      system: 'linux x64',
    },
    versions: { workerd: '1.0.0', miniflare: '5.0.0', node: '24.0.0' },
    noise: [
      { spinMs: 100, stolen: 0, others: 0.01 },
      { spinMs: 102, stolen: 0, others: 0.02 },
    ],
    figures,
  }
}

export function figure(subject: string, metric: string, unit: Unit, ...values: number[]): Figure {
  return { subject, metric, unit, values }
}

const EXAMPLE_FIGURES: readonly Figure[] = [
  figure('hello', 'rate', 'per s', 11_000, 12_000, 10_500),
  figure('hello-bound', 'rate', 'per s', 5_900, 6_200, 6_000),
  figure('hello-behind-kiosk', 'rate', 'per s', 1_500, 1_550, 1_450),
  figure('list', 'rate', 'per s', 1_200, 1_100, 1_000),
  figure('detail', 'rate', 'per s', 1_000, 900, 950),
  figure('search', 'rate', 'per s', 800, 820, 810),
  figure('search, one word', 'rate', 'per s', 300, 310, 305),
  figure('search, many products', 'rate', 'per s', 400, 410, 405),
  figure('search, one word, many products', 'rate', 'per s', 30, 31, 32),
  ...[1, 8, 32].flatMap((inFlight) => ordersAt(inFlight)),
  ...['payment.succeeded → orders', 'order.confirmed → notifications'].flatMap((hop) =>
    [1, 8, 32].flatMap((inFlight) => [
      figure(`${hop}, ${inFlight} in flight`, 'taken p50', 'ms', 4 + inFlight),
      figure(`${hop}, ${inFlight} in flight`, 'taken p99', 'ms', 20 + 4 * inFlight),
    ]),
  ),
  figure('flash sale', 'all answered', 'ms', 900, 950, 1000),
  figure('flash sale', 'all settled', 'ms', 1500, 1600, 1700),
  ...['workerd', 'Node of Miniflare'].flatMap((process) => [
    figure(`memory idle, ${process}`, 'PSS', 'MB', 190, 200, 210),
    figure(`memory after load, ${process}`, 'PSS', 'MB', 390, 400, 420),
  ]),
  ...Array.from({ length: 20 }, (_, n) => `${(n + 1) * 1000} orders`).flatMap((subject, n) => [
    figure(subject, 'growth rate', 'per s', 120 - n / 4),
    figure(subject, 'growth p50', 'ms', 250 + n),
    figure(subject, 'growth cpu', 'µs', 8000 + 20 * n),
  ]),
]

function ordersAt(inFlight: number): Figure[] {
  const subject = inFlight === 1 ? 'orders, one at a time' : `orders, ${inFlight} in flight`
  const rate = 30 * Math.sqrt(inFlight)
  const ms = (inFlight / rate) * 1000
  return [
    figure(subject, 'rate', 'per s', rate, 1.1 * rate, 0.9 * rate),
    figure(subject, 'paid p50', 'ms', 0.7 * ms),
    figure(subject, 'paid p95', 'ms', 0.9 * ms),
    figure(subject, 'paid p99', 'ms', 1.2 * ms),
    figure(subject, 'processing p50', 'ms', ms),
    figure(subject, 'processing p95', 'ms', 1.4 * ms),
    figure(subject, 'processing p99', 'ms', 1.9 * ms),
  ]
}
