import type { z } from 'zod'
import { newId } from '#clock'
import { api } from '#contract'
import { Problem, type Bot } from '#model'
import type { BotView } from '#store'
import { demandFresh } from '../accounts/fresh.ts'
import { callerOf } from '../auth.ts'
import { changeBot, deleteBot } from '../bot-changing.ts'
import { approved, checkSettings, linksOf, noLink, placeOf } from '../bot-making.ts'
import { widens } from '../bot-widening.ts'
import { makeOnce, once } from '../once.ts'
import { problems, type App } from '../http.ts'
import { applyLeverage, refuseLeverageConflict } from '../leverage.ts'
import type { Shared } from '../server.ts'
import { sameSignals } from '../same-signals.ts'
import { showBot, showPosition } from '../show.ts'
import { invalidInput } from '../validation.ts'

/** Bots: made against the live market, changed under their orders' eyes. */
export function botRoutes(app: App, shared: Shared): void {
  const { store, execution } = shared
  const mine = async (userId: string, id: string): Promise<BotView> => {
    const view = await store.bots.get(userId, id)
    if (view === undefined) throw noBot()
    return view
  }

  app.post('/bots', {
    config: { access: 'trade' },
    schema: {
      summary: 'Make a bot', headers: api.idempotencyHeader, body: api.createBot, response: { 201: api.madeBot, ...problems },
    },
  }, async (request, reply) => {
    const { userId } = callerOf(request)
    return reply.code(201).send(await makeOnce<api.MadeBotAnswer>(shared, request, {
      make: async (id) => {
        await createBot(shared, { id, userId }, request.body)
        return made(shared, await mine(userId, id))
      },
      find: async (id) => {
        const view = await store.bots.get(userId, id)
        if (view === undefined) return undefined
        await execution.botChanged(id)
        return made(shared, view)
      },
    }))
  })

  app.post('/bots/preview', {
    config: { access: 'trade' },
    schema: {
      summary: 'What the next order of such a bot would be',
      body: api.previewBot, response: { 200: api.preview, ...problems },
    },
  }, async (request) => preview(shared, callerOf(request).userId, request.body))

  app.get('/bots', {
    config: { access: 'read' },
    schema: { summary: 'Own bots', querystring: api.listBots, response: { 200: api.bots, ...problems } },
  }, async (request) => {
    const { limit, cursor, ...filter } = request.query
    const page = await store.bots.list(callerOf(request).userId, filter, { limit, cursor })
    return { items: page.items.map(showBot), next: page.next }
  })

  app.get('/bots/:id', {
    config: { access: 'read' },
    schema: { summary: 'A bot', params: api.pathId, response: { 200: api.bot, ...problems } },
  }, async (request) => showBot(await mine(callerOf(request).userId, request.params.id)))

  app.patch('/bots/:id', {
    config: { access: 'trade' },
    schema: {
      summary: 'Change, disconnect or resume a bot',
      params: api.pathId, body: api.changeBot, response: { 200: api.madeBot, ...problems },
    },
  }, async (request) => {
    const { userId } = callerOf(request)
    const view = await mine(userId, request.params.id)
    if (widens(view.bot, request.body)) await demandFresh(shared, callerOf(request))
    await changeBot(shared, userId, view, request.body)
    return made(shared, await mine(userId, request.params.id))
  })

  app.delete('/bots/:id', {
    config: { access: 'admin' },
    schema: {
      summary: 'Delete a bot',
      params: api.pathId, querystring: api.deleteBotQuery, body: api.deleteBotBody,
      response: { 204: api.nothing, ...problems },
    },
  }, async (request, reply) => {
    const { userId } = callerOf(request)
    const abandon = request.query.abandonPosition ?? request.body?.abandonPosition ?? false
    await deleteBot(shared, userId, await mine(userId, request.params.id), abandon)
    return reply.code(204).send()
  })

  app.post('/bots/:id/close', {
    config: { access: 'trade' },
    schema: {
      summary: 'Close the position now; needs an Idempotency-Key', params: api.pathId, headers: api.idempotencyHeader,
      body: api.emptyBody,
      response: { 202: api.closed, ...problems },
    },
  }, async (request, reply) => {
    const key = request.headers['idempotency-key']
    const { bot } = await mine(callerOf(request).userId, request.params.id)
    if (key === undefined) {
      throw invalidInput([{
        path: 'Idempotency-Key', message: 'is required: it makes sure that a repeated request closes once',
      }])
    }
    const { orderIds } = await once(
      store, { scope: `close:${bot.id}`, key, body: 'close' }, { make: () => execution.close(bot.id) },
    )
    return reply.code(202).send({ orderIds: [...orderIds] })
  })

  app.post('/bots/:id/position', {
    config: { access: 'trade' },
    schema: {
      summary: 'Book an adjustment without an order',
      params: api.pathId, headers: api.idempotencyHeader, body: api.adjustPosition,
      response: { 200: api.position, ...problems },
    },
  }, async (request) => {
    const { userId } = callerOf(request)
    const view = await mine(userId, request.params.id)
    const { quantity, reason } = request.body
    return makeOnce(shared, request, {
      make: async (id) => showPosition({ position: await execution.adjust(view.bot.id, quantity, reason, id), bot: view }),
      find: async (id) => {
        if (await store.positions.adjustment(id) === undefined) return undefined
        const now = await mine(userId, view.bot.id)
        return showPosition({ position: now.position, bot: now })
      },
    })
  })
}

