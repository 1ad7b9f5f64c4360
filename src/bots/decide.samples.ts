import type { Bot, MarketRules } from '#model'
import { decide } from './decide.ts'
import type { Decided, DecidedSignal, DecisionInput, PlannedLeg } from './decision.ts'

// What tests of decisions begin with.
export const NOW = 1_000_000
export const RULES: MarketRules = {
  exchange: 'binance', market: 'futures', symbol: 'BTCUSDT', base: 'BTC', quote: 'USDT', assetClass: 'crypto', trading: true,
  quantityStep: '0.001', minQuantity: '0.001', maxQuantity: '10', minNotional: '5', minNotionalOnClose: false, priceTick: '0.1',
  contractSize: '1', quoteStep: null, hours: 'always',
}
export const SPOT: MarketRules = { ...RULES, market: 'spot', quantityStep: '0.00001', minQuantity: '0.00001', minNotionalOnClose: true, quoteStep: '0.01' }
export const BOT: Bot = {
  id: 'bot', userId: 'me', name: 'b', webhookId: 'w', connectionId: 'c', exchange: 'binance', market: 'futures', symbol: 'BTCUSDT', base: 'BTC', quote: 'USDT',
  amount: '100', amountIn: 'quote', direction: 'both', maxSize: '1000', onOpposite: 'close', leverage: null, maxSignalAgeSeconds: 60, maxExitAgeSeconds: 900, exitAtOpen: false,
  acceptSize: false, acceptDilution: false, paused: false, createdAt: 0,
}
export const SIGNAL: DecidedSignal = { userId: 'me', source: 'hook', symbol: 'BTCUSDT', side: 'BUY', size: null, dilution: false, flags: [], receivedAt: NOW, firedAt: null, ageFrom: NOW, unsupportedFields: [] }
export const BASE: DecisionInput = {
  signal: SIGNAL, bot: BOT, position: '0', dust: false, rules: RULES, price: { price: '50000', at: NOW }, marketOpen: null, positionMode: 'one-way', others: [],
  guards: { connection: 'active', freeze: 'none' }, now: NOW,
}

export interface Change { signal?: Partial<DecidedSignal>; bot?: Partial<Bot>; spot?: boolean; in?: Partial<DecisionInput> }
export const inputOf = ({ signal, bot, spot = false, in: more }: Change): DecisionInput => ({
  ...BASE, ...spot ? { rules: SPOT, positionMode: null } : {}, ...more,
  signal: { ...SIGNAL, ...signal }, bot: { ...BOT, ...spot ? { market: 'spot', direction: 'long' } : {}, ...bot },
})
export const decided = (change: Change): Decided => {
  const decision = decide(inputOf(change))
  if (decision.outcome === 'needs') throw new Error(`needs ${decision.what.join()}`)
  return decision
}
export const leg = (side: 'buy' | 'sell', quantity: string, more: Partial<PlannedLeg> = {}): PlannedLeg =>
  ({ kind: 'open', side, positionSide: 'both', quantity, quoteQuantity: null, reduceOnly: false, ...more })
export const SELL = { side: 'SELL' } as const
