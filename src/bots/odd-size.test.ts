import { describe, expect, it } from 'vitest'
import type { Bot, MarketRules } from '#model'
import { decide } from './decide.ts'
import type { Decided, DecidedSignal, DecisionInput } from './decision.ts'

const NOW = 1_000_000
const RULES: MarketRules = {
  exchange: 'binance', market: 'futures', symbol: 'DOGEUSDT', base: 'DOGE', quote: 'USDT', assetClass: 'crypto', trading: true,
  quantityStep: '1', minQuantity: '1', maxQuantity: '1000000', minNotional: '5', minNotionalOnClose: false, priceTick: '0.1',
  contractSize: '1', quoteStep: null, hours: 'always',
}
const BOT: Bot = {
  id: 'bot', userId: 'me', name: 'b', webhookId: 'w', connectionId: 'c', exchange: 'binance', market: 'futures', symbol: 'DOGEUSDT',
  base: 'DOGE', quote: 'USDT', amount: '50', amountIn: 'quote', direction: 'both', maxSize: '5000', onOpposite: 'close', leverage: null,
  maxSignalAgeSeconds: 60, maxExitAgeSeconds: 900, exitAtOpen: false, acceptSize: false, acceptDilution: false, paused: false, createdAt: 0,
}
const SIGNAL: DecidedSignal = {
  userId: 'me', source: 'hook', symbol: 'DOGEUSDT', side: 'BUY', size: null, dilution: false, flags: [], receivedAt: NOW, firedAt: null,
  ageFrom: NOW, unsupportedFields: [],
}
interface Change { signal?: Partial<DecidedSignal>; bot?: Partial<Bot>; in?: Partial<DecisionInput> }

function doge({ signal, bot, in: more }: Change): Decided {
  const decision = decide({
    signal: { ...SIGNAL, ...signal }, bot: { ...BOT, ...bot }, position: '0', dust: false, rules: RULES, price: { price: '0.2', at: NOW },
    marketOpen: null, positionMode: 'one-way', others: [], guards: { connection: 'active', freeze: 'none' }, now: NOW, ...more,
  })
  if (decision.outcome === 'needs') throw new Error(`needs ${decision.what.join()}`)
  return decision
}

describe('a size in another unit than it is read in', () => {
  it.each<[string, string, Partial<Bot>, Partial<DecisionInput>]>([
    ['contracts of a strategy, read as quote', '1500', {}, {}],
    ['of a bot with an amount in base', '1500', { amount: '1000', amountIn: 'base' }, {}],
    ['base of a dear coin, far too little as quote', '0.001', {}, { price: { price: '60000', at: NOW }, rules: { ...RULES, minNotional: null, quantityStep: '0.000000001', minQuantity: '0.000000001' } }],
    ['of contracts that are many units', '7', { amount: '1000' }, { price: { price: '1', at: NOW }, rules: { ...RULES, contractSize: '100', minNotional: null } }],
  ])('%s: the opening says so, with the likely unit', (_name, size, bot, more) => {
    const { outcome, reason, notes } = doge({ signal: { size }, bot, in: more })
    expect([outcome, notes.map(({ code }) => code)]).toEqual(['order', ['size_unusual']])
    expect(reason).toMatch(/`size` of an opening is quote currency\. .* looks like (DOGE or )?contracts/)
  })

  it.each(['16', '17', '50', '100', '150'])('%s beside an amount of 50 is nothing unusual', (size) => {
    expect(doge({ signal: { size: size === '16' ? '16.7' : size } }).notes).toEqual([])
  })
  it.each(['16', '151', '500'])('%s beside an amount of 50 is a warning', (size) => {
    expect(doge({ signal: { size } }).notes).toMatchObject([{ code: 'size_unusual' }])
  })

  it('one above the largest size is refused with the likely unit', () => {
    expect(doge({ signal: { size: '1500' }, bot: { maxSize: '500' } })).toMatchObject({ code: 'size_above_limit', reason: expect.stringContaining('looks like DOGE or contracts') })
  })

  it('one that does not count is not judged', () => {
    expect(doge({ signal: { size: '1500', userId: 'somebody' } }).notes).toMatchObject([{ code: 'size_ignored' }])
  })

  it('an exit that leaves most of the position says what stays, and how to close all', () => {
    const { outcome, reason, notes } = doge({ signal: { side: 'SELL', size: '1500' }, in: { position: '7500' } })
    expect([outcome, notes.map(({ code }) => code)]).toEqual(['order', ['close_leaves_most']])
    expect(reason).toMatch(/6000 of 7500 DOGE stay open: .*base currency\. 1500 looks like USDT\. Leave it out to close all/)
    expect(doge({ signal: { side: 'BUY', size: '10' }, in: { position: '-7500' } }).reason).toContain('7490 of 7500 DOGE stay open')
    for (const size of ['3750', '7500', '9000']) expect(doge({ signal: { side: 'SELL', size }, in: { position: '7500' } }).notes).toEqual([])
  })
})
