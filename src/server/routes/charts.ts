import { iso } from '#clock'
import { api } from '#contract'
import { Problem } from '#model'
import { callerOf } from '../auth.ts'
import { attentionOf } from '../charts/attention.ts'
import { edgesOf, isTimeZone } from '../charts/buckets.ts'
import { latencyWithin } from '../charts/latency.ts'
import { profitWithin } from '../charts/profit.ts'
import { turn } from '../charts/turn.ts'
import { instant, problems, type App } from '../http.ts'
import type { Shared } from '../server.ts'
import { invalidInput } from '../validation.ts'

const DAY_MS = 86_400_000
const MONTH_MS = 30 * DAY_MS
const YEAR_MS = 400 * DAY_MS
const MOST_CANDLES = 1000
const STRETCHES_AT_ONCE = 50

/** What the dashboard draws. */
export function chartRoutes(app: App, shared: Shared): void {
  const { store, clock, candles } = shared
  const range = ({ from, to }: { from?: string | undefined; to?: string | undefined }) => {
    const end = instant(to) ?? clock.now()
    const begin = instant(from) ?? end - MONTH_MS
    if (begin >= end) throw invalidInput([{ path: 'to', message: 'must be later than `from`' }])
    if (end - begin > YEAR_MS) throw invalidInput([{ path: 'from', message: 'must be at most 400 days before `to`' }])
    return { from: begin, to: end }
  }
  const buckets = (query: { from?: string | undefined; to?: string | undefined; bucket: 'hour' | 'day'; timeZone: string }) => {
    const { bucket, timeZone } = query
    if (!isTimeZone(timeZone)) throw invalidInput([{ path: 'timeZone', message: 'must be a time zone such as "Europe/Berlin"' }])
    const { from, to } = range(query)
    const edges = edgesOf(from, to, bucket, timeZone)
    return { edges, shown: { from: iso(edges[0] ?? from), to: iso(edges.at(-1) ?? to), bucket, timeZone } }
  }

  app.get('/stats/activity', {
    config: { access: 'read' },
    schema: { summary: 'Own signals and orders per hour or day', querystring: api.chartRange, response: { 200: api.activity, ...problems } },
  }, async (request) => {
    const { edges, shown } = buckets(request.query)
    const points = []
    for (let place = 0; place + 1 < edges.length; place += STRETCHES_AT_ONCE) {
      const some = edges.slice(place, place + STRETCHES_AT_ONCE + 1)
      const counts = await store.charts.activity(callerOf(request).userId, some)
      points.push(...counts.map(({ signals, orders, failed }, index) => ({ at: iso(some[index] ?? 0), signals, orders, failed })))
      await turn(clock)
    }
    return { ...shown, points }
  })

  app.get('/stats/profit', {
    config: { access: 'read' },
    schema: { summary: 'Own realized profit per hour or day', querystring: api.profitRange, response: { 200: api.profit, ...problems } },
  }, async (request) => {
    const { edges, shown } = buckets(request.query)
    return { ...shown, ...await profitWithin(shared, callerOf(request).userId, request.query.botId, edges) }
  })

  app.get('/stats/latency', {
    config: { access: 'read' },
    schema: { summary: 'How long own orders took', querystring: api.plainRange, response: { 200: api.latency, ...problems } },
  }, async (request) => {
    const { from, to } = range(request.query)
    return { from: iso(from), to: iso(to), ...await latencyWithin(shared, callerOf(request).userId, from, to) }
  })

  app.get('/attention', {
    config: { access: 'read' },
    schema: { summary: 'What a person should look at now', response: { 200: api.attention, ...problems } },
  }, (request) => attentionOf(shared, callerOf(request)))

  app.get('/bots/:id/chart', {
    config: { access: 'read' },
    schema: { summary: 'Prices of a bot\'s symbol, with its entries and exits', params: api.pathId, querystring: api.plainRange, response: { 200: api.botChart, ...problems } },
  }, async (request) => {
    const { userId } = callerOf(request)
    const view = await store.bots.get(userId, request.params.id)
    if (view === undefined) throw new Problem('not_found', 'There is no such bot.')
    const { id, exchange, market, symbol, base, quote } = view.bot
    const { from, to } = range({ from: request.query.from ?? iso((instant(request.query.to) ?? clock.now()) - DAY_MS), to: request.query.to })
    const prices = await candles.list(`${exchange}:${market}:${symbol}`, from, to, MOST_CANDLES)
    const marks = await store.charts.marks(userId, id, from, to)
    return {
      symbol, base, quote, from: iso(from), to: iso(to), candleSeconds: prices.ms / 1000,
      candles: prices.candles.map(({ at, open, high, low, close }) => ({ at: iso(at), open, high, low, close })),
      marks: marks.map((mark) => ({ ...mark, at: iso(mark.at) })),
    }
  })
}
