import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decimal, type Bot, type MarketRules } from '#model'
import { checkBot, type BotSettings } from './check-bot.ts'
import { decide } from './decide.ts'
import { previewRules, type RuleFacts } from './preview-rules.ts'

const PERP: MarketRules = {
  exchange: 'binance', market: 'futures', symbol: 'BTCUSDT', base: 'BTC', quote: 'USDT', assetClass: 'crypto', trading: true, quantityStep: '0.001', minQuantity: '0.001',
  maxQuantity: '10', minNotional: '5', minNotionalOnClose: false, priceTick: '0.1', contractSize: '1', quoteStep: null, hours: 'always',
}
const SPOT: MarketRules = { ...PERP, market: 'spot', quantityStep: '0.00001', minQuantity: '0.00001', quoteStep: '0.01' }
const FACTS: RuleFacts = { price: '50000', marketOpen: null, positionMode: 'one-way', others: [] }
const SETTINGS: BotSettings = { amount: '100', amountIn: 'quote' }
const mistakes = (settings: Partial<BotSettings>, rules = PERP, facts: Partial<RuleFacts> = {}): string[] => {
  const checked = checkBot({ ...SETTINGS, ...settings }, rules, { ...FACTS, ...facts })
  return checked.ok ? [] : [checked.code, ...checked.errors.map(({ path, message }) => `${path}: ${message}`)]
}

describe('checkBot', () => {
  it('fills in everything that was not said', () => {
    expect(checkBot(SETTINGS, PERP, FACTS)).toMatchObject({ ok: true, bot: {
      name: 'BTCUSDT', exchange: 'binance', market: 'futures', symbol: 'BTCUSDT', base: 'BTC', quote: 'USDT', amount: '100', amountIn: 'quote', direction: 'both', maxSize: '1000',
      onOpposite: 'close', leverage: null, maxSignalAgeSeconds: 60, maxExitAgeSeconds: 900, exitAtOpen: false, acceptSize: false, acceptDilution: false, paused: false,
    } })
    expect(checkBot({ ...SETTINGS, direction: 'both', name: ' ' }, SPOT, FACTS)).toMatchObject({ ok: true, bot: { name: 'BTCUSDT', direction: 'long' } })
  })

  it('the largest size is ten times the amount, in quote', () => {
    expect(checkBot({ amount: '0.01', amountIn: 'base' }, PERP, FACTS)).toMatchObject({ ok: true, bot: { maxSize: '5000' } })
    expect(mistakes({ amount: '0.01', amountIn: 'base' }, PERP, { price: null })).toEqual(['invalid_input', expect.stringContaining('maxSize: there is no price')])
    expect(mistakes({ amount: '0.01', amountIn: 'base', maxSize: '500' }, PERP, { price: null })).toEqual([])
  })

  it.each<[Partial<BotSettings>, MarketRules, string]>([
    [{ direction: 'short' }, SPOT, 'direction: a spot bot cannot go short'],
    [{ onOpposite: 'flip' }, SPOT, 'onOpposite: a spot bot cannot flip'],
    [{ leverage: 5 }, SPOT, 'leverage: spot has no leverage'],
    [{ leverage: 1.5 }, PERP, 'leverage: must be a whole number'],
    [{ maxSize: '99' }, PERP, 'maxSize: is below the amount'],
    [{ amount: '0' }, PERP, 'amount: must be a decimal number above 0'],
    [{ amount: '1e3' }, PERP, 'amount: must be a decimal number above 0'],
    [{ maxSize: '-1' }, PERP, 'maxSize: must be a decimal number above 0'],
    [{ maxExitAgeSeconds: -1 }, PERP, 'maxExitAgeSeconds: must be whole seconds'],
  ])('%j is invalid', (settings, rules, message) => {
    expect(mistakes(settings, rules)).toEqual(['invalid_input', expect.stringContaining(message)])
  })

  it.each<[Partial<BotSettings>, MarketRules, string]>([
    [{ amount: '49' }, PERP, 'amount: 49 USDT is 0 BTC; the exchange\'s minimum is 0.001 BTC: use at least 50 USDT.'],
    [{ amount: '4' }, SPOT, 'amount: 4 USDT at 50000 is an order of 4 USDT; the exchange\'s minimum is 5 USDT: use at least 5 USDT.'],
    [{ amount: '0.00001', amountIn: 'base' }, SPOT, 'use at least 0.0001 BTC'],
    [{ amount: '600000' }, PERP, 'largest order: use at most about 500000 USDT'],
    [{ amount: '0.1', amountIn: 'base', maxSize: '100' }, PERP, 'maxSize: The amount is worth 5000 USDT'],
    [{}, { ...PERP, trading: false }, 'symbol: The exchange does not take orders'],
  ])('%j breaks a rule of the market, with what to do', (settings, rules, message) => {
    expect(mistakes(settings, rules).join('\n')).toContain(message)
    expect(mistakes(settings, rules)[0]).toBe('rules_violated')
  })

  it('the least amount that it names is enough', () => {
    fc.assert(fc.property(fc.constantFrom(PERP, SPOT), fc.integer({ min: 1, max: 10_000_000 }), fc.constantFrom('quote' as const, 'base' as const), (market, cents, amountIn) => {
      const rules = { ...market, maxQuantity: null }
      const price = decimal(String(cents)).times('0.01').toFixed()
      const said = mistakes({ amount: '0.00000001', amountIn, maxSize: '10000000' }, rules, { price }).join()
      const least = /use at least ([\d.]+) /.exec(said)?.[1]
      expect(mistakes({ amount: least ?? '', amountIn, maxSize: '10000000' }, rules, { price }).filter((error) => error.startsWith('amount'))).toEqual([])
    }))
  })

  it('a closed market, or a bot on the other side, does not keep a bot from being made', () => {
    expect(mistakes({}, { ...SPOT, hours: 'calendar' }, { marketOpen: false })).toEqual([])
    expect(mistakes({}, PERP, { others: [{ quantity: '-1', opening: null }] })).toEqual([])
  })
})

