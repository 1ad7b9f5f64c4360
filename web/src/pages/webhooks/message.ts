import { parsePayload } from '#signals/payload'
import { plainOf, type Rule, type Typed } from '../../amounts/read-amount.ts'

/** What the builder's form says. */
export interface Wishes {
  /** Empty: the chart's. */
  readonly symbol: string
  readonly side: 'buy' | 'sell' | 'strategy'
  readonly size: Typed
  readonly label: string
  readonly dilution: boolean
  readonly test: boolean
  readonly reverse: boolean
  readonly keyed: boolean
}

/** A number, or what TradingView puts in its place. */
export const SIZE: Rule = { placeholder: true }

/** The JSON for the alert, with TradingView's placeholders. A size in question stands there so that no server takes it. */
export function messageOf({ symbol, side, size, label, dilution, test, reverse, keyed }: Wishes): string {
  const sized = plainOf(size, SIZE) ?? `${size.text.trim()}?`
  const flags = [...test ? ['TEST'] : [], ...reverse ? ['REVERSE'] : []]
  return JSON.stringify({
    symbol: symbol === '' ? '{{exchange}}:{{ticker}}' : symbol, side: side === 'strategy' ? '{{strategy.order.action}}' : side,
    ...(sized === '' ? {} : { size: sized }), ...(dilution ? { dilution } : {}), ...(flags.length === 0 ? {} : { flag: flags.length === 1 ? flags[0] : flags }),
    ...(keyed ? { key: 'YOUR_KEY' } : {}), ...(label.trim() === '' ? {} : { id: label.trim() }), time: '{{timenow}}',
  }, null, 2)
}

/** What TradingView puts in for its placeholders, in an example. */
const EXAMPLES: Readonly<Record<string, string>> = {
  'exchange': 'BINANCE', 'ticker': 'BTCUSDT', 'strategy.order.action': 'buy', 'strategy.order.contracts': '1', 'strategy.order.price': '1', 'strategy.order.id': 'Long',
  'strategy.order.comment': 'comment', 'strategy.market_position': 'long', 'strategy.position_size': '1', 'interval': '60', 'open': '1', 'high': '1', 'low': '1', 'close': '1', 'volume': '1',
}

/** How the server would read a message if an alert with it fired now. */
export function readMessage(text: string): ReturnType<typeof parsePayload> {
  const now = Date.now()
  const filled = text.replaceAll(/\{\{([\w.]+)\}\}/g, (all, name: string) => (name === 'timenow' ? new Date(now).toISOString().replace(/\.\d+Z/, 'Z') : EXAMPLES[name] ?? all))
  return parsePayload(new TextEncoder().encode(filled), now)
}
