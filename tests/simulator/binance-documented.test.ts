import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startSimulator, type Simulator } from '#simulator'
import { binance, Control, type Json } from './signed-client.ts'

// The fields of the response examples in Binance's documentation, by endpoint; each must be in our answers.
// Spot: binance-spot-api-docs, rest-api.md. Futures: response examples of the official USDS-M connector's tests.

const DOCUMENTED: readonly (readonly [string, string, string, Readonly<Record<string, string>>])[] = [
  [
    'POST /api/v3/order',
    'symbol orderId orderListId clientOrderId transactTime price origQty executedQty origQuoteOrderQty ' +
      'cummulativeQuoteQty status timeInForce type side workingTime selfTradePreventionMode fills',
    'fills: price qty commission commissionAsset tradeId',
    { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.01', newClientOrderId: 'spot' },
  ],
  [
    'GET /api/v3/order',
    'symbol orderId orderListId clientOrderId price origQty executedQty cummulativeQuoteQty status timeInForce ' +
      'type side stopPrice icebergQty time updateTime isWorking workingTime origQuoteOrderQty selfTradePreventionMode',
    '',
    { symbol: 'BTCUSDT', origClientOrderId: 'spot' },
  ],
  [
    'GET /api/v3/myTrades',
    'symbol id orderId orderListId price qty quoteQty commission commissionAsset time isBuyer isMaker isBestMatch',
    '',
    { symbol: 'BTCUSDT' },
  ],
  [
    'GET /api/v3/account',
    'makerCommission takerCommission buyerCommission sellerCommission commissionRates canTrade canWithdraw ' +
      'canDeposit brokered requireSelfTradePrevention preventSor updateTime accountType balances permissions uid',
    'balances: asset free locked',
    {},
  ],
  [
    'GET /api/v3/exchangeInfo',
    'timezone serverTime rateLimits exchangeFilters symbols',
    'symbols: symbol status baseAsset baseAssetPrecision quoteAsset quotePrecision quoteAssetPrecision ' +
      'baseCommissionPrecision quoteCommissionPrecision orderTypes icebergAllowed ocoAllowed otoAllowed opoAllowed ' +
      'quoteOrderQtyMarketAllowed allowTrailingStop cancelReplaceAllowed amendAllowed pegInstructionsAllowed ' +
      'isSpotTradingAllowed isMarginTradingAllowed filters permissions permissionSets ' +
      'defaultSelfTradePreventionMode allowedSelfTradePreventionModes',
    {},
  ],
  [
    'POST /fapi/v1/order',
    'clientOrderId cumQty executedQty orderId origQty price reduceOnly side positionSide status stopPrice ' +
      'closePosition symbol timeInForce type origType updateTime workingType priceProtect priceMatch ' +
      'selfTradePreventionMode goodTillDate',
    '',
    { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.01', newClientOrderId: 'futures' },
  ],
  [
    'GET /fapi/v1/order',
    'avgPrice clientOrderId cumQuote executedQty orderId origQty origType price reduceOnly side positionSide status ' +
      'stopPrice closePosition symbol time timeInForce type updateTime workingType priceProtect priceMatch ' +
      'selfTradePreventionMode goodTillDate',
    '',
    { symbol: 'BTCUSDT', origClientOrderId: 'futures' },
  ],
  [
    'GET /fapi/v1/userTrades',
    'buyer commission commissionAsset id maker orderId price qty quoteQty realizedPnl side positionSide symbol time',
    '',
    { symbol: 'BTCUSDT' },
  ],
  [
    'GET /fapi/v2/account',
    'feeTier feeBurn canTrade canDeposit canWithdraw updateTime multiAssetsMargin tradeGroupId totalInitialMargin ' +
      'totalMaintMargin totalWalletBalance totalUnrealizedProfit totalMarginBalance totalPositionInitialMargin ' +
      'totalOpenOrderInitialMargin totalCrossWalletBalance totalCrossUnPnl availableBalance maxWithdrawAmount assets ' +
      'positions',
    'positions: symbol initialMargin maintMargin unrealizedProfit positionInitialMargin openOrderInitialMargin ' +
      'leverage isolated entryPrice maxNotional bidNotional askNotional positionSide positionAmt updateTime',
    {},
  ],
  [
    'GET /fapi/v3/account',
    'totalInitialMargin totalMaintMargin totalWalletBalance totalUnrealizedProfit totalMarginBalance ' +
      'totalPositionInitialMargin totalOpenOrderInitialMargin totalCrossWalletBalance totalCrossUnPnl ' +
      'availableBalance maxWithdrawAmount assets positions',
    'positions: symbol positionSide positionAmt unrealizedProfit isolatedMargin notional isolatedWallet ' +
      'initialMargin maintMargin updateTime',
    {},
  ],
  [
    'GET /fapi/v3/balance',
    'accountAlias asset balance crossWalletBalance crossUnPnl availableBalance maxWithdrawAmount marginAvailable ' +
      'updateTime',
    '',
    {},
  ],
  [
    'GET /fapi/v2/positionRisk',
    'entryPrice breakEvenPrice marginType isAutoAddMargin isolatedMargin leverage liquidationPrice markPrice ' +
      'maxNotionalValue positionAmt notional isolatedWallet symbol unRealizedProfit positionSide updateTime',
    '',
    { symbol: 'BTCUSDT' },
  ],
  [
    'GET /fapi/v3/positionRisk',
    'symbol positionSide positionAmt entryPrice breakEvenPrice markPrice unRealizedProfit liquidationPrice ' +
      'isolatedMargin notional marginAsset isolatedWallet initialMargin maintMargin positionInitialMargin ' +
      'openOrderInitialMargin adl bidNotional askNotional updateTime',
    '',
    {},
  ],
  [
    'GET /fapi/v1/accountConfig',
    'feeTier canTrade canDeposit canWithdraw dualSidePosition updateTime multiAssetsMargin tradeGroupId',
    '',
    {},
  ],
  [
    'GET /fapi/v1/premiumIndex',
    'symbol markPrice indexPrice estimatedSettlePrice lastFundingRate interestRate nextFundingTime time',
    '',
    { symbol: 'BTCUSDT' },
  ],
  [
    'GET /fapi/v1/exchangeInfo',
    'exchangeFilters rateLimits serverTime assets symbols timezone',
    'symbols: symbol pair contractType deliveryDate onboardDate status maintMarginPercent requiredMarginPercent ' +
      'baseAsset quoteAsset marginAsset pricePrecision quantityPrecision baseAssetPrecision quotePrecision ' +
      'underlyingType underlyingSubType triggerProtect filters timeInForce liquidationFee marketTakeBound orderTypes',
    {},
  ],
]

const KEY = { apiKey: 'documented', secret: 'documented' }
const PUBLIC = new Set(['GET /api/v3/exchangeInfo', 'GET /fapi/v1/exchangeInfo', 'GET /fapi/v1/premiumIndex'])
let simulator: Simulator
let base: string

beforeAll(async () => {
  simulator = await startSimulator({ exchanges: ['binance'] })
  base = simulator.urls['binance']!
  await new Control(base).tell('POST', '/accounts', { ...KEY, balances: { USDT: '10000' } })
})
afterAll(async () => simulator.close())

async function ask(endpoint: string, params: Readonly<Record<string, string>>): Promise<Json> {
  const [method = '', path = ''] = endpoint.split(' ')
  if (!PUBLIC.has(endpoint)) return (await binance(base, KEY, method, path, params)).body
  return (await fetch(`${base}${path}?${new URLSearchParams(params).toString()}`)).json()
}

describe('the answers have every field of the documented examples', () => {
  test.each(DOCUMENTED)('%s', async (endpoint, fields, nested, params) => {
    const body = await ask(endpoint, params)
    const found = Array.isArray(body) ? body[0] : body
    for (const field of fields.split(' ')) expect(found, field).toHaveProperty(field)
    if (nested === '') return
    const [list = '', inner = ''] = nested.split(': ')
    for (const field of inner.split(' ')) expect(found[list][0], field).toHaveProperty(field)
  })
})
