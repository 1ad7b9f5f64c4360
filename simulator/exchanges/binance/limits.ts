import type { OrderCounts } from './accounts.ts'

/** Weight used by each address in the running minute. Counted and reported, not enforced: a fault can answer 429. */
export type WeightMeter = { minute: number; readonly used: Map<string, number> }

/** Nothing is enforced here, so nothing is stated that a client would have to keep to. */
export const UNLIMITED = 1_000_000_000

const WINDOWS_MS = [10_000, 60_000, 86_400_000] as const

export function createWeightMeter(): WeightMeter {
  return { minute: 0, used: new Map() }
}

/** Adds the weight of one request. Answers the header's name and value. */
export function countWeight(meter: WeightMeter, address: string, weight: number, now: number): string[] {
  const minute = Math.floor(now / 60_000)
  if (minute !== meter.minute) {
    meter.minute = minute
    meter.used.clear()
  }
  const used = (meter.used.get(address) ?? 0) + weight
  meter.used.set(address, used)
  return ['x-mbx-used-weight-1m', String(used)]
}

/** Counts an order that was taken. */
export function countOrder(counts: OrderCounts, now: number): void {
  for (const [i, length] of WINDOWS_MS.entries()) {
    const window = Math.floor(now / length)
    if (counts.window[i] !== window) {
      counts.window[i] = window
      counts.count[i] = 0
    }
    counts.count[i] = (counts.count[i] ?? 0) + 1
  }
}

/** Spot reports ten seconds and the day, futures ten seconds and the minute. Both are given with the minute. */
export function orderCountHeaders(counts: OrderCounts): string[] {
  return [
    'x-mbx-order-count-10s',
    String(counts.count[0]),
    'x-mbx-order-count-1m',
    String(counts.count[1]),
    'x-mbx-order-count-1d',
    String(counts.count[2]),
  ]
}
