import type { ExchangeFill, ExchangeOrder, LookupOutcome } from '#contract'
import { decimal, ZERO } from '#model'
import { positive } from './answer.ts'
import type { Desk } from './desk.ts'
import type { Host } from './host.ts'
import type { Call, OrderRef } from './port.ts'
import { exchangeNow, isMissing, reasonOf, type Answer, type Answered } from './reading.ts'

/** Our clock and theirs may differ by that much when "since the send" is asked for. */
export const BEFORE_MS = 60_000

/** One question that can find an order. */
export interface Look {
  /** For people: `by client order id`, `open orders`. */
  readonly name: string
  ask(): Promise<Answer>
  /** The order's own object in a good answer; null: it is not there; a text: why that cannot be said. */
  find(body: unknown): unknown
  /** Whether a refusal says that it is not there. Absent: no refusal does. */
  isAbsent?(answer: Answer & { kind: 'refused' }): boolean
  /** Asked where a server does not serve this question at all (404). */
  readonly instead?: Look
}

/** What belongs to an exchange in a look-up. */
export interface Looking {
  readonly host: Host
  /** In this order; the order is absent only if every one of them says so. */
  readonly looks: readonly Look[]
  readonly memoryMs: number
  /** An order as the exchange shows it, or what is wrong with it: above all another order's id. */
  read(row: unknown): ExchangeOrder | string
  /** Its fills with their fees, where they are not part of the answer. */
  fillsOf(order: ExchangeOrder, row: unknown): Promise<Pick<ExchangeOrder, 'fills' | 'noTrades'>>
}

/** Looks for an order in every place that the exchange's facts name. Anything but a clear answer of each is unknown. */
export async function lookUpOrder(desk: Desk, { caller }: Call, ref: OrderRef, how: Looking): Promise<LookupOutcome> {
  const unknown = (reason: string): LookupOutcome => ({ kind: 'unknown', reason, retryAfterMs: desk.waitFor(how.host, caller) })
  const checked: string[] = []
  let last: Answered | null = null
  for (let look of how.looks) {
    let answer = await look.ask()
    if (isMissing(answer) && look.instead !== undefined) {
      look = look.instead
      answer = await look.ask()
    }
    const absent = answer.kind === 'refused' && look.isAbsent?.(answer) === true
    if (answer.kind === 'none' || (answer.kind === 'refused' && !absent)) return unknown(reasonOf(answer, desk.manner.wording))
    const row = answer.kind === 'ok' ? await look.find(answer.body) : null
    if (typeof row === 'string') return unknown(row)
    if (row !== null && row !== undefined) {
      const order = how.read(row)
      if (typeof order === 'string') return unknown(order)
      const fills = positive(order.filled) ? await how.fillsOf(order, row) : { fills: [] }
      return { kind: 'found', order: { ...order, ...fills }, exchangeNow: exchangeNow(desk.clock, answer.reply) }
    }
    checked.push(look.name)
    last = answer.reply
  }
  if (last === null) return unknown('no answer')
  return { kind: 'absent', checked, exchangeNow: exchangeNow(desk.clock, last), withinMemory: desk.clock.now() - ref.sentAt < how.memoryMs }
}

/** All of an order's fills, or null while the list lags behind what the order says it filled. */
export const wholeFills = (fills: readonly ExchangeFill[] | null, filled: string): readonly ExchangeFill[] | null =>
  (fills !== null && isComplete(fills, filled) ? fills : null)

/** Whether fills add up to what the order says it filled. */
export function isComplete(fills: readonly ExchangeFill[], filled: string): boolean {
  if (fills.length === 1 && fills[0]?.quantity === filled) return true
  return fills.reduce((sum, fill) => sum.plus(decimal(fill.quantity)), ZERO).equals(decimal(filled))
}
