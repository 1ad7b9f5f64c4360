import { readFileSync } from 'node:fs'
import ccxt, { type Market as CcxtMarket } from 'ccxt'
import { expect, test } from 'vitest'
import type { MarketRules } from '#model'
import { record } from './recorder.ts'

// The same exchangeInfo, in the form that the documentation shows, read by us and by ccxt.

type Info = Record<'spot' | 'futures', { symbols: { symbol: string; filters: { filterType: string }[] }[] }>
const INFO = JSON.parse(readFileSync(new URL('./binance-exchange-info.json', import.meta.url), 'utf8')) as Info

async function ours(market: 'spot' | 'futures'): Promise<Map<string, MarketRules>> {
  let rules: readonly MarketRules[] = []
  await record('binance', { 'GET /api/v3/exchangeInfo': INFO.spot, 'GET /fapi/v1/exchangeInfo': INFO.futures }, async (exchange) => { rules = await exchange.markets(market, null) })
  return new Map(rules.map((one) => [one.symbol, one]))
}

const theirs = (market: 'spot' | 'futures'): CcxtMarket[] => {
  const x = new ccxt.binance()
  x.options['crossMarginPairsData'] = []
  x.options['isolatedMarginPairsData'] = []
  return INFO[market].symbols.map((symbol) => x.parseMarket(symbol as never) as CcxtMarket)
}

test.each(['spot', 'futures'] as const)('%s: steps, ticks, minimums, activity are as ccxt reads them', async (market) => {
  const rules = await ours(market)
  let compared = 0
  for (const other of theirs(market)) {
    const mine = rules.get(String(other?.id))
    if (other === undefined || mine === undefined) continue
    compared += 1
    expect([mine.base, mine.quote, mine.trading, Number(mine.priceTick), Number(mine.contractSize)], other.id)
      .toEqual([other.base, other.quote, other.active, other.precision.price, other.contractSize ?? 1])
    // ccxt knows the step of limit orders only, and minimums whether they count for market orders or not.
    if (mine.symbol !== 'BNBUSDC') expect([Number(mine.quantityStep), Number(mine.minQuantity)], other.id).toEqual([other.precision.amount, other.limits.amount?.min])
    if (mine.symbol !== 'FREEUSDT') expect(Number(mine.minNotional), other.id).toBe(other.limits.cost?.min)
  }
  expect(compared).toBeGreaterThan(3)
})

test('market orders have limits of their own, and those count', async () => {
  const spot = await ours('spot')
  expect(spot.get('BTCUSDT')).toMatchObject({ quantityStep: '0.00001', minQuantity: '0.00001', maxQuantity: '77.9533', minNotional: '5', quoteStep: '0.00000001', minNotionalOnClose: true })
  expect(spot.get('BNBUSDC')).toMatchObject({ minQuantity: '0.01', maxQuantity: '500' })
  expect(spot.get('FREEUSDT')).toMatchObject({ minNotional: null, quoteStep: null, maxQuantity: '90000' })
  expect(spot.get('GONEUSDT')).toMatchObject({ trading: false })
  expect(spot.has('MARGINONLY')).toBe(false)
})

test('of the contracts, only perpetuals margined in stablecoins', async () => {
  const futures = await ours('futures')
  expect([...futures.keys()]).toEqual(['BTCUSDT', '1000PEPEUSDT', 'ETHUSDC', 'DOWNUSDT'])
  expect(futures.get('BTCUSDT')).toMatchObject({ quantityStep: '0.001', maxQuantity: '120', minNotional: '50', minNotionalOnClose: false, quoteStep: null, priceTick: '0.1' })
  expect(futures.get('DOWNUSDT')).toMatchObject({ trading: false })
})
