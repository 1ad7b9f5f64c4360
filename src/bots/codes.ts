/**
 * Every code that a decision may carry, with the sentence that goes with it where no figures are at hand. `order` codes
 * also stand on tests that would have been that order.
 */
export const DECISION_CODES = {
  open: { outcome: 'order', text: 'A position is opened.' },
  add: { outcome: 'order', text: 'The position is added to.' },
  close: { outcome: 'order', text: 'The position, or part of it, is closed.' },
  flip: { outcome: 'order', text: 'The position is closed, then the opposite one opened.' },

  symbol_mismatch: { outcome: 'skipped', text: 'The signal is for another symbol.' },
  signal_too_old: { outcome: 'skipped', text: 'The signal is older than the bot allows.' },
  bot_paused: { outcome: 'skipped', text: 'The bot is paused; it only closes.' },
  bot_disconnected: { outcome: 'skipped', text: 'The bot has no connection.' },
  connection_unhealthy: { outcome: 'skipped', text: 'The exchange refuses the connection\'s key; only closes are tried.' },
  frozen: { outcome: 'skipped', text: 'Trading is frozen.' },
  nothing_to_close: { outcome: 'skipped', text: 'The bot holds nothing that this signal could close.' },
  already_long: { outcome: 'skipped', text: 'The bot is long already, and the signal does not ask for more.' },
  already_short: { outcome: 'skipped', text: 'The bot is short already, and the signal does not ask for more.' },
  exit_waits_for_opening: { outcome: 'skipped', text: 'An exit waits for the market\'s opening already.' },
  direction_not_traded: { outcome: 'skipped', text: 'The bot does not add to a side that it does not trade.' },

  unsupported_field: { outcome: 'refused', text: 'The signal shapes an order in a way that is not supported.' },
  size_above_limit: { outcome: 'refused', text: 'The opening is above the bot\'s largest size.' },
  amount_below_minimum: { outcome: 'refused', text: 'The amount is below the exchange\'s minimum.' },
  amount_above_maximum: { outcome: 'refused', text: 'The amount is above the exchange\'s maximum for one order.' },
  opposite_position_on_account: { outcome: 'refused', text: 'Another bot of the same account holds or opens the opposite side, and the account nets positions.' },
  market_closed: { outcome: 'refused', text: 'The market is closed.' },
  market_hours_unknown: { outcome: 'refused', text: 'Whether the market is open could not be found out.' },
  symbol_halted: { outcome: 'refused', text: 'The exchange does not take orders for this symbol now.' },
  price_unavailable: { outcome: 'refused', text: 'No price younger than 2 s could be had.' },
  rules_unavailable: { outcome: 'refused', text: 'The exchange\'s rules for this symbol could not be had.' },
  account_unavailable: { outcome: 'refused', text: 'The account\'s position mode could not be read.' },
  flip_incomplete: { outcome: 'refused', text: 'The position could not be closed, so the opposite one was not opened.' },
} as const satisfies Readonly<Record<string, { readonly outcome: 'order' | 'skipped' | 'refused'; readonly text: string }>>

export type DecisionCode = keyof typeof DECISION_CODES
export type OrderCode = 'open' | 'add' | 'close' | 'flip'
/** Codes of decisions that send nothing. */
export type StopCode = Exclude<DecisionCode, OrderCode>

/** Why nothing is sent. */
export interface Stop {
  readonly code: StopCode
  readonly reason: string
}

/** A stop in the catalogue's words, or with figures of its own. */
export const stop = (code: StopCode, reason: string = DECISION_CODES[code].text): Stop => ({ code, reason })
