import { closeNeedsPrice, isDust, waysOut } from '#bots'
import { decimal, text } from '#model'
import type { Feeds } from '../feeds.ts'
import type { Compared, Difference } from './difference.ts'
import type { Held } from './holdings.ts'

/** So much more than the minimum a position must be worth again before its finding closes: prices go to and fro. */
const CLEAR = '0.9'

/**
 * Positions that the exchange takes no close of, because their value fell or its minimum rose: each is a finding that says
 * what can be done. Dust, which a close left, is shown as such, and is none.
 */
export function compareMinimums(feeds: Pick<Feeds, 'rulesNow' | 'freshPrice'>, held: readonly Held[]): Compared {
  const differences: Difference[] = []
  const judged = new Set<string>()
  for (const { bot, position: { quantity, dust }, quiet } of held) {
    const rules = feeds.rulesNow(bot)
    if (!quiet || rules === undefined) continue
    const key = `below_minimum ${bot.id}`
    const price = feeds.freshPrice(bot)?.price ?? null
    const isRest = !dust && isDust(quantity, rules, price)
    const lower = price === null ? null : text(decimal(price).times(decimal(CLEAR)))
    const isClear = dust || decimal(quantity).isZero() || (lower !== null && !isDust(quantity, rules, lower))
    if (isRest || isClear) judged.add(key)
    if (!isRest) continue
    const { base, quote, minQuantity, minNotional } = rules
    const value = price === null ? null : decimal(quantity).abs().times(decimal(price)).toSignificantDigits(6)
    const worth = value === null ? '' : `, worth about ${text(value)} ${quote}`
    const byValue = minNotional === null || !closeNeedsPrice(rules) ? '' : ` and ${minNotional} ${quote}`
    const minimum = `${minQuantity} ${base}${byValue}`
    differences.push({
      key, code: 'below_minimum', ours: `${quantity} ${base}`, theirs: `at least ${minimum}`, botId: bot.id, orderId: null,
      detail: `Bot "${bot.name}" holds ${quantity} ${base}${worth}: the exchange takes no order below ${minimum}, so it cannot `
        + `be closed alone. ${waysOut(bot.id, quantity)}`,
    })
  }
  return { differences, judged }
}
