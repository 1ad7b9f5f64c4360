import type { MarketRules } from '#model'

/** What a market's spellings are made from; rules and bots both have it. */
export type NamedMarket = Pick<MarketRules, 'exchange' | 'market' | 'symbol' | 'base' | 'quote'>

// How TradingView and others name an exchange before the colon. A payload that names another exchange than the bot's
// is another market, even where the pair is the same.
const PREFIXES: ReadonlyMap<string, readonly string[]> = new Map([
  ['alpaca', ['ALPACA']],
  ['binance', ['BINANCE']],
  ['bingx', ['BINGX']],
  ['bitget', ['BITGET']],
  ['bybit', ['BYBIT']],
  ['coinbase', ['COINBASE']],
  ['gate', ['GATEIO', 'GATE']],
  ['htx', ['HTX', 'HUOBI']],
  ['hyperliquid', ['HYPERLIQUID']],
  ['kraken', ['KRAKEN']],
  ['kucoin', ['KUCOIN']],
  ['mexc', ['MEXC']],
  ['okx', ['OKX', 'OKEX']],
])

// Listing exchanges of US stocks and funds as TradingView names them; one company is listed once, so any of them fits.
const STOCK_PREFIXES = ['NASDAQ', 'NYSE', 'AMEX', 'ARCA', 'NYSEARCA', 'NYSEAMERICAN', 'BATS', 'CBOE', 'IEX', 'OTC'] as const

/**
 * The text as it is compared: upper case, delayed feeds (`BINANCE_DLY:`) named as what they delay. Never takes
 * anything off the symbol itself, so that `BTCUSDT_261225`, `BTCUSD_PERP` or `1000PEPEUSDT` stay what they are.
 */
export const normalSymbol = (text: string): string => text.trim().toUpperCase().replace(/^([A-Z0-9]+)_DLY?:/, '$1:')

/**
 * Every spelling that means this market, normalised: the exchange's own, base and quote joined by nothing, `/`, `-` or
 * `_`, each also with `.P` (TradingView's perpetuals) and behind the exchange's name, and ccxt's `BTC/USDT:USDT` for
 * futures. A payload is compared with them **whole**: what is not among them is another market.
 */
export function spellingsOf(market: NamedMarket): ReadonlySet<string> {
  const { base, quote } = market
  const native = market.symbol.toUpperCase()
  const stock = market.market === 'spot' && native === base.toUpperCase()
  const names = stock ? [native] : [native, `${base}${quote}`, `${base}/${quote}`, `${base}-${quote}`, `${base}_${quote}`]
  const suffixes = stock ? [''] : ['', '.P']
  const known = PREFIXES.get(market.exchange) ?? [market.exchange]
  const prefixes = ['', ...known, ...(stock ? STOCK_PREFIXES : [])]
  const spellings = new Set<string>()
  for (const prefix of prefixes) {
    const start = prefix === '' ? '' : `${prefix.toUpperCase()}:`
    for (const name of names) {
      for (const suffix of suffixes) spellings.add(`${start}${name.toUpperCase()}${suffix}`)
    }
  }
  if (market.market === 'futures') spellings.add(`${base}/${quote}:${quote}`.toUpperCase())
  return spellings
}

const MAX_REMEMBERED = 20_000
const remembered = new Map<string, ReadonlySet<string>>()
let lastText = ''
let lastNormal = ''

/**
 * Whether a payload's symbol means this market. Made for one signal and many bots: a market's spellings are made once
 * for all its bots, and the text is normalised once for all of them, so that each further bot costs two look-ups.
 */
export function sameSymbol(payloadSymbol: string, market: NamedMarket): boolean {
  if (payloadSymbol !== lastText) {
    lastNormal = normalSymbol(payloadSymbol)
    lastText = payloadSymbol
  }
  const key = `${market.exchange} ${market.market} ${market.symbol} ${market.base} ${market.quote}`
  let spellings = remembered.get(key)
  if (spellings === undefined) {
    if (remembered.size >= MAX_REMEMBERED) remembered.clear()
    spellings = spellingsOf(market)
    remembered.set(key, spellings)
  }
  return spellings.has(lastNormal)
}

export type FoundMarket<M> =
  | { readonly found: M }
  /** Symbols, in the exchange's spelling, that come near what was asked for; best first, at most 5. */
  | { readonly found: null; readonly candidates: readonly string[] }

const MAX_CANDIDATES = 5

/** Finds the market that a person means by `text`, in any spelling; else the symbols that come near it. */
export function findMarket<M extends NamedMarket>(text: string, markets: readonly M[]): FoundMarket<M> {
  const wanted = normalSymbol(text)
  const exact = markets.find((market) => market.symbol === text.trim())
    ?? markets.find((market) => spellingsOf(market).has(wanted))
  return exact === undefined ? { found: null, candidates: candidatesFor(wanted, markets) } : { found: exact }
}

function candidatesFor(wanted: string, markets: readonly NamedMarket[]): string[] {
  const bare = bareName(wanted)
  if (bare === '') return []
  return markets
    .map((market) => ({ symbol: market.symbol, distance: nearness(bare, market) }))
    .filter(({ distance }) => distance < 1000)
    .sort((a, b) => a.distance - b.distance || a.symbol.length - b.symbol.length || (a.symbol < b.symbol ? -1 : 1))
    .slice(0, MAX_CANDIDATES)
    .map(({ symbol }) => symbol)
}

const COMMON_QUOTES = ['USDT', 'USD', 'USDC', 'FDUSD', 'BTC', 'EUR']

/** Smaller is nearer: the base alone, then the same base with another quote, then one name within the other. */
function nearness(bare: string, market: NamedMarket): number {
  const name = bareName(`${market.base}${market.quote}`.toUpperCase())
  const base = market.base.toUpperCase()
  const rank = COMMON_QUOTES.indexOf(market.quote.toUpperCase())
  const quoteRank = rank === -1 ? COMMON_QUOTES.length : rank
  if (bare === base) return quoteRank
  if (base.length >= 2 && bare.startsWith(base) && COMMON_QUOTES.includes(bare.slice(base.length))) {
    return 20 + quoteRank
  }
  if (bare.length >= 3 && name.endsWith(bare)) return 40
  if (bare.length >= 3 && name.includes(bare)) return 60
  if (name.length >= 4 && bare.includes(name)) return 80
  return 1000
}

/** Without exchange, `.P` and whatever separates. */
const bareName = (text: string): string => text.replace(/^[A-Z0-9]+:/, '').replace(/\.P$/, '').replace(/[^A-Z0-9]/g, '')
