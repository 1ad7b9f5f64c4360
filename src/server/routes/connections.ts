import { api, type CapsAnswer } from '#contract'
import { Problem } from '#model'
import type { ConnectionView } from '#store'
import { answerInLines, testLines, wantsLines, type Tell } from '../answer-lines.ts'
import { callerOf } from '../auth.ts'
import { connect } from '../connect.ts'
import { problems, type App } from '../http.ts'
import { makeOnce } from '../once.ts'
import { sendProblem } from '../problem-answers.ts'
import { recheck } from '../recheck.ts'
import { relink } from '../relink.ts'
import { remove } from '../removing.ts'
import type { Shared } from '../server.ts'
import { sameSignals } from '../same-signals.ts'
import { showConnection, showKeyUse } from '../show.ts'
import { isSimulated } from '../simulated.ts'
import { within } from '../within.ts'

const IN_LINES = 'one JSON object a line, for `Accept: application/x-ndjson`'
/** Two looks, each at several lists of the exchange. */
const RECONCILE_DEADLINE_MS = 60_000
/** Bots that were moved and are looked at for others on the same alerts. */
const MOST_LOOKED_AT = 100

/** Connections: made, checked, relinked, deleted, and never edited. */
export function connectionRoutes(app: App, shared: Shared): void {
  const { store, execution } = shared
  const mine = async (userId: string, id: string): Promise<ConnectionView> => {
    const view = await store.connections.get(userId, id)
    if (view === undefined) throw new Problem('not_found', 'There is no such connection.')
    return view
  }
  const show = (view: ConnectionView) => showConnection(view, {
    freeze: execution.frozen(view.connection.id, view.connection.userId),
    simulated: isSimulated(shared, view.connection.exchange),
  })

  app.post('/connections', {
    config: { access: 'admin' },
    schema: {
      summary: 'Connect an exchange key; it is tested first',
      headers: api.idempotencyHeader, body: api.createConnection,
      response: {
        200: { description: `The test as it goes, ${IN_LINES}`, content: testLines }, 201: api.connection, ...problems,
      },
    },
  }, async (request, reply) => {
    const { userId } = callerOf(request)
    const run = (tell?: Tell) => makeOnce<api.ConnectionAnswer>(shared, request, {
      make: async (id) => {
        tell?.begun(id)
        return show(await connect(shared, { id, userId }, request.body, tell?.check))
      },
      find: async (id) => {
        const made = await store.connections.get(userId, id)
        return made === undefined ? undefined : show(made)
      },
    })
    if (wantsLines(request)) return answerInLines(shared, request, reply, run)
    return reply.code(201).send(await run())
  })

  app.get('/connections', {
    config: { access: 'read' },
    schema: {
      summary: 'Own connections',
      querystring: api.listConnections, response: { 200: api.connections, ...problems },
    },
  }, async (request) => {
    const page = await store.connections.list(callerOf(request).userId, request.query)
    return { items: page.items.map(show), next: page.next }
  })

  app.get('/connections/:id', {
    config: { access: 'read' },
    schema: { summary: 'A connection', params: api.pathId, response: { 200: api.connection, ...problems } },
  }, async (request) => show(await mine(callerOf(request).userId, request.params.id)))

  // Before any body is read, for ids that exist and ids that do not: there is no way to edit a connection.
  app.route({
    method: ['PUT', 'PATCH'], url: '/connections/:id', config: { access: 'read' },
    schema: { summary: 'Never: connections are immutable', params: api.anyId, response: problems },
    onRequest: async (_request, reply) => sendProblem(reply.header('allow', 'GET, HEAD, DELETE'), new Problem(
      'connection_immutable',
      'A connection cannot be edited. Connect the new key, relink the bots to it, then delete this one.',
    )),
    handler: () => { throw new Error('the hook before answers') },
  })

  app.post('/connections/:id/check', {
    config: { access: 'trade' },
    schema: {
      summary: 'Run the test request again',
      params: api.pathId, body: api.emptyBody,
      response: {
        200: {
          description: `The connection; or the test as it goes, ${IN_LINES}`,
          content: { 'application/json': { schema: api.connection }, ...testLines },
        },
        ...problems,
      },
    },
  }, async (request, reply) => {
    const { userId } = callerOf(request)
    const { connection: { id } } = await mine(userId, request.params.id)
    const run = async (tell?: Tell) => {
      tell?.begun(id)
      await recheck(shared, id, { onCheck: tell?.check })
      return show(await mine(userId, id))
    }
    return wantsLines(request) ? answerInLines(shared, request, reply, run) : run()
  })

  app.post('/connections/:id/reconcile', {
    config: { access: 'trade' },
    schema: {
      summary: 'Compare its books with the exchange now; differences become findings',
      params: api.pathId, body: api.emptyBody, response: { 200: api.connection, ...problems },
    },
  }, async (request) => {
    const { userId } = callerOf(request)
    const { connection } = await mine(userId, request.params.id)
    await within(RECONCILE_DEADLINE_MS, shared.execution.reconcile(connection.id), () => new Problem(
      'exchange_timeout', 'The exchange has not told everything yet; the comparison goes on. Look again in a moment.',
    ))
    return show(await mine(userId, connection.id))
  })

  app.post('/connections/:id/relink', {
    config: { access: 'admin' },
    schema: {
      summary: 'Move all bots to another connection of the same exchange and market',
      params: api.pathId, body: api.relink, response: { 200: api.relinked, ...problems },
    },
  }, async (request) => {
    const { userId } = callerOf(request)
    const bots = await relink(shared, userId, await mine(userId, request.params.id), request.body)
    const { connection } = await mine(userId, request.body.to)
    const warnings: api.Warning[] = []
    for (const { id } of bots.slice(0, MOST_LOOKED_AT)) {
      const moved = await store.bots.get(userId, id)
      if (moved !== undefined) warnings.push(...await sameSignals(shared, moved.bot, connection))
    }
    return { moved: bots.length, bots: [...bots], ...(warnings.length === 0 ? {} : { warnings }) }
  })

  app.delete('/connections/:id', {
    config: { access: 'admin' },
    schema: {
      summary: 'Delete a connection and destroy its key',
      params: api.pathId, body: api.emptyBody, response: { 204: api.nothing, ...problems },
    },
  }, async (request, reply) => {
    await remove(shared, callerOf(request).userId, request.params.id)
    return reply.code(204).send()
  })

  capsRoutes(app, shared, mine)

  app.get('/connections/:id/audit', {
    config: { access: 'read' },
    schema: {
      summary: 'Every use of the key',
      params: api.pathId, querystring: api.listAudit, response: { 200: api.auditEntries, ...problems },
    },
  }, async (request) => {
    const { userId } = callerOf(request)
    const { connection } = await mine(userId, request.params.id)
    const page = await store.keyUses.list(userId, { connectionId: connection.id }, request.query)
    return { items: page.items.map(showKeyUse), next: page.next }
  })
}

