import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findMarket, sameSymbol, spellingsOf, type NamedMarket } from './symbols.ts'

const of = (exchange: string, market: 'spot' | 'futures', symbol: string, base: string, quote: string): NamedMarket => ({ exchange, market, symbol, base, quote })
const SPOT = of('binance', 'spot', 'BTCUSDT', 'BTC', 'USDT')
const PERP = of('binance', 'futures', 'BTCUSDT', 'BTC', 'USDT')
const PEPE = of('binance', 'futures', '1000PEPEUSDT', '1000PEPE', 'USDT')
const COIN = of('alpaca', 'spot', 'BTC/USD', 'BTC', 'USD')
const STOCK = of('alpaca', 'spot', 'AAPL', 'AAPL', 'USD')
const OKX = of('okx', 'futures', 'BTC-USDT-SWAP', 'BTC', 'USDT')

describe('sameSymbol', () => {
  const spellings = ['BTCUSDT', 'BTC/USDT', 'BTC-USDT', 'BTC_USDT', 'BTCUSDT.P', 'BINANCE:BTCUSDT', 'BINANCE:BTCUSDT.P', 'BINANCE_DL:BTCUSDT', 'BINANCE_DLY:BTCUSDT.P', 'btcusdt', ' btc/usdt ', 'binance:btcusdt']
  it.each(spellings)('%s is the market of a bot on BTC and USDT, spot and futures', (text) => {
    expect(sameSymbol(text, SPOT)).toBe(true)
    expect(sameSymbol(text, PERP)).toBe(true)
  })

  it.each([
    'BTCUSDT_261225', 'BTCUSDT261225', 'BTCUSDT-261225', 'BTCUSD_PERP', 'BTCUSD', 'BTCUSD.P', 'BTCUSDZ2026', 'BTCUSDT.Q', 'BTCUSDT.PP', 'BTCUSDC', 'BTCUSDTT', 'XBTCUSDT',
    'BTC', 'BT/CUSDT', 'BTCU-SDT', 'BTC//USDT', 'BYBIT:BTCUSDT', 'BINANCEUS:BTCUSDT', 'BINANCE_X:BTCUSDT', 'BTCUSDT_DL', 'BINANCE:', '', ':BTCUSDT', 'BTC USDT', '1000BTCUSDT',
  ])('%s is not', (text) => {
    expect(sameSymbol(text, SPOT)).toBe(false)
    expect(sameSymbol(text, PERP)).toBe(false)
  })

  it('1000PEPEUSDT is not PEPEUSDT', () => {
    expect(sameSymbol('PEPEUSDT', PEPE)).toBe(false)
    expect(sameSymbol('BINANCE:1000PEPEUSDT.P', PEPE)).toBe(true)
    expect(sameSymbol('1000PEPEUSDT', of('binance', 'spot', 'PEPEUSDT', 'PEPE', 'USDT'))).toBe(false)
  })

  it('takes the exchange\'s own spelling, and ccxt\'s for perpetuals', () => {
    for (const text of ['BTC-USDT-SWAP', 'btcusdt', 'OKX:BTCUSDT.P', 'BTC/USDT:USDT']) expect(sameSymbol(text, OKX)).toBe(true)
    expect(sameSymbol('BTC-USD-SWAP', OKX)).toBe(false)
    expect(sameSymbol('BTC/USDT:USDT', SPOT)).toBe(false)
    expect(sameSymbol('BTC/USDT:BTC', PERP)).toBe(false)
  })

  it('takes the listing exchange before a stock, and no currency behind it', () => {
    for (const text of ['AAPL', 'aapl', 'NASDAQ:AAPL', 'NYSE:AAPL', 'NASDAQ_DLY:AAPL', 'ALPACA:AAPL', 'BATS:AAPL']) expect(sameSymbol(text, STOCK)).toBe(true)
    for (const text of ['AAPLUSD', 'AAPL.P', 'BINANCE:AAPL', 'LSE:AAPL', 'AAPLW']) expect(sameSymbol(text, STOCK)).toBe(false)
    for (const text of ['BTCUSD', 'BTC/USD', 'ALPACA:BTCUSD']) expect(sameSymbol(text, COIN)).toBe(true)
    expect(sameSymbol('NASDAQ:BTCUSD', COIN)).toBe(false)
  })

  it('every spelling of a market means it, and no other base or quote', () => {
    const name = fc.stringMatching(/^[A-Z0-9]{2,8}$/)
    fc.assert(fc.property(name, name, name, (base, quote, other) => {
      const market = of('binance', 'futures', `${base}${quote}`, base, quote)
      for (const spelling of spellingsOf(market)) expect(sameSymbol(spelling.toLowerCase(), market)).toBe(true)
      if (`${other}${quote}` === `${base}${quote}`) return
      for (const spelling of spellingsOf(of('binance', 'futures', `${other}${quote}`, other, quote))) expect(sameSymbol(spelling, market)).toBe(false)
    }))
  })

  it('alternating texts and markets are not mixed up', () => {
    const markets = [SPOT, PEPE, STOCK]
    for (let round = 0; round < 3; round += 1) {
      for (const text of ['BTCUSDT', '1000PEPEUSDT', 'AAPL']) expect(markets.map((market) => sameSymbol(text, market))).toEqual(markets.map(({ symbol }) => symbol === text))
    }
  })
})

describe('findMarket', () => {
  const markets = [SPOT, of('binance', 'spot', 'BTCUSDC', 'BTC', 'USDC'), of('binance', 'spot', 'ETHBTC', 'ETH', 'BTC'), of('binance', 'spot', 'ETHUSDT', 'ETH', 'USDT'), PEPE]
  it('finds any spelling', () => {
    for (const text of ['BTCUSDT', 'btc/usdt', 'BINANCE:BTCUSDT.P']) expect(findMarket(text, markets)).toEqual({ found: SPOT })
  })

  it.each([
    ['BTC', ['BTCUSDT', 'BTCUSDC', 'ETHBTC']], ['PEPEUSDT', ['1000PEPEUSDT']], ['BTCUSD', ['BTCUSDT', 'BTCUSDC']], ['BTCUSDT_261225', ['BTCUSDT']], ['BYBIT:BTCUSDT', ['BTCUSDT', 'BTCUSDC']], ['NOPE', []], ['', []], ['E', []],
  ])('%s: names what comes near', (text, candidates) => expect(findMarket(text, markets)).toEqual({ found: null, candidates }))

  it('names at most five', () => {
    const many = Array.from({ length: 50 }, (_, index) => of('binance', 'spot', `BTCQ${index}`, 'BTC', `Q${index}`))
    const { found, ...rest } = findMarket('BTC', many)
    expect(found).toBeNull()
    expect(rest).toMatchObject({ candidates: { length: 5 } })
  })
})
