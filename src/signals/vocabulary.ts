// The words of which the names and values in other people's alerts are made, by what they mean to an order. Read from
// the published message formats of 3Commas, Alertatron, AlgoWay, Altrady, Cornix, Finandy, MetaApi, PineConnector,
// TradersPost, WunderTrading, the order fields of Alpaca, Binance, Bybit, Kraken and OKX, and TradingView's placeholders.

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/))

/** Shapes an order, or what follows it, wherever it stands in a name. Nothing or 0 means: none. */
export const SHAPE = words(`
  stop stp stoploss sl slp tsl loss tp tpp takeprofit profit trail trailing trailstep target limit lmt expire expiry
  expiration ttl timeout tif gtc gtd ioc fok iceberg twap oco oto otoco bracket conditional slippage until deadline
  dca grid safety pyramid pyramiding martingale ladder leverage lev margin risk rr breakeven isolated strike scaled
  lag delay hedge account acct subaccount validity gtt lifetime aon
`)

/** How much to trade. 0 is an amount, too: nothing. */
export const SIZE = words(`
  qty qnty qtty quantity lot contract amount amt size sz notional stake invest investment budget unit share
  allocation alloc exposure q
`)

/** Words that shape only as a number: `contract: "BTCUSDT"` or `trigger: "once per bar"` are labels. */
export const AS_NUMBER = words('contract unit share risk trigger activation callback take')

/** Of these, what belongs to the bar or an indicator is no size of an order: `candle_size`. */
export const SIZE_OF_ANYTHING = words('size amount unit share contract q')

/** A part or worth of something: a size where the name says nothing else than an order's words. */
export const PART = words('percent pct perc offset usd usdt usdc eur dollar')
/** The same, where the name says of what. */
export const PART_OF = words(`
  ratio fraction portion proportion value cost weight multiplier multiple mult
`)

/** Words that shape only together. */
export const TOGETHER = [
  'post only', 'in force', 'break even', 'good till', 'good til', 'good until', 'valid for', 'valid till',
  'valid to', 'not after', 'max position', 'max order', 'trigger price', 'trigger px', 'trigger by',
  'activation price', 'callback rate', 'extended hour', 'position idx', 'position index', 'order volume',
  'deal volume', 's l', 't p', 'ts percent', 'ts offset', 'max age', 'price offset', 'fill kill', 'all none',
  'after hour', 'average down', 'avg down', 'maker only', 'hidden order',
].map((pair) => pair.split(' '))

/** Says that something ends. */
export const OUT = words(`
  exit flat flatten cancel cancellation liquidate unwind cover reduce decrease squareoff
`)
/** The bar's close, or an order to close. */
export const CLOSE = words('close closed closing')
/** With these in its name, a close is of a position even where its value is a number. */
export const CLOSES_WHAT = words(`
  position order long short buy sell all trade deal only entry opposite partial partially leg half first signal
  existing remaining rest fraction ratio percent pct after before qty quantity size amount side
  action reverse contract lot
`)

/** The same, where its value is 1. */
export const CLOSES_WHEN = words('now immediately')

/** Says that nothing is to happen, where it is true. */
export const OFF = words(`
  disable disabled inactive deactivate deactivated pause paused halt halted suspend suspended skip skipped ignore
  ignored mute muted block blocked kill dry dryrun test paper simulate simulated simulation sandbox demo reverse
  invert inverted inverse expired
`)
/** Says that nothing is to happen, where it is false. */
export const ON = words(`
  enable enabled active activate activated live trade trading tradable execute execution exec allow allowed permit
  permitted valid send submit enter entry open armed run running
`)

/** Names where a strategy stands or what it does. A value that is not known must not open anything. */
export const STANCE = words('position pos mp sentiment direction dir action side intent stance')
/** Names what happened; its value is often a label. */
export const SIGNAL = words(`
  signal order trade event command cmd code status state entry deal recommendation decision instruction operation op
  task do type kind mode verdict env environment
`)

export const LONG = words('long buy bull bullish up call')
export const SHORT = words('short sell bear bearish down put')
/** Opens at market, or says nothing of how. */
export const ENTERS = words(`
  enter entry open opening opened new start go market mkt marketorder order place create submit execute trade signal
  alert now type position a
`)
export const BOTH_SIDES = words('both net oneway')

/** Values that say "out" to whatever names a stance. */
export const ENDS = words(`
  liquidation trim do not dont invalidated
  close closes closed closing exit flat flatten cancel canceled cancelled none neutral zero hold wait nothing out
  reduce decrease cover liquidate unwind square squareoff stop stopped stoploss sl tsl tp takeprofit profit loss
  trailing disabled inactive paused off halt skip ignore abort expired rejected invalid breakeven modify no never
  paper test demo sandbox simulation dryrun backtest
`)
/** Of those, what is an ordinary value of other fields (`filter: "none"`). */
export const ENDS_MILDLY = words(`
  do not dont invalidated
  none neutral zero hold wait nothing out off square no never invalid rejected trailing loss profit modify paper
  test demo sandbox simulation dryrun backtest
`)
/** Kinds of orders other than at market. */
export const ORDER_FORMS = words(`
  limit lmt stop stp stoploss trailing trail ioc fok gtc gtd post maker iceberg twap oco oto otoco bracket mit lit
  moc loc conditional peg pegged algo scaled takeprofit
`)
/** What else such a value may consist of. */
export const PHRASE = words(`
  hit trigger triggered reached filled executed done completed target taken scale trim stay be was is been has
  all position order long short buy sell market at now the and my a entry trade deal limit if touched price partial
  half full fully take only first to of on signal bot pending open percent mkt type by
`)
/** What a value of `type` may be that says nothing of how to order. */
export const HARMLESS_TYPES = words(`
  spot future futures perp perpetual swap linear crypto cryptocurrency coin stock equity forex fx etf fund index
  strategy indicator json webhook message info text notification bot auto manual breakout reversal scalp swing trend
  day momentum regular default normal standard pair usdt usd tv tradingview
`)

