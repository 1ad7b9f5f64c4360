// Kraken's first assets have a code with X (coins) or Z (money) in front; all others are called what they are called.
// [D docs.kraken.com get-asset-info: `{"XXBT": {"altname": "XBT"}}`] The list does not grow.
const FIRST = ['XETC', 'XETH', 'XLTC', 'XMLN', 'XREP', 'XXBT', 'XXDG', 'XXLM', 'XXMR', 'XXRP', 'XZEC', 'ZAUD', 'ZCAD', 'ZEUR', 'ZGBP', 'ZJPY', 'ZUSD'] as const
const NAMES: ReadonlyMap<string, string> = new Map(FIRST.map((code) => [code, code.slice(1)]))
/** What everybody else calls it. */
const COMMON: ReadonlyMap<string, string> = new Map([['XBT', 'BTC'], ['XDG', 'DOGE']])

/** An asset's code or name as everybody calls it: `XXBT` and `XBT` → `BTC`, `ZUSD` → `USD`. */
export function assetOf(code: string): string {
  const name = NAMES.get(code) ?? code
  return COMMON.get(name) ?? name
}

/** A pair's id as its short name, where the two differ: `XXBTZUSD` → `XBTUSD`, `USDTZUSD` → `USDTUSD`. */
export function shortPair(id: string): string {
  const [base, quote] = [id.slice(0, -4), id.slice(-4)]
  const quoteName = NAMES.get(quote)
  return quoteName === undefined ? id : (NAMES.get(base) ?? base) + quoteName
}
