import { expect, test } from 'vitest'
import { Problem, type Bot, type OrderState } from '#model'
import type { Page, PageRequest, StoredOrder } from '#store'
import { onBothEngines } from './engines.ts'
import { filledOrder, makeBot, makeConnection, makeDecision, makeDesk, makeFill, makeNewSignal, makeOrder, makeSignal, makeWebhook } from './samples.ts'

/** All items of a list, page by page. */
async function all<T>(list: (page: PageRequest) => Promise<Page<T>>, limit: number): Promise<T[]> {
  const items: T[] = []
  let cursor: string | undefined
  for (let pages = 0; pages < 1000; pages += 1) {
    const page = await list({ limit, cursor })
    items.push(...page.items)
    if (page.next === null) return items
    expect(page.items).toHaveLength(limit)
    cursor = page.next
  }
  throw new Error('the list does not end')
}

onBothEngines((engine) => {
  test('orders are listed newest first, page by page, by every filter and any of them together', async () => {
    const store = await engine.open()
    const desk = await makeDesk(store)
    const user = desk.user.id
    const [webhook, connection] = [makeWebhook(user), makeConnection(user)]
    await store.webhooks.create(webhook)
    await store.connections.create(connection, 'sealed')
    const eth = makeBot(user, webhook.id, connection.id, { symbol: 'ETHUSDT', base: 'ETH' })
    await store.bots.create(eth)
    const made: { order: StoredOrder; webhookId: string | undefined }[] = []
    for (let index = 0; index < 60; index += 1) {
      const bot = index % 3 === 0 ? eth : desk.bots[0]!
      const signal = index % 10 === 9 ? null : makeSignal(index % 3 === 0 ? webhook : desk.webhook)
      const order = makeOrder(bot, signal, { state: (['filled', 'open', 'uncertain'] as OrderState[])[index % 4] ?? 'failed' })
      await store.journal.commit({ ...signal === null ? {} : { signals: [makeNewSignal(signal)] }, newOrders: [order], fills: [makeFill(order.order)] })
      made.unshift({ order, webhookId: signal?.webhookId })
    }
    const idsOf = (list: readonly { order: { id: string } }[]) => list.map((one) => one.order.id)
    const expected = (matches: (one: (typeof made)[number]) => boolean) => made.filter(matches).map((one) => one.order.order.id)
    const cases = [
      [{}, () => true],
      [{ botId: eth.id }, (one) => one.order.order.botId === eth.id],
      [{ connectionId: connection.id }, (one) => one.order.order.botId === eth.id],
      [{ webhookId: webhook.id }, (one) => one.webhookId === webhook.id],
      [{ symbol: 'ETHUSDT' }, (one) => one.order.order.botId === eth.id],
      [{ state: 'uncertain' }, (one) => one.order.order.state === 'uncertain'],
      [{ signalId: made[3]!.order.order.signalId! }, (one) => one === made[3]],
      [{ symbol: 'BTCUSDT', state: 'open' }, (one) => one.order.order.symbol === 'BTCUSDT' && one.order.order.state === 'open'],
    ] as [object, (one: (typeof made)[number]) => boolean][]
    for (const [filter, matches] of cases) {
      expect(idsOf(await all((page) => store.orders.list(user, filter, page), 7)), JSON.stringify(filter)).toEqual(expected(matches))
    }
    expect((await store.orders.list(user)).items.every((view) => view.fills.length === 1)).toBe(true)
  })

  test('a connection\'s few orders are found behind thousands of others, also of bots that went to another connection', async () => {
    const store = await engine.open()
    const desk = await makeDesk(store, 2)
    const user = desk.user.id
    const [seldom, later] = [makeConnection(user), makeConnection(user)]
    for (const one of [seldom, later]) await store.connections.create(one, 'sealed')
    const [busy, gone] = desk.bots as [Bot, Bot]
    const other = makeBot(user, desk.webhook.id, seldom.id, { symbol: 'ETHUSDT', base: 'ETH' })
    await store.bots.create(other)
    const rare: StoredOrder[] = []
    for (let from = 0; from < 11_000; from += 500) {
      const some = Array.from({ length: 500 }, () => makeOrder(busy, null, { state: 'filled' }, { settled: true }))
      const few = [makeOrder({ ...gone, connectionId: seldom.id }, null, { state: 'filled' }, { settled: true }), makeOrder(other, null, { state: 'filled' }, { settled: true })]
      rare.unshift(...few.toReversed())
      await store.journal.commit({ newOrders: [...some, ...few] })
    }
    await store.bots.change(user, gone.id, { connectionId: null })
    const idsOf = (list: readonly StoredOrder[]) => list.map((one) => one.order.id)
    const list = (filter: object, limit: number) => all((page) => store.orders.list(user, { connectionId: seldom.id, ...filter }, page), limit)
    for (const limit of [7, 22, 200]) expect(idsOf(await list({}, limit)), String(limit)).toEqual(idsOf(rare))
    expect(idsOf(await list({ state: 'filled' }, 10))).toEqual(idsOf(rare))
    expect(idsOf(await list({ symbol: 'ETHUSDT' }, 5))).toEqual(idsOf(rare.filter((one) => one.order.botId === other.id)))
    const middle = rare[30]!.order.createdAt
    expect(idsOf(await list({ to: middle }, 5))).toEqual(idsOf(rare.filter((one) => one.order.createdAt <= middle)))
    expect(await list({ connectionId: later.id }, 50)).toEqual([])
    expect((await all((page) => store.orders.list(user, { connectionId: desk.connection.id }, page), 200))).toHaveLength(11_000)
    expect(idsOf(await store.journal.ordersSince(seldom.id, 0))).toEqual(idsOf(rare.toReversed()))
    expect(await store.journal.ordersSince(later.id, 0)).toEqual([])
    const [first, short] = [makeOrder(busy, null), makeOrder(busy, null, { clientOrderId: 'TABCDEFGHIJK' })]
    await store.journal.commit({ newOrders: [first, short] })
    const asked = [first, short].map((one) => one.order.clientOrderId)
    expect(idsOf(await store.journal.ordersByClientId(first.accountKey, [...asked, 'x', 'T7777777777777777777', ''])).toSorted()).toEqual(idsOf([first, short]).toSorted())
    expect(await store.journal.ordersByClientId('another', asked)).toEqual([])
    for (const clientOrderId of asked) await expect(store.journal.commit({ newOrders: [makeOrder(busy, null, { clientOrderId })] })).rejects.toThrow()
  })

  test('orders and signals are found by time to the millisecond', async () => {
    const store = await engine.open()
    const desk = await makeDesk(store)
    const times: number[] = []
    for (let index = 0; index < 5; index += 1) {
      const signal = makeSignal(desk.webhook)
      times.push(signal.receivedAt)
      await store.journal.commit({ signals: [makeNewSignal(signal)], newOrders: [makeOrder(desk.bots[0]!, signal, { createdAt: signal.receivedAt })] })
    }
    for (const list of [store.orders, store.signals]) {
      const count = async (filter: object) => (await list.list(desk.user.id, filter)).items.length
      expect(await count({ from: times[1], to: times[3] })).toBe(3)
      expect(await count({ from: times[4] })).toBe(1)
      expect(await count({ to: times[0] })).toBe(1)
      expect(await count({ to: times[0]! - 1 })).toBe(0)
      expect(await count({ from: 0, to: Number.MAX_SAFE_INTEGER })).toBe(5)
    }
  })

  test('signals are listed by webhook, bot, symbol and label, each with its first decisions and their count', async () => {
    const store = await engine.open()
    const desk = await makeDesk(store, 30)
    const user = desk.user.id
    const quiet = makeSignal(desk.webhook, { symbol: 'ETHUSDT', label: 'quiet' })
    await store.journal.commit({ signals: [makeNewSignal(quiet)] })
    const loud = makeSignal(desk.webhook)
    const order = makeOrder(desk.bots[0]!, loud)
    await store.journal.commit({ signals: [makeNewSignal(loud)], newOrders: [order], decisions: desk.bots.map((bot, index) => makeDecision(loud, bot, { decidedAt: index, outcome: index === 0 ? 'order' : 'skipped' })) })
    const last = makeSignal(desk.webhook)
    await store.journal.commit({ signals: [makeNewSignal(last)], decisions: [makeDecision(last, desk.bots[29]!, { outcome: 'skipped' })] })

    const ids = async (filter: object) => (await all((page) => store.signals.list(user, filter, page), 1)).map((view) => view.signal.id)
    expect(await ids({})).toEqual([last.id, loud.id, quiet.id])
    expect(await ids({ webhookId: desk.webhook.id })).toEqual([last.id, loud.id, quiet.id])
    expect(await ids({ botId: desk.bots[0]!.id })).toEqual([loud.id])
    expect(await ids({ botId: desk.bots[29]!.id, symbol: 'BTCUSDT' })).toEqual([last.id, loud.id])
    expect(await ids({ symbol: 'ETHUSDT' })).toEqual([quiet.id])
    expect(await ids({ label: 'quiet' })).toEqual([quiet.id])
    const views = (await store.signals.list(user)).items
    expect(views.map((view) => [view.decisions.length, view.decisionCount])).toEqual([[1, 1], [20, 30], [0, 0]])
    expect(views[1]?.decisions.map((one) => one.decision.botId)).toEqual(desk.bots.slice(0, 20).map((bot) => bot.id))
    expect(views[1]?.decisions[0]?.orderIds).toEqual([order.order.id])
    expect((await store.signals.get(user, loud.id))?.decisions).toHaveLength(30)
    expect([...await store.orders.byIds(user, [order.order.id, 'unknown'])].map(([id, view]) => [id, view.cause])).toEqual([[order.order.id, loud.id]])
    await store.journal.commit({ orders: [filledOrder(order)] })
    expect(await store.orders.unsettled(desk.bots[0]!.id)).toEqual([])
  })

  test('a cursor belongs to its list, its user and its filter', async () => {
    const store = await engine.open()
    const [desk, other] = [await makeDesk(store, 5), await makeDesk(store, 5)]
    const { next } = await store.bots.list(desk.user.id, { symbol: 'BTCUSDT' }, { limit: 2 })
    const wrong = [
      () => store.bots.list(desk.user.id, {}, { cursor: next! }),
      () => store.bots.list(desk.user.id, { symbol: 'ETHUSDT' }, { cursor: next! }),
      () => store.bots.list(other.user.id, { symbol: 'BTCUSDT' }, { cursor: next! }),
      () => store.positions.list(desk.user.id, { symbol: 'BTCUSDT' }, { cursor: next! }),
      () => store.bots.list(desk.user.id, { symbol: 'BTCUSDT' }, { cursor: 'junk' }),
      () => store.bots.list(desk.user.id, { symbol: 'BTCUSDT' }, { cursor: Buffer.from('["a"]').toString('base64url') }),
      () => store.bots.list(desk.user.id, {}, { limit: 201 }),
      () => store.bots.list(desk.user.id, {}, { limit: 0 }),
    ]
    for (const list of wrong) {
      const error: unknown = await list().then(() => null, (reason: unknown) => reason)
      expect(error).toBeInstanceOf(Problem)
      expect((error as Problem).code).toBe('invalid_input')
    }
    const rest = await store.bots.list(desk.user.id, { symbol: 'BTCUSDT', webhookId: undefined }, { cursor: next!, limit: 200 })
    expect(rest.items.map((view) => view.bot.id)).toEqual(desk.bots.slice(0, 3).map((bot) => bot.id).reverse())
    expect(rest.next).toBeNull()
  })

  test('bots, positions, connections, webhooks, users and shares come page by page', async () => {
    const store = await engine.open()
    const desk = await makeDesk(store, 7)
    const user = desk.user.id
    for (let index = 0; index < 5; index += 1) {
      await store.connections.create(makeConnection(user), 'sealed')
      await store.webhooks.create(makeWebhook(user))
      const follower = (await makeDesk(store)).user
      await store.webhooks.share(user, desk.webhook.id, follower.id, `share-${index}`, index)
    }
    expect((await all((page) => store.bots.list(user, { webhookId: desk.webhook.id }, page), 3)).map((view) => view.bot.id)).toEqual(desk.bots.map((bot) => bot.id).reverse())
    expect((await all((page) => store.positions.list(user, { connectionId: desk.connection.id }, page), 2)).map((view) => view.position.botId)).toEqual(desk.bots.map((bot) => bot.id).reverse())
    expect(await all((page) => store.connections.list(user, page), 2)).toHaveLength(6)
    expect(await all((page) => store.webhooks.list(user, page), 2)).toHaveLength(6)
    expect(await all((page) => store.users.list(page), 2)).toHaveLength(6)
    expect(await all(async (page) => (await store.webhooks.shares(user, desk.webhook.id, page))!, 2)).toHaveLength(5)
    expect(await store.connections.count()).toBe(11)
  })
})
