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

// What an exchange calls an asset that everybody, our rules included, calls otherwise. Kraken: "altname" and code of its
// first assets (docs.kraken.com, get-asset-info: `{"XXBT": {"altname": "XBT"}}`); KuCoin's futures call bitcoin XBT
// (docs.kucoin.com, futures get-symbol: `"symbol": "XBTUSDTM", "baseCurrency": "XBT"`); Hyperliquid's perpetuals are
// quoted in USD and margined in USDC, and both are written.
const OTHER_NAMES: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  kraken: {
    BTC: ['XBT', 'XXBT'], DOGE: ['XDG', 'XXDG'], ETC: ['XETC'], ETH: ['XETH'], LTC: ['XLTC'], MLN: ['XMLN'],
    REP: ['XREP'], XLM: ['XXLM'], XMR: ['XXMR'], XRP: ['XXRP'], ZEC: ['XZEC'],
    AUD: ['ZAUD'], CAD: ['ZCAD'], EUR: ['ZEUR'], GBP: ['ZGBP'], JPY: ['ZJPY'], USD: ['ZUSD'],
  },
  kucoin: { BTC: ['XBT'] },
  hyperliquid: { USDC: ['USD'] },
}

/** An asset's names at an exchange, the common one first; upper case. */
function namesOf(exchange: string, asset: string): readonly string[] {
  const name = asset.toUpperCase()
  const names = OTHER_NAMES[exchange]
  return [name, ...names !== undefined && Object.hasOwn(names, name) ? names[name] ?? [] : []]
}

/** What a futures market's names may have behind base and quote, besides TradingView's `.P`. */
const FUTURES_ENDS: Readonly<Record<string, string>> = { kucoin: 'M' }
const FUTURES_STARTS: Readonly<Record<string, string>> = { kraken: 'PF_' }

/**
 * Every spelling that means this market, normalised: the exchange's own, base and quote, by any name that the exchange
 * has for them, joined by nothing, `/`, `-` or `_`, each also behind the exchange's name. Of futures also with `.P`,
 * which names a perpetual and so never means a spot market, and ccxt's `BTC/USDT:USDT`. A payload is compared with them
 * **whole**: what is not among them is another market.
 */
export function spellingsOf(market: NamedMarket): ReadonlySet<string> {
  const { exchange, base, quote } = market
  const native = market.symbol.toUpperCase()
  const futures = market.market === 'futures'
  const stock = !futures && native === base.toUpperCase()
  const names = new Set([native])
  const spellings = new Set<string>()
  for (const b of stock ? [] : namesOf(exchange, base)) {
    for (const q of namesOf(exchange, quote)) {
      for (const joint of ['', '/', '-', '_']) names.add(`${b}${joint}${q}`)
      if (!futures) continue
      names.add(`${FUTURES_STARTS[exchange] ?? ''}${b}${q}${FUTURES_ENDS[exchange] ?? ''}`)
      spellings.add(`${b}/${q}:${q}`)
    }
  }
  for (const prefix of ['', ...prefixesOf(exchange), ...(stock ? STOCK_PREFIXES : [])]) {
    const start = prefix === '' ? '' : `${prefix}:`
    for (const name of names) {
      spellings.add(`${start}${name}`)
      if (futures) spellings.add(`${start}${name}.P`)
    }
  }
  return spellings
}

const prefixesOf = (exchange: string): readonly string[] => PREFIXES.get(exchange) ?? [exchange.toUpperCase()]

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

/**
 * Why a text that looks like a market's name does not mean it, in a sentence without its full stop and with the remedy;
 * null where it simply names another one. `own`: the name of the market that it is compared with, if there is one.
 */
export function whyAnother(
  text: string, { exchange, market }: Pick<NamedMarket, 'exchange' | 'market'>, own = '',
): string | null {
  const strange = strangeIn(text, own)
  if (strange !== null) return `it holds ${strange}: type it anew, in plain letters`
  const [prefix, name] = normalSymbol(text).split(':', 2)
  const named = name === undefined || prefix === undefined || prefix.includes('/') ? null : prefix
  if (named !== null && ![...prefixesOf(exchange), ...STOCK_PREFIXES].includes(named)) {
    return `it names another exchange, ${named.slice(0, 32)}, and this is ${exchange}`
  }
  const perpetual = market === 'spot' && normalSymbol(text).endsWith('.P')
  return perpetual ? 'its `.P` names a perpetual, which is futures, and this is spot' : null
}