/** Limits that the executor holds its entries to. They are no part of the connection, which nobody edits. */
function capsRoutes(app: App, { executor }: Shared, mine: (userId: string, id: string) => Promise<ConnectionView>): void {
  const show = ({ own, ceiling }: CapsAnswer): api.CapsAnswer => (
    { ...own ?? { ordersPerMinute: null, notionalPerOrder: null, notionalPerDay: null }, ceiling }
  )
  app.get('/connections/:id/caps', {
    config: { access: 'read' },
    schema: { summary: 'Limits on its entries', params: api.pathId, response: { 200: api.caps, ...problems } },
  }, async (request) => {
    const { connection } = await mine(callerOf(request).userId, request.params.id)
    return show(await executor.call({ verb: 'caps', connectionId: connection.id }))
  })

  app.put('/connections/:id/caps', {
    config: { access: 'admin' },
    schema: {
      summary: 'Replace the limits on its entries',
      params: api.pathId, body: api.putCaps, response: { 200: api.caps, ...problems },
    },
  }, async (request) => {
    const { userId } = callerOf(request)
    const { connection } = await mine(userId, request.params.id)
    const caps = Object.values(request.body).every((limit) => limit === null) ? null : request.body
    return show(await executor.call({ verb: 'setCaps', connectionId: connection.id, caps, by: userId }))
  })
}
