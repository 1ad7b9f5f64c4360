import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId, type Clock } from '#clock'
import type { ExecutorPort, ExecutorPush } from '#contract'
import { decimal, text, type Bot } from '#model'
import { startPostgres, type TestPostgres } from '../postgres.ts'
import { makeConnection, makeDesk, makeFill, makeNewSignal, makeOrder, makePosition, makeSignal, type Desk } from '../store/samples.ts'
import { startInProcess, type InProcess } from './in-process.ts'
import { hashToken } from '../../src/server/auth.ts'
import { CandleBook } from '../../src/server/charts/candle-book.ts'

const DAY = 86_400_000
const HOUR = 3_600_000
const QUARTER = 900_000

let server: InProcess
let postgres: TestPostgres | undefined

/** A token of a user who was made in the store. */
async function tokenOf(desk: Desk): Promise<string> {
  const token = `tf_${desk.user.id}`
  await server.store.tokens.create({ id: newId(server.clock), userId: desk.user.id, name: 't', scopes: ['admin'], createdAt: server.clock.now(), hash: hashToken(token) })
  return token
}
const get = async (desk: Desk, path: string) => {
  const answer = await server.browser().call('GET', path, undefined, { authorization: `Bearer ${await tokens.get(desk)}` })
  return answer
}
const tokens = new Map<Desk, Promise<string>>()
const newDesk = async (bots = 1): Promise<Desk> => {
  const desk = await makeDesk(server.store, bots)
  tokens.set(desk, tokenOf(desk))
  return desk
}
/** An id as it would have been made then. */
const idAt = (ms: number): string => {
  const hex = Math.floor(ms).toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-${Buffer.from(server.clock.randomBytes(6)).toString('hex')}`
}

/** A signal and its order, both of that time; sent after `sentMs`, accepted after `acceptedMs` more. */
async function trade(desk: Desk, bot: Bot, at: number, sentMs: number, acceptedMs: number, profit: string, fees: Record<string, string>, failed = false): Promise<string> {
  const signal = makeSignal(desk.webhook, { id: idAt(at), receivedAt: at })
  const order = makeOrder(bot, signal, { id: idAt(at), createdAt: at, updatedAt: at, ...(failed ? { state: 'rejected' as const } : { state: 'filled' as const, filled: '0.001', averagePrice: '50000' }) }, {
    settled: true, timeline: [{ event: 'submitting', at }, { event: 'sent', at: at + sentMs }, { event: failed ? 'rejected' : 'accepted', at: at + sentMs + acceptedMs }],
  })
  await server.store.journal.commit({
    signals: [makeNewSignal(signal)], newOrders: [order],
    ...(failed ? {} : { fills: [makeFill(order.order, { at })], positions: [makePosition(bot, { realizedProfit: profit, fees })] }),
  })
  return order.order.id
}

describe.each(['sqlite', 'postgres'] as const)('on %s', (engine) => {
  beforeAll(async () => {
    if (engine === 'postgres') postgres = await startPostgres()
    server = await startInProcess(postgres === undefined ? {} : { url: await postgres.createDatabase() })
  })
  afterAll(async () => {
    await server.stop()
    await postgres?.stop()
    postgres = undefined
  })

  test('profit is that of the days on which it was made, per quote and per bot, fees beside it', async () => {
    const desk = await newDesk(2)
    const [one, two] = desk.bots
    if (one === undefined || two === undefined) throw new Error('two bots were asked for')
    const start = Date.parse('2026-10-20T00:00:00Z')
    await trade(desk, one, start - DAY, 1, 1, '100', { USDT: '1' })
    await trade(desk, one, start + HOUR, 1, 1, '90', { USDT: '2' })
    await trade(desk, one, start + HOUR + QUARTER, 1, 1, '120.5', { USDT: '3', BNB: '0.01' })
    await trade(desk, two, start + 2 * DAY, 1, 1, '-7.25', { USDT: '0.5' })
    const { body } = await get(desk, `/stats/profit?from=${new Date(start).toISOString()}&to=${new Date(start + 3 * DAY).toISOString()}`)
    expect(body.quotes).toEqual([{
      quote: 'USDT', total: '13.25', fees: { USDT: '2.5', BNB: '0.01' },
      points: [
        { at: '2026-10-20T00:00:00.000Z', profit: '20.5', cumulative: '20.5' }, { at: '2026-10-21T00:00:00.000Z', profit: '0', cumulative: '20.5' },
        { at: '2026-10-22T00:00:00.000Z', profit: '-7.25', cumulative: '13.25' },
      ],
    }])
    expect(body.bots.map((bot: { id: string; profit: string }) => [bot.id, bot.profit])).toEqual([[one.id, '20.5'], [two.id, '-7.25']])
    const hourly = (await get(desk, `/stats/profit?botId=${one.id}&bucket=hour&from=2026-10-20T01:00:00Z&to=2026-10-20T03:00:00Z`)).body
    expect(hourly.quotes[0].points.map((point: { profit: string }) => point.profit)).toEqual(['20.5', '0'])
    // In Los Angeles the first of these trades was made the day before.
    const there = (await get(desk, `/stats/profit?from=2026-10-20T12:00:00Z&to=2026-10-21T06:00:00Z&timeZone=America/Los_Angeles`)).body
    expect([there.from, there.quotes]).toEqual(['2026-10-20T07:00:00.000Z', []])
    expect((await get(desk, '/stats/profit?timeZone=Nowhere')).body.errors[0].path).toBe('timeZone')
    expect((await get(await newDesk(), `/stats/profit?botId=${one.id}&from=2026-10-20T00:00:00Z&to=2026-10-23T00:00:00Z`)).body).toMatchObject({ quotes: [], bots: [] })
  })

  test('every digit of a profit is told, and the parts that are shown add up to the totals that are shown', async () => {
    const desk = await newDesk(3)
    const start = Date.parse('2026-07-20T00:00:00Z')
    const profits = [['0.00384591', '0.003845910000000000000001'], ['0.000000012', '-0.00000001'], ['0.333333333333333333333333333333', '1']] as const
    for (const [place, bot] of desk.bots.entries()) {
      for (const [day, profit] of (profits[place] ?? []).entries()) await trade(desk, bot, start + day * DAY + place * HOUR, 1, 1, profit, { BNB: '0.0000000000000000000001' })
    }
    const { body } = await get(desk, `/stats/profit?from=${new Date(start).toISOString()}&to=${new Date(start + 3 * DAY).toISOString()}`)
    interface Told { readonly quotes: readonly { total: string; points: readonly { profit: string; cumulative: string }[]; fees: Record<string, string> }[]; readonly bots: readonly { profit: string }[] }
    const [quote] = (body as Told).quotes
    const sum = (parts: readonly string[]): string => text(parts.map(decimal).reduce((all, part) => all.plus(part)))
    expect(quote?.total).toBe('1.003845900000000000000001')
    expect(sum(quote?.points.map(({ profit }) => profit) ?? [])).toBe(quote?.total)
    expect(quote?.points.at(-1)?.cumulative).toBe(quote?.total)
    expect(sum((body as Told).bots.map(({ profit }) => profit))).toBe(quote?.total)
    expect((body as Told).bots.map(({ profit }) => profit).toSorted()).toEqual(['-0.00000001', '0.003845910000000000000001', '1'])
    expect(body.complete).toBe(true)
  })

  test('signals and orders are counted on their days; another user\'s are not', async () => {
    const [desk, other] = [await newDesk(), await newDesk()]
    const start = Date.parse('2026-09-01T00:00:00Z')
    for (const [days, failed] of [[0, false], [0.5, true], [2, false], [2.999, false]] as const) await trade(desk, desk.bots[0]!, start + days * DAY, 1, 1, '0', {}, failed)
    await trade(other, other.bots[0]!, start + DAY, 1, 1, '0', {})
    const { body } = await get(desk, '/stats/activity?from=2026-09-01T00:00:00Z&to=2026-09-04T00:00:00Z')
    expect(body).toEqual({
      from: '2026-09-01T00:00:00.000Z', to: '2026-09-04T00:00:00.000Z', bucket: 'day', timeZone: 'UTC', points: [
        { at: '2026-09-01T00:00:00.000Z', signals: 2, orders: 2, failed: 1 }, { at: '2026-09-02T00:00:00.000Z', signals: 0, orders: 0, failed: 0 },
        { at: '2026-09-03T00:00:00.000Z', signals: 2, orders: 2, failed: 0 },
      ],
    })
    expect((await get(desk, '/stats/activity?from=2024-01-01T00:00:00Z&to=2026-01-01T00:00:00Z')).body.errors[0].path).toBe('from')
    expect((await get(desk, '/stats/activity?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z')).body.errors[0].path).toBe('to')
    expect((await get(desk, '/stats/activity')).body.points.length).toBeGreaterThanOrEqual(30)
  })

  test('latency is told by nearest rank, with a histogram in which every order is once', async () => {
    const desk = await newDesk()
    const start = Date.parse('2026-08-01T00:00:00Z')
    // More than are read at once, the slowest first.
    for (let n = 1; n <= 300; n += 1) await trade(desk, desk.bots[0]!, start + n * 1000, 301 - n, 20, '0', {})
    const { body } = await get(desk, '/stats/latency?from=2026-08-01T00:00:00Z&to=2026-08-02T00:00:00Z')
    expect(body).toMatchObject({ complete: true, toSent: { count: 300, p50: 150, p90: 270, p99: 297, max: 300 }, toAccepted: { count: 300, p50: 20, p99: 20 } })
    const bars = body.toSent.histogram as { upTo: number | null; count: number }[]
    expect(bars.filter(({ count }) => count > 0)).toEqual([
      { upTo: 1, count: 1 }, { upTo: 2, count: 1 }, { upTo: 5, count: 3 }, { upTo: 10, count: 5 }, { upTo: 20, count: 10 }, { upTo: 50, count: 30 }, { upTo: 100, count: 50 },
      { upTo: 200, count: 100 }, { upTo: 500, count: 100 },
    ])
    const none = (await get(await newDesk(), '/stats/latency')).body
    expect(none.toSent).toMatchObject({ count: 0, p50: null, p99: null, max: null })
  })

  test('a bot\'s chart has its entries and exits, and nobody else\'s', async () => {
    const desk = await newDesk()
    const bot = desk.bots[0]!
    const start = Date.parse('2026-07-01T00:00:00Z')
    const orderId = await trade(desk, bot, start, 1, 1, '0', {})
    await trade(desk, bot, start + HOUR, 1, 1, '0', {}, true)
    const at = (ms: number) => Math.floor((start + ms) / 300_000) * 300_000
    await server.store.candles.add([0, 1, 2].map((n) => ({ market: 'binance:spot:BTCUSDT', at: at(n * 300_000), open: `${n}`, high: `${n + 10}`, low: `${n - 1}`, close: `${n + 1}` })))
    const day = (await get(desk, `/bots/${bot.id}/chart?from=2026-07-01T00:00:00Z&to=2026-07-02T00:00:00Z`)).body
    expect(day).toMatchObject({ symbol: 'BTCUSDT', candleSeconds: 300, marks: [{ orderId, kind: 'open', side: 'buy', price: '50000', quantity: '0.001', at: '2026-07-01T00:00:00.000Z' }] })
    expect(day.candles).toHaveLength(3)
    const month = (await get(desk, `/bots/${bot.id}/chart?from=2026-06-05T00:00:00Z&to=2026-07-04T00:00:00Z`)).body
    expect([month.candleSeconds, month.candles]).toEqual([3600, [{ at: '2026-07-01T00:00:00.000Z', open: '0', high: '12', low: '-1', close: '3' }]])
    expect((await get(await newDesk(), `/bots/${bot.id}/chart`)).status).toBe(404)
  })

  test('attention names what stands, the gravest first, each with what it is about', async () => {
    const desk = await newDesk()
    const bot = desk.bots[0]!
    // No executor stands behind this server, and nothing else is wrong.
    expect((await get(desk, '/attention')).body).toMatchObject({ items: [{ kind: 'executor_unavailable', severity: 'critical' }], counts: { critical: 1, warning: 0, info: 0 } })
    const lost = makeOrder(bot, null, { state: 'uncertain', needsPerson: true })
    const looking = makeOrder(bot, null, { state: 'uncertain' })
    const finding = { id: newId(server.clock), userId: desk.user.id, connectionId: null, botId: bot.id, orderId: null, code: 'position_differs', detail: 'The exchange holds more.', at: server.clock.now() }
    await server.store.journal.commit({ newOrders: [lost, looking], findings: [finding] })
    const soon = makeConnection(desk.user.id, { name: 'soon', expiresAt: server.clock.now() + 10 * DAY })
    const bad = makeConnection(desk.user.id, { name: 'bad', status: 'unhealthy', statusDetail: 'key_expired: gone', expiresAt: server.clock.now() - 1 })
    const fine = makeConnection(desk.user.id, { expiresAt: server.clock.now() + 90 * DAY })
    for (const one of [soon, bad, fine]) await server.store.connections.create(one, 'sealed')
    await server.store.factors.setPassword(desk.user.id, 'a hash')
    const { items, counts } = (await get(desk, '/attention')).body as { items: { kind: string; severity: string; orderId: string | null; connectionId: string | null; findingId: string | null; text: string }[]; counts: object }
    expect(counts).toEqual({ critical: 4, warning: 3, info: 1 })
    expect(items.map(({ severity }) => severity)).toEqual(['critical', 'critical', 'critical', 'critical', 'warning', 'warning', 'warning', 'info'])
    expect(items.find((one) => one.orderId === lost.order.id)).toMatchObject({ kind: 'order_uncertain', severity: 'critical' })
    expect(items.find((one) => one.orderId === looking.order.id)).toMatchObject({ severity: 'warning' })
    expect(items.find((one) => one.findingId === finding.id)?.text).toBe('The exchange holds more.')
    expect(items.filter((one) => one.connectionId === bad.id).map(({ kind }) => kind).toSorted()).toEqual(['connection_unhealthy', 'key_expires'])
    expect(items.find((one) => one.connectionId === soon.id)?.text).toContain('9 days')
    expect(items.some((one) => one.connectionId === fine.id)).toBe(false)
    await server.store.findings.acknowledge(desk.user.id, finding.id, server.clock.now())
    expect((await get(desk, '/attention')).body.counts).toEqual({ critical: 4, warning: 2, info: 1 })
    expect((await get(await newDesk(), '/attention')).body.items).toHaveLength(1)
  })

  test('a position that no bot holds is critical', async () => {
    const desk = await newDesk()
    const stray = { id: newId(server.clock), userId: desk.user.id, connectionId: null, botId: null, orderId: null, code: 'stray_position', detail: 'Short 0.1 BTC.', at: server.clock.now(), key: 'stray_position BTCUSDT both' }
    await server.store.journal.commit({ findings: [stray] })
    const { items } = (await get(desk, '/attention')).body as { items: { findingId: string | null; severity: string }[] }
    expect(items.find((one) => one.findingId === stray.id)?.severity).toBe('critical')
  })
})

test('prices become candles: five minutes each, stored when they are over, the last ones when the server stops', async () => {
  const one = await startInProcess()
  try {
    let push: (push: ExecutorPush) => void = () => undefined
    let now = Date.parse('2026-11-01T00:00:00Z')
    const clock: Clock = { ...one.clock, now: () => now, after: () => () => undefined }
    const executor = { onPush: (listener: (push: ExecutorPush) => void) => { push = listener }, call: () => { throw new Error('nothing is asked') } } as ExecutorPort
    const { log } = await import('#log').then(({ createLog }) => ({ log: createLog({ level: 'silent', process: 'test' }) }))
    const book = new CandleBook({ executor, store: one.store.candles, clock, log })
    const price = (seconds: number, value: string): void => {
      now = Date.parse('2026-11-01T00:00:00Z') + seconds * 1000
      push({ push: 'prices', exchange: 'binance', market: 'spot', at: now, prices: { BTCUSDT: value } })
    }
    for (const [seconds, value] of [[0, '100'], [60, '120.5'], [120, '99'], [299, '101'], [300, '102'], [650, '90']] as const) price(seconds, value)
    const list = async () => (await book.list('binance:spot:BTCUSDT', Date.parse('2026-11-01T00:00:00Z'), now, 1000)).candles.map(({ open, high, low, close }) => [open, high, low, close])
    const all = [['100', '120.5', '99', '101'], ['102', '102', '102', '102'], ['90', '90', '90', '90']]
    expect(await list()).toEqual(all)
    await book.flush()
    expect(await one.store.candles.list('binance:spot:BTCUSDT', 0, now)).toHaveLength(2)
    expect(await list()).toEqual(all)
    await book.stop()
    expect(await one.store.candles.list('binance:spot:BTCUSDT', 0, now)).toHaveLength(3)
    expect(await list()).toEqual(all)
  } finally {
    await one.stop()
  }
})
