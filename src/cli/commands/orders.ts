import type { Command } from 'commander'
import type { api as contract } from '#contract'
import type { z } from 'zod'
import { asking, command, demandYes, group, more, oneOf, paging, type Asking, type Paging } from '../action.ts'
import { PROGRAM } from '../called.ts'
import { idIfGiven, idOrLatest, namesOf } from '../find.ts'
import { moment, printable, sheet, table } from '../table.ts'
import { style } from '../terminal.ts'
import { timelineTable } from './signals.ts'

type Order = contract.OrderAnswer

interface Filter extends Paging {
  readonly bot?: string
  readonly connection?: string
  readonly webhook?: string
  readonly signal?: string
  readonly symbol?: string
  readonly state?: string
  readonly from?: string
  readonly to?: string
}

const EMPTY = `There are no orders yet. An order begins with a signal that a bot listens for:
  ${PROGRAM} signal send --webhook <webhook> --symbol BTCUSDT --side BUY`

export function addOrders(program: Command, about: string): void {
  const orders = group(program, 'orders', about)

  paging(command<Filter>(orders, 'list', 'orders, newest first', async (call, options) => {
    const api = await call.api()
    const list: z.infer<typeof contract.orders> = await api.get('/orders', {
      limit: options.limit, cursor: options.cursor,
      symbol: options.symbol, state: options.state, from: options.from, to: options.to,
      signalId: options.signal,
      botId: await idIfGiven(api, '/bots', options.bot, 'bot'),
      connectionId: await idIfGiven(api, '/connections', options.connection, 'connection'),
      webhookId: await idIfGiven(api, '/webhooks', options.webhook, 'webhook'),
    })
    if (call.terminal.json) { call.terminal.answer(list, () => ''); return }
    const names = list.items.length === 0 ? new Map<string, string>() : await namesOf(api, '/bots')
    call.terminal.answer(list, () => table(list.items, [
      { title: 'AT', of: (one) => moment(one.createdAt) },
      { title: 'BOT', of: (one) => names.get(one.botId) ?? 'deleted' },
      { title: 'SYMBOL', of: (one) => one.symbol },
      { title: 'SIDE', of: (one) => `${one.side} (${one.kind})` },
      { title: 'AMOUNT', of: amountOf, right: true },
      { title: 'FILLED', of: (one) => one.filled, right: true },
      { title: 'PRICE', of: (one) => one.averagePrice, right: true },
      { title: 'STATE', of: stateOf },
      { title: 'ID', of: (one) => one.id },
    ], EMPTY) + more(list.next))
  }))
    .option('--bot <bot>', 'of one bot').option('--connection <connection>', 'on one connection')
    .option('--webhook <webhook>', 'from one webhook')
    .option('--signal <id>', 'of one signal').option('--symbol <symbol>', 'of one symbol')
    .option('--state <state>', 'in one state, such as filled')
    .option('--from <time>', 'not before (ISO 8601)').option('--to <time>', 'not after (ISO 8601)')

  command(orders, 'show <order>', 'one order with fills and timeline; `latest` is the newest',
    async (call, _, wanted) => {
    const api = await call.api()
    const one: Order = await api.get(`/orders/${await idOrLatest(api, '/orders', wanted ?? '', 'order')}`)
    call.terminal.answer(one, () => orderSheet(one))
  })

  asking(command<Asking>(orders, 'cancel <order>', 'cancel it at the exchange if it is open', async (call, options, wanted) => {
    const api = await call.api()
    const id = await idOrLatest(api, '/orders', wanted ?? '', 'order')
    await demandYes(call, options, async () => `Cancel the order ${inWords(await api.get<Order>(`/orders/${id}`))}?`)
    const one: Order | undefined = await api.send('POST', `/orders/${id}/cancel`)
    call.terminal.answer(one ?? { id }, () => (one === undefined ? `Canceling ${id}.` : orderSheet(one)))
  }))

  asking(command<Asking & { exchangeOrder?: string }>(orders, 'resolve <order> <answer>',
    'say what became of an uncertain order: `check` looks again, `absent` ends it, `exists` adopts it',
    async (call, { exchangeOrder, ...options }, wanted, said) => {
    const api = await call.api()
    const id = await idOrLatest(api, '/orders', wanted ?? '', 'order')
    const answer = oneOf(['exists', 'absent', 'check'])(said ?? '')
    if (answer !== 'check') {
      await demandYes(call, options, async () => {
        const order = `the order ${inWords(await api.get<Order>(`/orders/${id}`))}`
        const became = answer === 'absent' ? 'it is not there' : `it is order ${exchangeOrder ?? 'that it shows'}`
        return `Did you look at the exchange for ${order}, and ${became}? Your word ends the search.`
      })
    }
    const one: Order = await api.send('POST', `/orders/${id}/resolve`, {
      body: { answer, ...(exchangeOrder === undefined ? {} : { exchangeOrderId: exchangeOrder }) },
    })
    call.terminal.answer(one, () => orderSheet(one))
  }))
    .option('--exchange-order <id>', 'with `exists`: the exchange\'s number of the order, as you see it there')
}

/** Which order it is, for a question. */
const inWords = (one: Order): string => `to ${one.side} ${amountOf(one)} (${one.symbol}, ${one.exchange} ${one.market})`

function stateOf({ state, rejectCode, needsPerson }: Pick<Order, 'state' | 'rejectCode' | 'needsPerson'>): string {
  if (needsPerson) return `${state}: needs you`
  return rejectCode === null ? state : `${state}: ${rejectCode}`
}

/** What was asked for, in the unit that it was asked in. */
export const amountOf = (order: Pick<Order, 'quantity' | 'quoteQuantity'>): string =>
  order.quantity === null ? `${order.quoteQuantity ?? '?'} quote` : `${order.quantity} base`

function orderSheet(one: Order): string {
  return [
    `${style('bold', `${one.side} ${printable(one.symbol)}`)}  ${one.state}`,
    sheet([
      ['amount', amountOf(one)], ['filled', `${one.filled}${one.averagePrice === null ? ''
        : ` at ${one.averagePrice}`}`],
      ['market', `${one.exchange} ${one.market}`], ['purpose', one.kind], ['reduce only', one.reduceOnly],
        ['refused', one.rejectCode],
      ['the exchange said', one.rejectText], ['needs you', one.needsPerson
        ? `look at the exchange, then: ${PROGRAM} orders resolve ${one.id} exists|absent|check` : null],
      ['why', one.needsPerson ? printable(one.timeline.findLast((entry) => entry.event === 'needs_person')?.detail ?? '') : null],
      ['client order id', one.clientOrderId], ['exchange order id', one.exchangeOrderId], ['bot', one.botId],
        ['connection', one.connectionId],
      ['signal', one.signalId], ['id', one.id],
    ]),
    ...(one.fills.length === 0 ? [] : ['', table(one.fills, [
      { title: 'FILLED', of: (fill) => fill.quantity, right: true },
      { title: 'PRICE', of: (fill) => fill.price, right: true },
      { title: 'FEE', of: (fill) => `${fill.fee} ${fill.feeAsset ?? ''}`, right: true },
      { title: 'AT', of: (fill) => moment(fill.at) },
    ], '')]),
    ...(one.timeline.length === 0 ? [] : ['', timelineTable(one.timeline)]),
  ].join('\n')
}