/** The first character that looks like another or like nothing, with its place; null: there is none. */
export function strangeIn(text: string, own = ''): string | null {
  const usual = own.toUpperCase()
  let place = 0
  for (const char of text) {
    place += 1
    if (/[\x21-\x7e]/.test(char) || usual.includes(char.toUpperCase())) continue
    const code = `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
    const kind = KINDS.find(([pattern]) => pattern.test(char))?.[1] ?? 'an unusual character'
    return `${kind} (${code}) as its ${ordinal(place)} character`
  }
  return null
}

const KINDS: readonly (readonly [RegExp, string])[] = [
  [/[\p{Cf}\p{Cc}\p{Zl}\p{Zp}\p{Mn}]/u, 'an invisible character'], [/\p{Zs}/u, 'a space'],
  [/\p{Script=Cyrillic}/u, 'a Cyrillic letter'], [/\p{Script=Greek}/u, 'a Greek letter'],
  [/\p{Script=Armenian}/u, 'an Armenian letter'], [/[\uff00-\uffef]/, 'a full-width character'],
  [/\p{L}/u, 'a foreign letter'],
]

const ordinal = (place: number): string => {
  const end = place % 100 > 10 && place % 100 < 14 ? 'th' : ['th', 'st', 'nd', 'rd'][place % 10] ?? 'th'
  return `${place}${end}`
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
    .filter(({ distance }) => distance < FAR)
    .sort((a, b) => a.distance - b.distance || a.symbol.length - b.symbol.length || (a.symbol < b.symbol ? -1 : 1))
    .slice(0, MAX_CANDIDATES)
    .map(({ symbol }) => symbol)
}

const COMMON_QUOTES = ['USDT', 'USD', 'USDC', 'FDUSD', 'BTC', 'EUR']
const FAR = 1000

/** Smaller is nearer: the base alone, then the same base with another quote, then one name within the other, a slip. */
function nearness(bare: string, { exchange, base, quote }: NamedMarket): number {
  const rank = COMMON_QUOTES.indexOf(quote.toUpperCase())
  const quoteRank = rank === -1 ? COMMON_QUOTES.length : rank
  let nearest = FAR
  for (const asset of namesOf(exchange, base)) {
    const rest = asset.length >= 2 && bare.startsWith(asset) ? bare.slice(asset.length) : ''
    if (bare === asset) return quoteRank
    if (COMMON_QUOTES.includes(rest)) nearest = Math.min(nearest, 20 + quoteRank)
    for (const money of namesOf(exchange, quote)) {
      nearest = Math.min(nearest, likeness(bare, bareName(`${asset}${money}`), quoteRank))
    }
  }
  return nearest
}

function likeness(bare: string, name: string, quoteRank: number): number {
  if (bare.length >= 3 && name.endsWith(bare)) return 40
  if (bare.length >= 3 && name.includes(bare)) return 60
  if (name.length >= 4 && bare.includes(name)) return 80
  return bare.length >= 5 && isSlip(bare, name) ? 100 + quoteRank : FAR
}

/** Whether two names differ by one letter: another, one too many or too few, or two neighbours that changed places. */
function isSlip(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false
  let from = 0
  while (from < a.length && a[from] === b[from]) from += 1
  let [endA, endB] = [a.length, b.length]
  while (endA > from && endB > from && a[endA - 1] === b[endB - 1]) { endA -= 1; endB -= 1 }
  const [left, right] = [a.slice(from, endA), b.slice(from, endB)]
  if (left.length <= 1 && right.length <= 1) return true
  return left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0]
}

/** Without exchange, `.P` and whatever separates. */
const bareName = (text: string): string => text.replace(/^[A-Z0-9]+:/, '').replace(/\.P$/, '').replace(/[^A-Z0-9]/g, '')
