import type { Profit } from '../../api/schema.ts'
import { placesThatAddUp, sum, type Column } from '../../parts/decimals.ts'

type Bot = Profit['bots'][number]
const MOST_BOTS = 5

/** What one quote currency's profit is made of. */
export interface QuoteProfit {
  readonly quote: string
  readonly total: string
  readonly points: Profit['quotes'][number]['points']
  /** Those that gained most. */
  readonly bots: readonly Bot[]
  /** The others together; null: there are none. */
  readonly others: { readonly count: number; readonly profit: string } | null
  /** Decimals with which bots add up to the total, and each day to the next. */
  readonly places: number
}

/** The profit of each quote currency, as it is shown on the overview wherever it stands. */
export const quoteProfits = ({ quotes, bots }: Profit): readonly QuoteProfit[] =>
  quotes.map(({ quote, total, points }) => {
    const own = bots.filter((bot) => bot.quote === quote)
    const [first, rest] =
      own.length > MOST_BOTS + 1 ? [own.slice(0, MOST_BOTS), own.slice(MOST_BOTS)] : [own, []]
    const others =
      rest.length === 0 ? null : { count: rest.length, profit: sum(rest.map(({ profit }) => profit)) }
    const byBot: Column = {
      parts: [...first.map(({ profit }) => profit), ...(others === null ? [] : [others.profit])],
      total,
    }
    const byDay = points.map(({ profit, cumulative }, index): Column => ({
      parts: [points[index - 1]?.cumulative ?? '0', profit],
      total: cumulative,
    }))
    return { quote, total, points, bots: first, others, places: placesThatAddUp([byBot, ...byDay], quote) }
  })
