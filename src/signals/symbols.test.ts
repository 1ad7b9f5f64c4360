import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findMarket, sameSymbol, spellingsOf, whyAnother, type NamedMarket } from './symbols.ts'

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
    expect(sameSymbol(text, SPOT)).toBe(!text.endsWith('.P'))
    expect(sameSymbol(text, PERP)).toBe(true)
  })

  it('`.P` names a perpetual: it never means a spot market, at no exchange', () => {
    const spots = [SPOT, COIN, of('okx', 'spot', 'BTC-USDT', 'BTC', 'USDT'), of('kraken', 'spot', 'XBTUSD', 'BTC', 'USD'), of('gate', 'spot', 'BTC_USDT', 'BTC', 'USDT')]
    for (const spot of spots) {
      for (const spelling of spellingsOf(spot)) expect(sameSymbol(`${spelling}.P`, spot)).toBe(false)
      expect(findMarket(`${spot.symbol}.P`, [spot])).toEqual({ found: null, candidates: [spot.symbol] })
    }
    for (const text of ['OKX:BTCUSDT.P', 'BTCUSDT.P']) expect(sameSymbol(text, OKX)).toBe(true)
  })

  it.each([
    [of('kraken', 'spot', 'XBTUSD', 'BTC', 'USD'), ['XBT/USD', 'XBTUSD', 'BTCUSD', 'BTC/USD', 'XXBTZUSD', 'KRAKEN:XBTUSD', 'xbt-usd', 'BTC_USD']],
    [of('kraken', 'spot', 'XDGUSD', 'DOGE', 'USD'), ['XDG/USD', 'DOGE/USD', 'DOGEUSD', 'XDGUSD', 'XXDGZUSD', 'KRAKEN:DOGEUSD']],
    [of('kraken', 'spot', 'ETHXBT', 'ETH', 'BTC'), ['ETH/XBT', 'ETHBTC', 'ETH/BTC', 'XETHXXBT']],
    [of('kraken', 'spot', 'XRPEUR', 'XRP', 'EUR'), ['XXRPZEUR', 'XRP/EUR']],
    [of('kraken', 'futures', 'PF_XBTUSD', 'BTC', 'USD'), ['PF_XBTUSD', 'PF_BTCUSD', 'XBTUSD.P', 'BTCUSD.P', 'XBT/USD', 'BTC/USD:USD']],
    [of('kucoin', 'futures', 'XBTUSDTM', 'BTC', 'USDT'), ['XBTUSDTM', 'BTCUSDTM', 'XBTUSDT', 'BTCUSDT.P', 'KUCOIN:XBTUSDTM', 'KUCOIN:BTCUSDT.P']],
    [of('kucoin', 'futures', 'ETHUSDTM', 'ETH', 'USDT'), ['ETHUSDTM', 'ETHUSDT', 'KUCOIN:ETHUSDT.P']],
    [of('hyperliquid', 'futures', 'BTC', 'BTC', 'USDC'), ['BTC', 'BTC-USD', 'BTCUSDC.P', 'BTC/USDC:USDC', 'HYPERLIQUID:BTCUSD.P']],
  ] as const)('%o is found by every name that its exchange has for it', (market, names) => {
    for (const name of names) {
      expect([name, findMarket(name, [SPOT, PEPE, market])]).toEqual([name, { found: market }])
      expect(sameSymbol(name, market)).toBe(true)
    }
  })

  it('takes an exchange\'s own name of an asset at that exchange only', () => {
    expect(sameSymbol('XBTUSDT', SPOT)).toBe(false)
    expect(sameSymbol('XBT-USDT', of('coinbase', 'spot', 'BTC-USDT', 'BTC', 'USDT'))).toBe(false)
    expect(sameSymbol('ETHUSDTM', of('bybit', 'futures', 'ETHUSDT', 'ETH', 'USDT'))).toBe(false)
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
    for (const text of ['BTCUSDT', 'btc/usdt', 'BINANCE:BTCUSDT']) expect(findMarket(text, markets)).toEqual({ found: SPOT })
  })

  it.each([
    ['BTC', ['BTCUSDT', 'BTCUSDC', 'ETHBTC']], ['PEPEUSDT', ['1000PEPEUSDT']], ['BTCUSD', ['BTCUSDT', 'BTCUSDC']], ['BTCUSDT_261225', ['BTCUSDT']], ['BYBIT:BTCUSDT', ['BTCUSDT', 'BTCUSDC']], ['NOPE', []], ['BTCUDST', ['BTCUSDT']], ['BTVUSDT', ['BTCUSDT']], ['BTCUSDTT', ['BTCUSDT']], ['EHTUSDT', ['ETHUSDT']], ['BTCUSDT.P', ['BTCUSDT', 'BTCUSDC']], ['', []], ['E', []],
  ])('%s: names what comes near', (text, candidates) => expect(findMarket(text, markets)).toEqual({ found: null, candidates }))

  it('names at most five', () => {
    const many = Array.from({ length: 50 }, (_, index) => of('binance', 'spot', `BTCQ${index}`, 'BTC', `Q${index}`))
    const { found, ...rest } = findMarket('BTC', many)
    expect(found).toBeNull()
    expect(rest).toMatchObject({ candidates: { length: 5 } })
  })
})

describe('whyAnother', () => {
  it.each([
    ['BYBIT:BTCUSDT.P', PERP, 'another exchange, BYBIT, and this is binance'], ['BINANCEUS:BTCUSDT', SPOT, 'another exchange, BINANCEUS'],
    ['binance:btcusdt', OKX, 'another exchange, BINANCE, and this is okx'], ['COINBASE:BTCUSD', COIN, 'another exchange, COINBASE'],
    ['BTC\u200bUSDT', PERP, 'an invisible character (U+200B) as its 4th character'], ['BTCUSDT\u2060', SPOT, 'an invisible character (U+2060) as its 8th'],
    ['B\u0422CUSDT', SPOT, 'a Cyrillic letter (U+0422) as its 2nd'], ['BTCUSD\u03a4', SPOT, 'a Greek letter (U+03A4)'], ['\uff22TCUSDT', SPOT, 'a full-width character (U+FF22) as its 1st'],
    ['BTC\u00adUSDT', SPOT, 'an invisible character (U+00AD) as its 4th'], ['BTCUSDT.P', SPOT, '`.P` names a perpetual'], ['OKX:BTCUSDT.P', of('okx', 'spot', 'BTC-USDT', 'BTC', 'USDT'), 'this is spot'],
  ])('%j: %s', (text, market, what) => {
    expect(sameSymbol(text, market)).toBe(false)
    expect(whyAnother(text, market, market.symbol)).toContain(what)
  })

  it('says nothing where it is simply another market', () => {
    for (const text of ['ETHUSDT', 'BINANCE:ETHUSDT', 'BTC/USDC:USDC', 'BINANCE:ETHUSDT.P']) expect(whyAnother(text, PERP, PERP.symbol)).toBeNull()
    expect(whyAnother('币安人生USDC', of('binance', 'spot', '币安人生USDT', '币安人生', 'USDT'), '币安人生USDT')).toBeNull()
    expect(whyAnother('NASDAQ:TSLA', STOCK, 'AAPL')).toBeNull()
  })
})
