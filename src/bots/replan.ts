import { decimal, text, type MarketRules, type PositionMode } from '#model'
import type { StopCode } from './codes.ts'
import type { DecisionInput, PlannedLeg } from './decision.ts'
import { closingLegs } from './decide.ts'
import { sizeClose } from './size.ts'

export interface CloseAgain {
  readonly rules: MarketRules
  /** Base, signed, by our books. */
  readonly position: string
  readonly positionMode: PositionMode | null
  readonly price: DecisionInput['price']
  /** Base, unsigned: what the exchange says can be closed on that side; absent: not asked. */
  readonly available?: string | undefined
  /** Base: what is left of what was to be closed; absent: everything. */
  readonly wanted?: string | undefined
}

/**
 * A close planned anew: for the rest of one that was filled in part, or after the exchange refused it and balance,
 * position or rules were read again. Never more than the position, what was wanted and what is there. No legs, with
 * `code` and `reason`, where nothing can be sent.
 */
export function replanClose({ rules, position, positionMode, price, available, wanted }: CloseAgain): {
  readonly legs: readonly PlannedLeg[]
  readonly code: 'close' | StopCode
  readonly reason: string
} {
  const held = decimal(position)
  if (held.isZero()) return { legs: [], code: 'nothing_to_close', reason: 'Nothing is held any more.' }
  if (rules.market === 'futures' && positionMode === null) {
    return { legs: [], code: 'account_unavailable', reason: 'The account\'s position mode is not known.' }
  }
  const sized = sizeClose(rules, held.abs(), {
    ...wanted === undefined ? {} : { wanted }, ...available === undefined ? {} : { available }, price: price?.price ?? null,
  })
  if (!sized.ok) return { legs: [], ...sized.stop }
  const legs = closingLegs(sized.quantities, held.isNegative() ? 'short' : 'long', rules.market, positionMode)
  return { legs, code: 'close', reason: `Closes ${text(sized.total)} of ${text(held.abs())} ${rules.base}.` }
}
