import type { Bot, Market, SignalSide } from '#model'

export type Direction = 'long' | 'short'

/** What a signal asks of a bot, before anything is known of rules, prices and guards. */
export type Intent =
  | { readonly act: 'open' | 'add'; readonly direction: Direction }
  /** `held` is closed; by a bot that flips always `whole`, and `next` is opened afterwards if it trades that side. */
  | { readonly act: 'close'; readonly held: Direction; readonly whole: boolean; readonly next: Direction | null }
  /** Nothing to do. `entry` or `exit`: what it would have been, and so which guards and age limit hold for it. */
  | {
    readonly act: 'none'
    readonly nature: 'entry' | 'exit'
    readonly code: 'nothing_to_close' | 'already_long' | 'already_short' | 'direction_not_traded'
  }

export interface IntentInput {
  readonly market: Market
  readonly held: 'flat' | Direction
  /** After `REVERSE`. */
  readonly side: SignalSide
  readonly dilution: boolean
  readonly direction: Bot['direction']
  readonly onOpposite: Bot['onOpposite']
}

/** The decision table (`execution.md`). The side that a bot does not trade only closes; spot trades long only. */
export function intentOf({ market, held, side, dilution, direction, onOpposite }: IntentInput): Intent {
  const towards: Direction = side === 'BUY' ? 'long' : 'short'
  const traded = (market === 'spot' ? 'long' : direction) === towards || (market === 'futures' && direction === 'both')
  if (held === 'flat') {
    return traded ? { act: 'open', direction: towards } : { act: 'none', nature: 'exit', code: 'nothing_to_close' }
  }
  if (held === towards) {
    if (!dilution) return { act: 'none', nature: 'entry', code: held === 'long' ? 'already_long' : 'already_short' }
    return traded ? { act: 'add', direction: towards } : { act: 'none', nature: 'entry', code: 'direction_not_traded' }
  }
  const flips = market === 'futures' && onOpposite === 'flip'
  return { act: 'close', held, whole: flips, next: flips && traded ? towards : null }
}
