import { describe, expect, it } from 'vitest'
import { intentOf, type Intent, type IntentInput } from './intent.ts'

const input: IntentInput = { market: 'futures', held: 'flat', side: 'BUY', dilution: false, direction: 'both', onOpposite: 'close' }
const said = (intent: Intent): string => {
  if (intent.act === 'none') return intent.code
  if (intent.act === 'close') return `close ${intent.held}${intent.whole ? ' whole' : ''}${intent.next === null ? '' : `, open ${intent.next}`}`
  return `${intent.act} ${intent.direction}`
}

// market, held, dilution, onOpposite: what BUY and what SELL mean. Every cell of `execution.md`, "Decision table".
describe('the decision table', () => {
  it.each([
    ['spot', 'flat', false, 'close', 'open long', 'nothing_to_close'],
    ['spot', 'flat', true, 'close', 'open long', 'nothing_to_close'],
    ['spot', 'long', false, 'close', 'already_long', 'close long'],
    ['spot', 'long', true, 'close', 'add long', 'close long'],
    ['spot', 'long', false, 'flip', 'already_long', 'close long'],
    ['futures', 'flat', false, 'close', 'open long', 'open short'],
    ['futures', 'flat', true, 'close', 'open long', 'open short'],
    ['futures', 'flat', false, 'flip', 'open long', 'open short'],
    ['futures', 'long', false, 'close', 'already_long', 'close long'],
    ['futures', 'long', true, 'close', 'add long', 'close long'],
    ['futures', 'long', false, 'flip', 'already_long', 'close long whole, open short'],
    ['futures', 'long', true, 'flip', 'add long', 'close long whole, open short'],
    ['futures', 'short', false, 'close', 'close short', 'already_short'],
    ['futures', 'short', true, 'close', 'close short', 'add short'],
    ['futures', 'short', false, 'flip', 'close short whole, open long', 'already_short'],
    ['futures', 'short', true, 'flip', 'close short whole, open long', 'add short'],
  ] as const)('%s %s, dilution %s, %s: BUY %s, SELL %s', (market, held, dilution, onOpposite, buy, sell) => {
    for (const direction of market === 'spot' ? ['long', 'both'] as const : ['both'] as const) {
      const cell = { ...input, market, held, dilution, onOpposite, direction }
      expect(said(intentOf({ ...cell, side: 'BUY' }))).toBe(buy)
      expect(said(intentOf({ ...cell, side: 'SELL' }))).toBe(sell)
    }
  })

  it.each([
    ['long', 'flat', false, 'open long', 'nothing_to_close'],
    ['long', 'long', true, 'add long', 'close long whole'],
    ['long', 'short', true, 'close short whole, open long', 'direction_not_traded'],
    ['long', 'short', false, 'close short whole, open long', 'already_short'],
    ['short', 'flat', false, 'nothing_to_close', 'open short'],
    ['short', 'short', true, 'close short whole', 'add short'],
    ['short', 'long', true, 'direction_not_traded', 'close long whole, open short'],
  ] as const)('a %s-only bot that flips, %s, dilution %s: the other side only closes (BUY %s, SELL %s)', (direction, held, dilution, buy, sell) => {
    const cell = { ...input, direction, held, dilution, onOpposite: 'flip' } as const
    expect(said(intentOf({ ...cell, side: 'BUY' }))).toBe(buy)
    expect(said(intentOf({ ...cell, side: 'SELL' }))).toBe(sell)
  })
})