/** An order's own words: they say nothing of their own, in names of stances and switches. */
export const PLAIN = words(`
  is to the a be has order market strategy trade trading signal alert bot current new now desired final my tv
  position pos side entry enter open type state status after at mode flag if can should want do go auto long short
  buy sell condition live on and or for only ok action direction target kind use order me execution x in of by net
  switch
`)
/** What a part may be of. */
export const WHOLE = words(`
  order position pos trade deal entry equity balance wallet portfolio capital available free account buy sell long
  short bot strategy my use used invest base quote fund total max initial exit of in per to the trading x
`)

/** The bar, its time, and what is calculated from it. */
export const BAR = words(`
  pip point upper frequency freq
  confirm confirmed above below cross crosses crossed crossing over under higher lower strong weak green red bullish
  bearish bull bear
  bar candle kline body wick shadow tick range gap box brick renko spread band channel ma ema sma wma rma hma vwma
  vwap rsi atr macd adx cci mfi obv stoch bb bollinger keltner donchian supertrend ichimoku pivot fib swing change
  chg hl hlc ohlc hist histogram session time timestamp date day daily week weekly month monthly hourly hour minute
  volatility average avg mean std dev deviation slope window lookback length period sample font page rank float
  outstanding depth orderbook oi interest funding high low vol diff delta step prev src source input bid ask
`)
/** Was so before this signal. */
export const PAST = words('prev previous prior old last former')

/** Text for people, or a name of something: never an order. */
export const LABEL = words(`
  memo remark detail summary content subject headline info annotation explanation rationale setup
  comment message msg text name title note description desc label tag caption color emoji chat channel url link uuid
  uid author exchange ticker tickerid symbol pair instrument interval timeframe tf resolution currency base coin
  asset country user username email ip host version ver token secret passphrase password key signature
`)
/** A label, unless the rest of its name says that something ends. */
export const MILD_LABEL = words(`
  id ref reference reason alert strategy script indicator broker time timestamp date datetime timezone tz
`)

/** Other pieces of names. */
const PIECES = words(`
  price px rate max min value volume cost usdt percentage by when where with not valid good till til force break
  even idx index position once per quote client loss ord td tgt ccy  extended signal
  atr tv oc h l o c s t p ts age fill hidden maker average avg down
`)

/** Spellings of one word. */
const SAME: Readonly<Record<string, string>> = {
  percentage: 'percent', ord: 'order', longs: 'long', shorts: 'short', expires: 'expire', expiring: 'expire',
  exits: 'exit', exited: 'exit', exiting: 'exit', closes: 'close', flattened: 'flatten', canceled: 'cancel',
  cancelled: 'cancel', cancels: 'cancel', canceling: 'cancel', reduces: 'reduce', reducing: 'reduce',
  reduced: 'reduce', covers: 'cover', liquidated: 'liquidate', stopped: 'stop', stopping: 'stop',
  profits: 'profit', losses: 'loss', quantities: 'quantity', entries: 'entry', leveraged: 'leverage',
  trails: 'trail', sizes: 'size', sizing: 'size', targeted: 'target', limits: 'limit', hedged: 'hedge',
  accounts: 'account', shares: 'share', autoclose: 'close', buying: 'buy', selling: 'sell', closeall: 'flatten',
  lvg: 'leverage', stopouts: 'stop', stopout: 'stop',
}

const EVERY: readonly ReadonlySet<string>[] = [
  SHAPE, SIZE, AS_NUMBER, PART, PART_OF, OUT, CLOSE, CLOSES_WHAT, CLOSES_WHEN, OFF, ON, STANCE, SIGNAL, LONG, SHORT, ENTERS,
  BOTH_SIDES, ENDS, ORDER_FORMS, PHRASE, HARMLESS_TYPES, PLAIN, WHOLE, BAR, PAST, LABEL, MILD_LABEL, PIECES,
]
const known: ReadonlySet<string> = new Set([...EVERY.flatMap((set) => [...set]), ...Object.keys(SAME)])

/** The word as it is compared, or null for one that means nothing here: spellings and plurals are one. */
export function wordOf(text: string): string | null {
  const same = SAME[text]
  if (same !== undefined && Object.hasOwn(SAME, text)) return same
  if (known.has(text)) return text
  if (text.length > 3 && text.endsWith('s') && known.has(text.slice(0, -1))) return wordOf(text.slice(0, -1))
  return null
}
