import { iso } from '#clock'
import { api } from '#contract'
import { isFinal, Problem } from '#model'
import type { OrderView } from '#store'
import { callerOf } from '../auth.ts'
import { instant, problems, type App } from '../http.ts'
import type { Shared } from '../server.ts'
import { showFinding, showOrder, showPosition } from '../show.ts'
import { within } from '../within.ts'

/** A look-up asks an exchange several things, one after another. */
const RESOLVE_DEADLINE_MS = 50_000

const notUncertain = (state: string): Problem => new Problem(
  'order_not_uncertain', `The order is ${state.replaceAll('_', ' ')}: it is known what became of it.`,
)

/** Within that after the first doubt an order that nobody can account for asks for a person (`needsPerson`). */
const ASKS_WITHIN_MS = 60_000

/**
 * Until Towerflow has looked for itself, and asks, nobody's word ends the search: whoever speaks before does so from a page
 * that was a moment ahead of the exchange.
 */
const notAsked = ({ timeline }: OrderView, now: number): Problem => {
  const since = timeline.findLast(({ event }) => event === 'uncertain')?.at ?? now
  const when = since + ASKS_WITHIN_MS > now ? `by ${iso(since + ASKS_WITHIN_MS)}` : 'in a moment'
  return new Problem('too_early', 'The exchange is still being asked. If that settles nothing, the order says that it '
    + `needs a person, ${when}; until then only \`check\` is taken, which asks again at once.`)
}

/** Orders, positions, and differences between our books and the exchange. */
export function orderRoutes(app: App, shared: Shared): void {
  const { store, execution, clock } = shared
  const mine = async (userId: string, id: string): Promise<OrderView> => {
    const view = await store.orders.get(userId, id)
    if (view === undefined) throw new Problem('not_found', 'There is no such order.')
    return view
  }

  app.get('/orders', {
    config: { access: 'read' },
    schema: { summary: 'Own orders', querystring: api.listOrders, response: { 200: api.orders, ...problems } },
  }, async (request) => {
    const { limit, cursor, from, to, ...filter } = request.query
    const page = await store.orders.list(
      callerOf(request).userId, { ...filter, from: instant(from), to: instant(to) }, { limit, cursor },
    )
    return { items: page.items.map(showOrder), next: page.next }
  })

  app.get('/orders/:id', {
    config: { access: 'read' },
    schema: { summary: 'An order', params: api.pathId, response: { 200: api.order, ...problems } },
  }, async (request) => showOrder(await mine(callerOf(request).userId, request.params.id)))

  app.post('/orders/:id/cancel', {
    config: { access: 'trade' },
    schema: {
      summary: 'Cancel what is not filled',
      params: api.pathId, body: api.emptyBody, response: { 202: api.order, ...problems },
    },
  }, async (request, reply) => {
    const { userId } = callerOf(request)
    const { order } = await mine(userId, request.params.id)
    if (isFinal(order.state)) {
      throw new Problem(
        'order_final', `The order is ${order.state.replaceAll('_', ' ')}; there is nothing to cancel.`,
      )
    }
    await execution.cancel(order.id, order.botId)
    return reply.code(202).send(showOrder(await mine(userId, order.id)))
  })

  app.post('/orders/:id/resolve', {
    config: { access: 'trade' },
    schema: {
      summary: 'Say what became of an uncertain order',
      description: '`check` looks it up at once. The other two are taken once the order needs a person (`needsPerson`), '
        + 'before that they are 409 `too_early`. `absent` ends it as failed; it is not sent again. `exists` adopts the '
        + 'order that the '
        + 'exchange shows under `exchangeOrderId`, after comparing symbol, side, size and time.',
      params: api.pathId, body: api.resolveOrder, response: { 200: api.order, ...problems },
    },
  }, async (request) => {
    const { userId, user } = callerOf(request)
    const view = await mine(userId, request.params.id)
    const { order } = view
    if (order.state !== 'uncertain') throw notUncertain(order.state)
    const { answer, exchangeOrderId = null } = request.body
    if (answer !== 'check' && !order.needsPerson) throw notAsked(view, clock.now())
    await within(RESOLVE_DEADLINE_MS, execution.resolve(order.id, order.botId, { answer, exchangeOrderId, by: user.name }), () => new Problem(
      'exchange_timeout', 'The exchange has not answered yet; what you said is still being dealt with. Look at the order again.',
    ))
    return showOrder(await mine(userId, order.id))
  })

  app.get('/positions', {
    config: { access: 'read' },
    schema: {
      summary: 'What own bots hold',
      querystring: api.listPositions, response: { 200: api.positions, ...problems },
    },
  }, async (request) => {
    const { limit, cursor, ...filter } = request.query
    const page = await store.positions.list(callerOf(request).userId, filter, { limit, cursor })
    return { items: page.items.map(showPosition), next: page.next }
  })

  app.get('/findings', {
    config: { access: 'read' },
    schema: {
      summary: 'Differences between our books and the exchange',
      querystring: api.listFindings, response: { 200: api.findings, ...problems },
    },
  }, async (request) => {
    const { limit, cursor, ...filter } = request.query
    const page = await store.findings.list(callerOf(request).userId, filter, { limit, cursor })
    return { items: page.items.map(showFinding), next: page.next }
  })

  app.post('/findings/:id/acknowledge', {
    config: { access: 'trade' },
    schema: {
      summary: 'Acknowledge a difference: it has been seen',
      params: api.pathId, body: api.emptyBody, response: { 200: api.finding, ...problems },
    },
  }, async (request) => {
    const { userId } = callerOf(request)
    const finding = await store.findings.acknowledge(userId, request.params.id, clock.now())
    if (finding === undefined) throw new Problem('not_found', 'There is no such finding.')
    return showFinding(finding)
  })
}