const noBot = (): Problem => new Problem('not_found', 'There is no such bot.')

async function createBot(
  shared: Shared, { id, userId }: { readonly id: string; readonly userId: string }, wanted: api.CreateBot,
): Promise<void> {
  const { store, execution, clock } = shared
  const links = await linksOf(shared, userId, wanted)
  const settings = approved(await checkSettings(shared, null, placeOf(links.connection), wanted.symbol, wanted))
  const bot: Bot = {
    ...settings, id, userId, webhookId: links.webhookId, connectionId: links.connection.id, createdAt: clock.now(),
  }
  await refuseLeverageConflict(shared, bot, links.connection)
  if (!bot.paused) await applyLeverage(shared, bot, links.connection.id)
  const created = await store.bots.create(bot)
  if (created.kind === 'unknown_webhook') throw noLink('webhook')
  if (created.kind === 'unknown_connection') throw noLink('connection')
  await execution.botChanged(bot.id)
}

/** A bot that was made or changed, with what its owner should know of it. */
async function made(shared: Shared, view: BotView): Promise<api.MadeBotAnswer> {
  const { userId, connectionId } = view.bot
  const linked = connectionId === null ? undefined : await shared.store.connections.get(userId, connectionId)
  return { ...showBot(view), warnings: await sameSignals(shared, view.bot, linked?.connection ?? null) }
}

async function preview(shared: Shared, userId: string, wanted: z.infer<typeof api.previewBot>) {
  if (wanted.botId !== undefined && await shared.store.bots.get(userId, wanted.botId) === undefined) throw noBot()
  const links = await linksOf(shared, userId, wanted)
  const checked = await checkSettings(shared, wanted.botId ?? null, placeOf(links.connection), wanted.symbol, wanted)
  const { check, rules, price } = checked
  if (!check.ok && check.code === 'invalid_input') approved(checked)
  const { symbol, base, quote, exchange, market } = rules
  const id = newId(shared.clock)
  const direction = check.ok ? check.bot.direction : wanted.direction ?? 'both'
  const shown = {
    symbol, base, quote, exchange, market, price, rules: check.rules.map(({ path: _path, ...rule }) => rule),
    warnings: await sameSignals(
      shared, { id: wanted.botId ?? id, userId, webhookId: links.webhookId, symbol, direction }, links.connection,
    ),
  }
  if (!check.ok) {
    return {
      ...shown, outcome: 'refused' as const, code: 'rules_violated',
      reason: check.errors.map(({ message }) => message).join(' '), orders: [],
    }
  }
  const bot: Bot = {
    ...check.bot, id, userId, webhookId: links.webhookId, connectionId: links.connection.id,
    paused: false, createdAt: shared.clock.now(),
  }
  await refuseLeverageConflict(shared, bot, links.connection)
  const { outcome, code, reason, orders } = await shared.execution.rehearse(
    bot, bot.direction === 'short' ? 'SELL' : 'BUY', null,
  )
  return { ...shown, outcome, code, reason, orders: orders.map((order) => api.wouldSend.parse(order)) }
}
