import fc from 'fast-check'
import { expect, it } from 'vitest'
import { bookFill, cutToStep, decimal, flatPosition, text, type Bot, type MarketRules, type Position } from '#model'
import { decide, isDust, planFlipOpening, replanClose, type DecisionInput, type PlannedLeg } from './index.ts'

// What single decisions do one after another, with fills that are whole, partial or none, and fees taken from the coins.

const NOW = 1_800_000_000_000
const RULES: MarketRules = {
  exchange: 'binance', market: 'futures', symbol: 'BTCUSDT', base: 'BTC', quote: 'USDT', assetClass: 'crypto', trading: true, quantityStep: '0.001', minQuantity: '0.001',
  maxQuantity: '0.05', minNotional: '5', minNotionalOnClose: false, priceTick: '0.1', contractSize: '1', quoteStep: null, hours: 'always',
}
const BOT: Bot = {
  id: 'b', userId: 'u', name: '', webhookId: 'w', connectionId: 'c', exchange: 'binance', market: 'futures', symbol: 'BTCUSDT', base: 'BTC', quote: 'USDT', amount: '500',
  amountIn: 'quote', direction: 'both', maxSize: '1000', onOpposite: 'close', leverage: null, maxSignalAgeSeconds: 60, maxExitAgeSeconds: 900, exitAtOpen: false, acceptSize: false,
  acceptDilution: false, paused: false, createdAt: NOW,
}

const step = fc.record({
  side: fc.constantFrom('BUY' as const, 'SELL' as const), size: fc.option(fc.constantFrom('0.004', '0.02', '300', '1000', '100000')), dilution: fc.boolean(),
  price: fc.integer({ min: 2000, max: 90_000 }), filled: fc.constantFrom(0, 0.3, 0.77, 1, 1, 1),
})
const world = fc.record({
  market: fc.constantFrom('spot' as const, 'futures' as const), onOpposite: fc.constantFrom('close' as const, 'flip' as const), mode: fc.constantFrom('one-way' as const, 'hedge' as const),
  steps: fc.array(step, { maxLength: 30 }),
})

it('whatever comes one after another: a close never turns a position, an opening never runs against one, and a flip opens from flat', () => {
  let closes = 0
  fc.assert(fc.property(world, ({ market, onOpposite, mode, steps }) => {
    const rules = { ...RULES, market, minNotionalOnClose: market === 'spot' }
    const bot: Bot = { ...BOT, market, direction: market === 'spot' ? 'long' : 'both', onOpposite: market === 'spot' ? 'close' : onOpposite }
    const positionMode = market === 'spot' ? null : mode
    let position: Position = flatPosition('b', 'BTCUSDT')
    let trades = 0

    const carryOut = (leg: PlannedLeg, price: string, share: number): void => {
      const wanted = decimal(leg.quantity ?? '0')
      const quantity = cutToStep(wanted.times(share), decimal(rules.quantityStep))
      if (quantity.isZero()) return
      const before = decimal(position.quantity)
      const fee = market === 'spot' && leg.side === 'buy' ? { fee: text(quantity.times('0.001')), feeAsset: 'BTC' } : { fee: '0.1', feeAsset: 'USDT' }
      position = bookFill(position, { id: '', orderId: '', botId: 'b', tradeId: String(trades += 1), side: leg.side, price, quantity: text(quantity), at: NOW, ...fee }, { base: 'BTC', quote: 'USDT', spot: market === 'spot' })
      const after = decimal(position.quantity)
      if (leg.kind === 'close') {
        closes += 1
        expect(after.abs().lessThan(before.abs())).toBe(true)
        expect(after.isZero() || after.isNegative() === before.isNegative()).toBe(true)
        if (isDust(position.quantity, rules, price)) position = { ...position, dust: true }
      } else if (!before.isZero() && !after.isZero()) {
        expect(after.isNegative() === before.isNegative() || isDust(text(before), rules, price)).toBe(true)
      }
    }

    for (const { side, size, dilution, price: drawn, filled } of steps) {
      const price = String(drawn)
      const input = (): DecisionInput => ({
        signal: { userId: 'u', source: 'hook', symbol: 'BTCUSDT', side, size, dilution, flags: [], receivedAt: NOW, firedAt: null, ageFrom: NOW, unsupportedFields: [] }, bot, rules, positionMode,
        position: position.quantity, dust: position.dust, price: { price, at: NOW }, marketOpen: null, others: [], guards: { connection: 'active', freeze: 'none' }, now: NOW,
      })
      const decision = decide(input())
      if (decision.outcome !== 'order') continue
      for (const leg of decision.legs) carryOut(leg, price, filled)
      if (decision.flip === null) continue
      const [rest] = replanClose({ rules, position: position.quantity, positionMode, price: { price, at: NOW } }).legs
      if (rest !== undefined) carryOut(rest, price, filled)
      const opening = planFlipOpening(input(), decision.flip)
      const held = !decimal(position.quantity).isZero() && !position.dust
      if (held) expect(opening.outcome).not.toBe('order')
      if (opening.outcome === 'order') for (const leg of opening.legs) carryOut(leg, price, filled)
    }
  }), { numRuns: 400 })
  expect(closes).toBeGreaterThan(50) // it saw some
})
