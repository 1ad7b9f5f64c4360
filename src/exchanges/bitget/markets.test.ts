import { expect, test } from 'vitest'
import { futuresRules, spotRules } from './markets.ts'

// Rows as api-doc shows them, shortened.
const spot = { symbol: 'BTCUSDT', baseCoin: 'BTC', quoteCoin: 'USDT', minTradeAmount: '0', pricePrecision: '2', quantityPrecision: '6', quotePrecision: '8', status: 'online', minTradeUSDT: '1' }
const contract = { symbol: 'BTCUSDT', baseCoin: 'BTC', quoteCoin: 'USDT', minTradeNum: '0.01', priceEndStep: '5', volumePlace: '2', pricePlace: '1', sizeMultiplier: '0.01', symbolType: 'perpetual', minTradeUSDT: '5', symbolStatus: 'normal', maxMarketOrderQty: '220' }

test('a pair: bought for amounts only, to the cent', () => {
  expect(spotRules(spot)).toMatchObject({ quantityStep: '0.000001', priceTick: '0.01', quoteStep: '0.01', minNotional: '1', buysByQuoteOnly: true, trading: true })
  expect(spotRules({ ...spot, symbol: 'ETHBTC', quoteCoin: 'BTC' })).toMatchObject({ minNotional: null, quoteStep: '0.00000001' })
  expect(spotRules({ ...spot, status: 'halt' })?.trading).toBe(false)
  expect(spotRules({ ...spot, quantityPrecision: 'many' })).toBeNull()
})

test('a contract: steps of the price count in its last place', () => {
  expect(futuresRules(contract)).toMatchObject({ priceTick: '0.5', quantityStep: '0.01', minQuantity: '0.01', maxQuantity: '220', minNotional: '5', trading: true })
  for (const symbolStatus of ['listed', 'maintain', 'limit_open', 'restrictedAPI', 'off']) expect(futuresRules({ ...contract, symbolStatus })?.trading).toBe(false)
  expect(futuresRules({ ...contract, symbolType: 'delivery' })).toBeNull()
  expect(futuresRules({ ...contract, quoteCoin: 'USD' })).toBeNull()
})
