import { expect, test } from 'vitest'
import { newId, systemClock } from '#clock'
import { laneScope, Problem } from '#model'
import { BatchRefused, type JournalBatch, type NumberedEvent } from '#store'
import { onEveryJournal } from './engines.ts'
import {
  filledBatch, filledOrder, makeDecision, makeDesk, makeEvent, makeFill, makeNewSignal, makeOrder, makePosition, makeSignal, signalBatch,
} from './samples.ts'

onEveryJournal((engine) => {
  test('a signal, its decision and its order come back as they were stored', async () => {
    const store = await engine.open()
    const desk = await makeDesk(store)
    const bot = desk.bots[0]!
    const signal = makeSignal(desk.webhook, {
      size: '250.5', dilution: true, flags: ['DEBUG', 'REVERSE'], label: 'breakout ✓', firedAt: systemClock.now(), symbol: 'BINANCE:BTCUSDT',
      warnings: [{ code: 'unknown_field', message: '"foo" is not a field' }], unsupportedFields: ['sl'], payload: '{"a":"\u2028 \\u0000"}',
    })
    const decision = makeDecision(signal, bot, { plan: '{"flip":1}', done: false })
    const order = makeOrder(bot, signal)
    await store.journal.commit({ signals: [makeNewSignal(signal)], decisions: [decision], newOrders: [order] })

    const view = await store.signals.get(desk.user.id, signal.id)
    expect(view?.signal).toEqual(signal)
    expect(view?.decisions).toEqual([{ decision, botName: bot.name, orderIds: [order.order.id] }])
    expect(await store.orders.get(desk.user.id, order.order.id)).toEqual({ ...order, fills: [] })
  })

  test('an order answer changes order, fills and position together', async () => {
    const store = await engine.open()
    const desk = await makeDesk(store)
    const bot = desk.bots[0]!
    const { order, batch } = signalBatch(desk, bot)
    await store.journal.commit(batch)
    const filled = filledOrder(order)
    const fill = makeFill(order.order)
    const position = makePosition(bot)
    await store.journal.commit({ orders: [filled], fills: [fill], positions: [position] })
    expect(await store.orders.get(desk.user.id, order.order.id)).toEqual({ ...filled, fills: [fill] })
    expect((await store.positions.get(desk.user.id, bot.id))?.position).toEqual(position)
    expect(await store.journal.positions()).toEqual([position])
  })

  test('whoever lost a lease is told that he was overtaken, whatever else the rows that moved on refuse', async () => {
    const store = await engine.open()
    const desk = await makeDesk(store)
    const bot = desk.bots[0]!
    const { shards } = await store.fleet.renew()
    const [[shard, token] = [0, 0]] = shards
    const held = { scope: laneScope(shard), token }
    const lost = { scope: laneScope(shard), token: token - 1 }
    const { order, batch } = signalBatch(desk, bot)
    await store.journal.commit({ ...batch, held: [held] })
    const filled = filledOrder(order)
    const fill = makeFill(order.order)
    await store.journal.commit({ orders: [filled], fills: [fill], held: [held] })

    const late: JournalBatch[] = [{ orders: [filled] }, { fills: [{ ...fill, id: newId(systemClock) }] }]
    const neighbour = makeNewSignal(makeSignal(desk.webhook))
    const [stored, ...refused] = await Promise.allSettled([
      store.journal.commit({ signals: [neighbour], held: [held] }), ...late.map((one) => store.journal.commit({ ...one, held: [lost] })),
    ])
    expect(stored.status).toBe('fulfilled')
    for (const one of refused) expect(one).toMatchObject({ status: 'rejected', reason: { code: 'unavailable', extra: { reason: 'overtaken' } } })
    for (const one of late) await expect(store.journal.commit({ ...one, held: [held] })).rejects.toThrow(BatchRefused)
  })

  test('a batch that breaks a rule leaves nothing behind, and its neighbours are stored', async () => {
    const store = await engine.open()
    const desk = await makeDesk(store)
    const bot = desk.bots[0]!
    const first = signalBatch(desk, bot)
    await store.journal.commit(first.batch)
    const fill = makeFill(first.order.order)
    await store.journal.commit({ fills: [fill] })

    const good = Array.from({ length: 40 }, () => signalBatch(desk, bot))
    const unseen = makeSignal(desk.webhook)
    const poison: JournalBatch[] = [
      { signals: [makeNewSignal(unseen)], fills: [{ ...fill, id: newId(systemClock) }], feed: [makeEvent(desk.user.id, { data: { poison: true } })] },
      { signals: [makeNewSignal(unseen)], orders: [{ ...first.order, order: { ...first.order.order, version: 7 } }] },
      { signals: [makeNewSignal(unseen)], newOrders: [makeOrder(bot, null, { clientOrderId: first.order.order.clientOrderId })] },
      { signals: [makeNewSignal(unseen)], decisions: [{ ...makeDecision(unseen, bot), botId: 'no such bot' }] },
      { signals: [makeNewSignal(unseen)], newOrders: [{ ...makeOrder(bot, null), timeline: undefined as never }] },
      { duplicates: ['no such signal'] },
      { signals: [makeNewSignal(unseen)], fanoutDone: ['no such signal'] },
    ]
    const told: NumberedEvent[] = []
    store.journal.onFeed((events) => told.push(...events))
    const batches = good.map((one) => one.batch).flatMap((batch, index) => (poison[index / 5] === undefined ? [batch] : [batch, poison[index / 5]!]))
    const results = await Promise.allSettled(batches.map((batch) => store.journal.commit(batch)))

    for (const [index, batch] of batches.entries()) {
      const result = results[index]!
      expect(result.status, JSON.stringify(batch).slice(0, 300)).toBe(poison.includes(batch) ? 'rejected' : 'fulfilled')
      if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(BatchRefused)
    }
    expect(await store.signals.get(desk.user.id, unseen.id)).toBeUndefined()
    for (const { signal, order } of good) {
      expect((await store.signals.get(desk.user.id, signal.id))?.decisions[0]?.orderIds).toEqual([order.order.id])
    }
    expect((await store.orders.get(desk.user.id, first.order.order.id))?.fills).toEqual([fill])
    expect(told).toHaveLength(good.length)
    expect(told.some(({ event }) => 'poison' in event.data)).toBe(false)
  })

  test('an order is changed only from the version before', async () => {
    const store = await engine.open()
    const desk = await makeDesk(store)
    const bot = desk.bots[0]!
    const { order, batch } = signalBatch(desk, bot)
    await store.journal.commit(batch)
    const open = { ...order, order: { ...order.order, state: 'open' as const, version: 2 } }
    await store.journal.commit({ orders: [open] })
    await expect(store.journal.commit({ orders: [open] })).rejects.toBeInstanceOf(BatchRefused)
    await expect(store.journal.commit({ orders: [{ ...open, order: { ...open.order, version: 4 } }] })).rejects.toBeInstanceOf(BatchRefused)
    // Two steps in one batch are two versions, in their order.
    const steps = [3, 4].map((version) => ({ ...open, order: { ...open.order, version } }))
    await store.journal.commit({ orders: steps })
    expect((await store.orders.get(desk.user.id, order.order.id))?.order.version).toBe(4)
  })

  test('one order never gets the same fill twice, nor one account the same client order id', async () => {
    const store = await engine.open()
    const desk = await makeDesk(store, 2)
    const [bot, other] = desk.bots
    const { order, batch } = signalBatch(desk, bot!)
    await store.journal.commit(batch)
    await store.journal.commit(filledBatch(bot!, order))
    const [fill] = (await store.orders.get(desk.user.id, order.order.id))?.fills ?? []
    await expect(store.journal.commit({ fills: [{ ...fill!, id: newId(systemClock) }] })).rejects.toBeInstanceOf(BatchRefused)

    const same = makeOrder(other!, null, { clientOrderId: order.order.clientOrderId })
    await expect(store.journal.commit({ newOrders: [same] })).rejects.toBeInstanceOf(BatchRefused)
    await store.journal.commit({ newOrders: [{ ...same, accountKey: 'binance:spot:another account' }] })
  })

  test('a delivery is recognised by body hash and by key, within its time and on its webhook only', async () => {
    const store = await engine.open()
    const desk = await makeDesk(store)
    const [early, late] = [makeSignal(desk.webhook), makeSignal(desk.webhook)]
    const at = systemClock.now()
    await store.journal.commit({ signals: [
      makeNewSignal({ ...early, receivedAt: at - 40_000 }, { bodyHash: 'hash' }),
      makeNewSignal({ ...late, receivedAt: at, source: 'manual' }, { bodyHash: 'other', idempotencyKey: 'key' }),
    ] })
    const wanted = (more: object) => [{ webhookId: desk.webhook.id, bodyHash: null, idempotencyKey: null, ...more }]
    const ids = async (more: object, since: number) => (await store.journal.recognise(wanted(more), since)).map((one) => one.id)
    expect(await ids({ bodyHash: 'hash' }, at - 60_000)).toEqual([early.id])
    expect(await ids({ bodyHash: 'hash' }, at - 30_000)).toEqual([])
    expect(await ids({ bodyHash: 'hash' }, 0)).toEqual([early.id])
    expect(await ids({ bodyHash: 'hash' }, at - 86_400_000)).toEqual([early.id])
    expect(await ids({ bodyHash: 'unknown' }, 0)).toEqual([])
    expect(await ids({ bodyHash: 'hash', webhookId: 'another' }, 0)).toEqual([])
    expect(await store.journal.recognise(wanted({ idempotencyKey: 'key' }), at - 1000)).toEqual([
      { id: late.id, webhookId: desk.webhook.id, bodyHash: 'other', idempotencyKey: 'key', receivedAt: at },
    ])
    expect(await store.journal.recognise([...wanted({ bodyHash: 'hash' }), ...wanted({ bodyHash: 'other' }), ...wanted({ idempotencyKey: 'key' })], 0)).toHaveLength(2)
  })

  test('the last signal of a side is found per webhook and symbol', async () => {
    const store = await engine.open()
    const desk = await makeDesk(store)
    const at = systemClock.now()
    await store.journal.commit({ signals: [[at - 2000, 'SELL'], [at - 1000, 'SELL'], [at, 'BUY']].map(([receivedAt, side]) => (
      makeNewSignal(makeSignal(desk.webhook, { receivedAt: receivedAt as number, side: side as 'BUY' }))
    )) })
    expect(await store.journal.lastOfSide(desk.webhook.id, 'BTCUSDT', 'SELL', 0)).toBe(at - 1000)
    expect(await store.journal.lastOfSide(desk.webhook.id, 'BTCUSDT', 'SELL', at - 500)).toBeNull()
    expect(await store.journal.lastOfSide(desk.webhook.id, 'ETHUSDT', 'SELL', 0)).toBeNull()
    await store.journal.commit({ signals: [makeNewSignal(makeSignal(desk.webhook, { receivedAt: at + 1, side: 'SELL', flags: ['TEST'] }))] })
    expect(await store.journal.lastOfSide(desk.webhook.id, 'BTCUSDT', 'SELL', 0)).toBe(at - 1000) // a test is no signal in between
  })

  test('deliveries recognised again are counted, and decisions and fan-outs brought to their end', async () => {
    const store = await engine.open()
    const desk = await makeDesk(store)
    const bot = desk.bots[0]!
    const signal = makeSignal(desk.webhook)
    const decision = makeDecision(signal, bot, { plan: '{}', done: false })
    await store.journal.commit({ signals: [makeNewSignal(signal, { fanoutDone: false })], decisions: [decision] })
    await Promise.all([1, 2, 3].map(() => store.journal.commit({ duplicates: [signal.id] })))
    await store.journal.commit({
      fanoutDone: [signal.id],
      decisionUpdates: [{ signalId: signal.id, botId: bot.id, code: 'flip_incomplete', reason: 'the close was not filled', plan: null, done: true }],
    })
    const view = await store.signals.get(desk.user.id, signal.id)
    expect(view).toMatchObject({ fanoutDone: true, signal: { duplicates: 3 } })
    expect(view?.decisions[0]?.decision).toEqual({ ...decision, code: 'flip_incomplete', reason: 'the close was not filled', plan: null, done: true })
    expect((await store.journal.unfinished()).plans).toEqual([])
  })

  test('everything that is not over is found at the next start, and nothing else', async () => {
    const where = await engine.place()
    const store = await engine.open(where)
    const desk = await makeDesk(store, 3)
    const [one, two, three] = desk.bots
    const over = signalBatch(desk, one!)
    await store.journal.commit(over.batch)
    await store.journal.commit(filledBatch(one!, over.order))

    const spread = makeSignal(desk.webhook)
    await store.journal.commit({
      signals: [makeNewSignal(spread, { fanout: '1-3', fanoutDone: false })],
      decisions: [makeDecision(spread, one!, { outcome: 'skipped' }), makeDecision(spread, two!, { outcome: 'skipped' })],
    })
    const running = signalBatch(desk, two!)
    await store.journal.commit(running.batch)
    const fill = makeFill(running.order.order)
    await store.journal.commit({ fills: [fill] })
    const close = makeOrder(three!, null)
    await store.journal.commit({ newOrders: [close] })
    const flip = signalBatch(desk, three!)
    const planned = { ...flip.batch.decisions![0]!, plan: '{"open":"100"}', done: false }
    await store.journal.commit({ ...flip.batch, decisions: [planned] })
    const flipped = filledOrder(flip.order)
    await store.journal.commit({ orders: [flipped] })
    await store.close()

    const again = await engine.open(where)
    const unfinished = await again.journal.unfinished()
    expect(unfinished.signals).toEqual([{ signal: spread, fanout: '1-3', decidedBots: expect.any(Array) as string[] }])
    expect([...unfinished.signals[0]!.decidedBots].sort()).toEqual([one!.id, two!.id].sort())
    expect(unfinished.orders).toEqual([
      { ...running.order, fills: [fill], signal: running.signal },
      { ...close, fills: [], signal: null },
    ])
    expect(unfinished.plans).toEqual([{ decision: planned, signal: flip.signal, orders: [flipped] }])
    const bots = await again.journal.bots()
    expect(bots.map(({ bot, number }) => [bot, number])).toEqual(desk.bots.map((bot, index) => [bot, index + 1]))
    expect(await again.journal.connections()).toEqual([{ connection: desk.connection, envelope: expect.any(String) as string }])
  })

  test('what is closed takes no batch, and what waited for it is stored', async () => {
    const where = await engine.place()
    const store = await engine.open(where)
    const desk = await makeDesk(store)
    const made = Array.from({ length: 300 }, () => signalBatch(desk, desk.bots[0]!))
    const waiting = Promise.all(made.map(({ batch }) => store.journal.commit(batch)))
    await store.close()
    await waiting
    await expect(store.journal.commit({ feed: [] })).rejects.toThrow(Problem)
    const again = await engine.open(where)
    expect((await again.journal.unfinished()).orders).toHaveLength(300)
  })

  test('what was booked on a bot without an order since then is answered, oldest first', async () => {
    const store = await engine.open()
    const desk = await makeDesk(store, 2)
    const [bot, other] = desk.bots
    const at = systemClock.now()
    const booked = ['-0.5', '0.2', '-0.1'].map((quantity, index) => ({
      id: newId(systemClock), botId: (index === 2 ? other : bot)!.id, userId: desk.user.id, quantity, reason: 'closed elsewhere', at: systemClock.now(),
    }))
    for (const one of booked) await store.journal.commit({ adjustments: [one] })
    expect(await store.journal.adjustmentsSince(bot!.id, at - 1)).toEqual(booked.slice(0, 2))
    expect(await store.journal.adjustmentsSince(bot!.id, systemClock.now() + 1000)).toEqual([])
  })

  test('commits and repositories do not get into each other\'s transactions', async () => {
    const store = await engine.open()
    const desk = await makeDesk(store)
    const made = Array.from({ length: 200 }, () => signalBatch(desk, desk.bots[0]!))
    await Promise.all(made.map(async ({ batch }, index) => {
      if (index % 4 === 0) await store.bots.change(desk.user.id, desk.bots[0]!.id, { paused: index % 8 === 0 })
      if (index % 5 === 0) await store.idempotency.claim('scope', String(index), 'hash')
      await store.journal.commit(batch)
    }))
    expect((await store.journal.unfinished()).orders).toHaveLength(200)
    expect((await store.bots.row(desk.bots[0]!.id))?.version).toBe(51)
  })

  test('text that a database cannot hold does not stop a signal', async () => {
    const store = await engine.open()
    const desk = await makeDesk(store)
    const signal = makeSignal(desk.webhook, { label: 'nul \0 half \ud800', payload: '{"x":"\ud800\0"}', symbol: 'BTC\0' })
    await store.journal.commit({ signals: [makeNewSignal(signal)], feed: [makeEvent(desk.user.id, { data: { label: signal.label } })] })
    expect((await store.signals.get(desk.user.id, signal.id))?.signal).toMatchObject({ label: 'nul \ufffd half \ufffd', symbol: 'BTC\ufffd' })
  })
})
