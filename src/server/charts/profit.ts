import { iso, type Clock } from '#clock'
import { decimal, text } from '#model'
import type { ProfitOf, ProfitState, Store } from '#store'
import { turn } from './turn.ts'

interface Sum { profit: ReturnType<typeof decimal>; readonly fees: Map<string, ReturnType<typeof decimal>> }

/** The newest so many count; of whoever has more the answer says that it is not complete. */
const MOST_BOTS = 500

/** Realized profit of a user's bots, per stretch between neighbouring edges and by quote asset. Figures: see the contract. */
export async function profitWithin(
  { store, clock }: { store: Pick<Store, 'charts'>; clock: Clock }, userId: string, botId: string | undefined, edges: readonly number[],
) {
  const [from = 0, to = 0] = [edges[0], edges.at(-1)]
  const perQuote = new Map<string, { readonly points: Sum['profit'][]; readonly fees: Sum['fees'] }>()
  const bots: { readonly bot: ProfitOf; readonly sum: Sum }[] = []
  const all = await store.charts.botsWithProfit(userId, botId, MOST_BOTS + 1)
  for (const bot of all.slice(0, MOST_BOTS)) {
    const states = await store.charts.profit(bot.id, from, to)
    const sum: Sum = { profit: decimal('0'), fees: new Map() }
    const quote = perQuote.get(bot.quote) ?? { points: edges.slice(1).map(() => decimal('0')), fees: new Map() }
    let traded = false
    let before: ProfitState | undefined
    for (const state of states) {
      if (state.at >= from) {
        traded = true
        const gained = decimal(state.realizedProfit).minus(decimal(before?.realizedProfit ?? '0'))
        sum.profit = sum.profit.plus(gained)
        const place = stretchOf(edges, state.at)
        quote.points[place] = (quote.points[place] ?? decimal('0')).plus(gained)
        for (const [asset, fee] of Object.entries(state.fees)) {
          const more = decimal(fee).minus(decimal(before?.fees[asset] ?? '0'))
          addFee(sum.fees, asset, more)
          addFee(quote.fees, asset, more)
        }
      }
      before = state
    }
    if (traded) {
      perQuote.set(bot.quote, quote)
      bots.push({ bot, sum })
    }
    await turn(clock) // signals go first
  }
  return {
    complete: all.length <= MOST_BOTS,
    quotes: [...perQuote].map(([quote, { points, fees }]) => {
      let cumulative = decimal('0')
      const shown = points.map((gained, place) => {
        cumulative = cumulative.plus(gained)
        return { at: iso(edges[place] ?? from), profit: text(gained), cumulative: text(cumulative) }
      })
      return { quote, total: text(cumulative), fees: shownFees(fees), points: shown }
    }),
    bots: bots.toSorted((a, b) => b.sum.profit.comparedTo(a.sum.profit)).map(({ bot, sum }) => ({
      ...bot, profit: text(sum.profit), fees: shownFees(sum.fees),
    })),
  }
}

function addFee(fees: Sum['fees'], asset: string, more: Sum['profit']): void {
  fees.set(asset, more.plus(fees.get(asset) ?? '0'))
}

const shownFees = (fees: Sum['fees']): Record<string, string> => Object.fromEntries([...fees].map(([asset, fee]) => [asset, text(fee)]))

/** Between which edges a time lies. */
function stretchOf(edges: readonly number[], at: number): number {
  let [low, high] = [0, edges.length - 1]
  while (low + 1 < high) {
    const middle = (low + high) >> 1
    if ((edges[middle] ?? 0) <= at) low = middle
    else high = middle
  }
  return low
}
