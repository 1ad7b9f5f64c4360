import type { Clock } from '#clock'
import type { OrderTimes, Store } from '#store'
import { turn } from './turn.ts'

const MOST_ORDERS = 5000
const AT_ONCE = 250
/** Ends of the histogram's bars, ms. */
const BARS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000] as const

/** How long the newest orders of a stretch took. Figures: see the contract. */
export async function latencyWithin(
  { store, clock }: { store: Pick<Store, 'charts'>; clock: Clock }, userId: string, from: number, to: number,
) {
  const all: OrderTimes[] = []
  let last: string | null = null
  let complete = false
  while (all.length < MOST_ORDERS) {
    const page = await store.charts.orderTimes(userId, from, to, AT_ONCE, last)
    all.push(...page.times)
    last = page.last
    complete = page.times.length < AT_ONCE
    if (complete) break
    await turn(clock)
  }
  return {
    complete,
    toSent: figures(all.flatMap(({ receivedAt, sentAt }) => (sentAt === null ? [] : [sentAt - receivedAt]))),
    toAccepted: figures(all.flatMap(({ sentAt, acceptedAt }) => (sentAt === null || acceptedAt === null ? [] : [acceptedAt - sentAt]))),
  }
}

function figures(unsorted: readonly number[]) {
  const sorted = unsorted.toSorted((a, b) => a - b)
  // The nearest rank: the least value that so many of all do not exceed.
  const at = (share: number): number | null => {
    const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]
    return value === undefined ? null : Math.round(value * 100) / 100
  }
  let counted = 0
  const histogram = [...BARS, null].map((upTo) => {
    const end = upTo === null ? sorted.length : sorted.findIndex((value) => value > upTo)
    const below = end === -1 ? sorted.length : end
    const count = below - counted
    counted = below
    return { upTo, count }
  })
  return { count: sorted.length, p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1), histogram }
}