describe('previewRules', () => {
  const bot = (amount: string, amountIn: Bot['amountIn'] = 'quote'): Bot => ({
    id: 'b', userId: 'u', name: 'b', webhookId: 'w', connectionId: 'c', exchange: 'binance', market: 'futures', symbol: 'BTCUSDT', base: 'BTC', quote: 'USDT', amount, amountIn, direction: 'both',
    maxSize: '1000000', onOpposite: 'close', leverage: null, maxSignalAgeSeconds: 60, maxExitAgeSeconds: 900, exitAtOpen: false, acceptSize: false, acceptDilution: false, paused: false, createdAt: 0,
  })

  it('lists every rule with its limit and what the order has', () => {
    const rules = previewRules(bot('100'), PERP, FACTS)
    expect(rules.map(({ rule, limit, value, ok }) => [rule, limit, value, ok])).toEqual([
      ['trading', null, null, true], ['hours', null, null, true], ['quantityStep', '0.001', '0.002', true], ['minQuantity', '0.001', '0.002', true],
      ['maxQuantity', '10', '0.002', true], ['minNotional', '5', '100', true], ['maxSize', '1000000', '100', true], ['oppositePosition', null, null, true],
    ])
    expect(previewRules(bot('100'), { ...PERP, contractSize: '0.001' }, FACTS).find(({ rule }) => rule === 'contractSize')).toMatchObject({ limit: '0.001', value: '2' })
    expect(previewRules(bot('100'), SPOT, FACTS).map(({ rule }) => rule)).toContain('quoteStep')
  })

  it('says what it could not check', () => {
    const unchecked = previewRules(bot('100'), PERP, { ...FACTS, price: null }).filter(({ detail }) => detail.startsWith('Not checked'))
    expect(unchecked.map(({ rule, value, ok }) => [rule, value, ok])).toEqual([['minQuantity', null, true], ['maxQuantity', null, true], ['minNotional', null, true]])
  })

  it('shows a closed market and an account that stands in the way', () => {
    const failed = previewRules(bot('100'), { ...PERP, hours: 'calendar' }, { ...FACTS, marketOpen: false, others: [{ quantity: '-1', opening: null }] }).filter(({ ok }) => !ok)
    expect(failed.map(({ rule }) => rule)).toEqual(['hours', 'oppositePosition'])
    expect(failed[1]?.detail).toContain('going long is refused')
  })

  it('agrees with the decision on whether an opening goes out', () => {
    const amount = fc.tuple(fc.integer({ min: 1, max: 99_999_999 }), fc.integer({ min: 0, max: 8 })).map(([units, places]) => decimal(String(units)).dividedBy(10 ** places).toFixed())
    fc.assert(fc.property(fc.constantFrom(PERP, SPOT), amount, fc.constantFrom('quote' as const, 'base' as const), (rules, size, amountIn) => {
      const made = { ...bot(size, amountIn), market: rules.market }
      const { outcome, code } = decide({
        signal: { userId: 'u', source: 'hook', symbol: 'BTCUSDT', side: 'BUY', size: null, dilution: false, flags: [], receivedAt: 0, firedAt: null, ageFrom: 0, unsupportedFields: [] }, bot: made, position: '0', dust: false, rules,
        price: { price: '50000', at: 0 }, marketOpen: null, positionMode: rules.market === 'spot' ? null : 'one-way', others: [], guards: { connection: 'active', freeze: 'none' }, now: 0,
      }) as { outcome: string; code: string }
      expect([code, previewRules(made, rules, FACTS).every(({ ok }) => ok)]).toEqual([code, outcome === 'order'])
    }), { numRuns: 1000 })
  })
})
