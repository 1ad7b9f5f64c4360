import { expect, it } from 'vitest'
import type { Bot, MarketRules } from '#model'
import { decide } from './decide.ts'
import type { Decided, DecidedSignal, DecisionInput, PlannedLeg } from './decision.ts'

// What is left of a position below the exchange's minimum, because its value fell or the minimum rose.

const NOW = 1_000_000
const RULES: MarketRules = {
  exchange: 'binance', market: 'futures', symbol: 'BTCUSDT', base: 'BTC', quote: 'USDT', assetClass: 'crypto', trading: true,
  quantityStep: '0.001', minQuantity: '0.001', maxQuantity: '10', minNotional: '5', minNotionalOnClose: false, priceTick: '0.1',
  contractSize: '1', quoteStep: null, hours: 'always',
}
const SPOT: MarketRules = { ...RULES, market: 'spot', quantityStep: '0.00001', minQuantity: '0.00001', minNotionalOnClose: true, quoteStep: '0.01' }
const BOT: Bot = {
  id: 'bot', userId: 'me', name: 'b', webhookId: 'w', connectionId: 'c', exchange: 'binance', market: 'futures', symbol: 'BTCUSDT', base: 'BTC', quote: 'USDT',
  amount: '100', amountIn: 'quote', direction: 'both', maxSize: '1000', onOpposite: 'close', leverage: null, maxSignalAgeSeconds: 60, maxExitAgeSeconds: 900,
  acceptSize: false, acceptDilution: false, paused: false, createdAt: 0,
}
interface Change { signal?: Partial<DecidedSignal>; bot?: Partial<Bot>; spot?: boolean; in?: Partial<DecisionInput> }
const inputOf = ({ signal, bot, spot = false, in: more }: Change): DecisionInput => ({
  position: '0', dust: false, rules: spot ? SPOT : RULES, price: { price: '50000', at: NOW }, marketOpen: null, positionMode: spot ? null : 'one-way', others: [],
  guards: { connection: 'active', freeze: 'none' }, now: NOW, ...more,
  signal: { userId: 'me', source: 'hook', symbol: 'BTCUSDT', side: 'BUY', size: null, dilution: false, flags: [], ageFrom: NOW, unsupportedFields: [], ...signal },
  bot: { ...BOT, ...spot ? { market: 'spot', direction: 'long' } : {}, ...bot },
})
const decided = (change: Change): Decided => {
  const decision = decide(inputOf(change))
  if (decision.outcome === 'needs') throw new Error(`needs ${decision.what.join()}`)
  return decision
}
const leg = (side: 'buy' | 'sell', quantity: string, more: Partial<PlannedLeg> = {}): PlannedLeg =>
  ({ kind: 'open', side, positionSide: 'both', quantity, quoteQuantity: null, reduceOnly: false, ...more })
const SELL = { side: 'SELL' } as const

it.each<[string, Change, string, PlannedLeg[]]>([
  ['value fell, spot', { spot: true, in: { position: '0.00004' } }, 'open', [leg('buy', '', { quantity: null, quoteQuantity: '100' })]],
  ['least quantity rose, futures', { in: { position: '0.004', rules: { ...RULES, minQuantity: '0.005' }, price: { price: '1000', at: NOW } } }, 'open', [leg('buy', '0.1')]],
  ['short, least quantity rose', { signal: SELL, in: { position: '-0.004', rules: { ...RULES, minQuantity: '0.005' }, price: { price: '1000', at: NOW } } }, 'open', [leg('sell', '0.1')]],
  ['hedge mode, same side', { in: { positionMode: 'hedge', position: '0.0005' } }, 'open', [leg('buy', '0.002', { positionSide: 'long' })]],
  ['value fell where closes are not exempt', { in: { position: '0.001', price: { price: '1000', at: NOW }, rules: { ...RULES, minNotionalOnClose: true } } }, 'open', [leg('buy', '0.1')]],
  ['a flip nets it', { signal: SELL, bot: { onOpposite: 'flip' }, in: { position: '0.0005' } }, 'open', [leg('sell', '0.002')]],
])('a rest below the exchange\'s minimum blocks no entry: %s', (_name, change, code, legs) => {
  expect(decided(change)).toMatchObject({ outcome: 'order', code, legs })
})

it.each<[string, Change, string]>([
  ['one that could be closed', { spot: true, in: { position: '0.0001' } }, 'already_long'],
  ['reduce-only closes are exempt', { in: { position: '0.001', price: { price: '100', at: NOW } } }, 'already_long'],
  ['the opposite signal is an exit, not an entry', { signal: SELL, in: { position: '0.0005' } }, 'amount_below_minimum'],
  ['a flip in hedge mode, where nothing nets it', { signal: SELL, bot: { onOpposite: 'flip' }, in: { positionMode: 'hedge', position: '0.0005' } }, 'amount_below_minimum'],
  ['no price is to be had', { spot: true, in: { position: '0.00004', price: null, unavailable: ['price'] } }, 'already_long'],
  ['paused', { spot: true, bot: { paused: true }, in: { position: '0.00004' } }, 'bot_paused'],
])('what is no such rest, or no entry: %s', (_name, change, code) => expect(decided(change).code).toBe(code))

it('whether it is one is judged by a fresh price, which is asked for', () => {
  expect(decide(inputOf({ spot: true, in: { position: '0.00004', price: null } }))).toEqual({ outcome: 'needs', what: ['price'] })
})
