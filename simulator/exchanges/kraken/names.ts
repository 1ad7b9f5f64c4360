/** Kraken's own names: XBT for BTC, XDG for DOGE. */
const OWN: Readonly<Record<string, string>> = { BTC: 'XBT', DOGE: 'XDG' }
/** Codes of the first assets, by name. Source: docs.kraken.com get-asset-info. */
const CODES: Readonly<Record<string, string>> = { XBT: 'XXBT', ETH: 'XETH', XDG: 'XXDG', XRP: 'XXRP', LTC: 'XLTC', USD: 'ZUSD', EUR: 'ZEUR', GBP: 'ZGBP' }

export const nameOf = (asset: string): string => OWN[asset] ?? asset

export const codeOf = (asset: string): string => CODES[nameOf(asset)] ?? asset

/** `BTC/USD` is XBTUSD for people and XXBTZUSD inside, but only where both have a code. */
export function pairId(base: string, quote: string): string {
  const [baseCode, quoteCode] = [CODES[nameOf(base)], CODES[nameOf(quote)]]
  return baseCode !== undefined && quoteCode !== undefined ? baseCode + quoteCode : nameOf(base) + nameOf(quote)
}
