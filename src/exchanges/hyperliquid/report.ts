import type { ReportAnswer, ReportedOrder } from '#contract'
import { Problem } from '#model'
import { amount, list, member, word } from '../answer.ts'
import type { Desk } from '../desk.ts'
import { BEFORE_MS } from '../looking.ts'
import type { Call, ReportWanted } from '../port.ts'
import { holdingsOf, together, toldOrders } from '../told.ts'
import { account } from './account.ts'
import { listedIn } from './markets.ts'
import { MOST_RECENT, ofHistory, ofOpen, reaches } from './lookup.ts'
import { ask } from './manner.ts'
import { readOrder, type Row } from './order.ts'
import { accountOf } from './sign.ts'

/** Open orders of any age, recent ones since then, and the account. */
export async function report(desk: Desk, call: Call, wanted: ReportWanted): Promise<ReportAnswer> {
  return { orders: await orders(desk, call, wanted), holdings: await holdingsOf(account(desk, call)) }
}

async function orders(desk: Desk, call: Call, { symbols, since }: ReportWanted): Promise<ReportAnswer['orders']> {
  let names: ReadonlyMap<string, string>
  try {
    const { byCoin } = await listedIn(desk, call.market)
    names = new Map([...byCoin].flatMap(([coin, { symbol }]) => (symbols.includes(symbol) ? [[coin, symbol]] : [])))
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return { whole: false, items: [], reason: error.message }
  }
  const user = accountOf(call.key)
  const [open, recent] = [await ask(desk, call, { type: 'frontendOpenOrders', user }), await ask(desk, call, { type: 'historicalOrders', user })]
  const isWanted = ({ order }: Row): boolean => names.has(word(order, 'coin') ?? '')
  const rows = recent.kind === 'ok' ? list(recent.body)?.map(ofHistory) ?? null : null
  const isSince = ({ order, status }: Row): boolean => status !== 'open' && Number(member(order, 'timestamp')) >= since - BEFORE_MS
  const read = (row: unknown): ReportedOrder | string => readRow(row as Row, names)
  const lists = [
    toldOrders(open.kind === 'ok' ? { ...open, body: list(open.body)?.map(ofOpen).filter(isWanted) ?? null } : open, Infinity, read, desk.manner.wording),
    toldOrders(recent.kind === 'ok' ? { ...recent, body: rows?.filter((row) => isWanted(row) && isSince(row)) ?? null } : recent, Infinity, read, desk.manner.wording),
  ]
  const all = together(lists)
  return rows === null || !all.whole || reaches(rows, since) ? all : { whole: false, items: all.items, reason: `there are more than ${MOST_RECENT} orders since then` }
}

function readRow(row: Row, names: ReadonlyMap<string, string>): ReportedOrder | string {
  const order = readOrder(row, null)
  if (typeof order === 'string') return order
  const [symbol, side, createdAt] = [names.get(word(row.order, 'coin') ?? ''), word(row.order, 'side'), member(row.order, 'timestamp')]
  if (symbol === undefined || (side !== 'B' && side !== 'A') || typeof createdAt !== 'number') return 'an order without symbol, side or time'
  const { fills: _fills, ...told } = order
  return {
    ...told, symbol, side: side === 'B' ? 'buy' : 'sell', positionSide: 'both', createdAt, quantity: amount(row.order, 'origSz'), quoteQuantity: null, forced: null,
  }
}
