import { api } from '#contract'
import { sleep } from '#clock'
import { Problem } from '#model'
import { MAX_BODY_BYTES, parsePayload } from '#signals'
import type { SignalView } from '#store'
import { callerOf } from '../auth.ts'
import { instant, problems, type App } from '../http.ts'
import type { Shared } from '../server.ts'
import { showSignal } from '../show.ts'
import { validatorCompiler } from '../validation.ts'
import { invalidPayload } from './hooks.ts'
import { owned } from './webhooks.ts'

/** Decisions that are shown with one signal, and with each of a list. */
const DECISIONS = 200
const DECISIONS_IN_LIST = 20

/** Signals: what came, what each bot made of it, and what would happen now. */
export function signalRoutes(app: App, shared: Shared): void {
  const { store } = shared

  app.get('/signals', {
    config: { access: 'read' },
    schema: {
      summary: 'Signals of own and shared webhooks',
      querystring: api.listSignals, response: { 200: api.signals, ...problems },
    },
  }, async (request) => {
    const { userId } = callerOf(request)
    const { limit, cursor, from, to, ...filter } = request.query
    const page = await store.signals.list(
      userId, { ...filter, from: instant(from), to: instant(to) }, { limit, cursor }, DECISIONS_IN_LIST,
    )
    return { items: await withOrders(shared, userId, page.items), next: page.next }
  })

  app.get('/signals/:id', {
    config: { access: 'read' },
    schema: {
      summary: 'A signal with its decisions and timeline',
      params: api.pathId, response: { 200: api.signal, ...problems },
    },
  }, async (request) => shown(shared, callerOf(request).userId, request.params.id))

  app.post('/signals/:id/replay', {
    config: { access: 'trade' },
    schema: {
      summary: 'Run it again as a test: what would happen now',
      params: api.pathId, headers: api.idempotencyHeader, body: api.emptyBody,
      response: { 200: api.signal, ...problems },
    },
  }, async (request) => {
    const { userId } = callerOf(request)
    const id = await replay(shared, userId, request.params.id, request.headers['idempotency-key'] ?? null)
    return shown(shared, userId, id)
  })

  // Its body is read as a hook's is: exact numbers, any content type.
  void app.register((inner: App, _options, done) => { manualRoute(inner, shared); done() })
}

function manualRoute(app: App, shared: Shared): void {
  const { clock, execution } = shared
  app.setValidatorCompiler(exceptBody)
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    '*', { parseAs: 'buffer', bodyLimit: MAX_BODY_BYTES }, (_request, body, done) => { done(null, body) },
  )
  app.post('/webhooks/:id/signals', {
    config: { access: 'trade' },
    bodyLimit: MAX_BODY_BYTES,
    schema: {
      summary: 'A manual signal by the owner',
      params: api.pathId, headers: api.idempotencyHeader, body: api.signalPayload,
      response: { 202: api.accepted, ...problems },
    },
  }, async (request, reply) => {
    const receivedAt = clock.now()
    const { webhook } = await owned(shared, callerOf(request).userId, request.params.id)
    const raw = Buffer.isBuffer(request.body) ? request.body as Buffer : Buffer.alloc(0)
    const parsed = parsePayload(raw, receivedAt)
    if (!parsed.ok) throw invalidPayload(parsed.errors)
    const accepted = await execution.accept({
      webhook, source: 'manual', draft: parsed.draft, raw, idempotencyKey: request.headers['idempotency-key'] ?? null,
      receivedAt,
    })
    return reply.code(202).send(accepted)
  })
}

// The payload's own parser judges the body; its schema is only for the description.
const exceptBody: typeof validatorCompiler = (part) => (part.httpPart === 'body' ? () => true : validatorCompiler(part))

const REPLAY_WAIT_MS = 5000
const LOOK_EVERY_MS = 10

/** Stores the signal once more, as a test that counts its age from now, and waits until every bot has decided. */
async function replay(shared: Shared, userId: string, id: string, idempotencyKey: string | null): Promise<string> {
  const { store, execution, clock } = shared
  const view = await store.signals.get(userId, id, 0)
  if (view?.access !== 'owner') throw noSignal()
  const { webhook } = await owned(shared, userId, view.signal.webhookId)
  const now = clock.now()
  const { symbol, side, size, dilution, flags, label, warnings, unsupportedFields, payload } = view.signal
  const { signalId } = await execution.accept({
    webhook, source: 'replay', replayOf: id, raw: Buffer.from(id), idempotencyKey, receivedAt: now,
    draft: {
      symbol, side, size, dilution, flags: [...new Set([...flags, 'TEST' as const])], label, firedAt: null,
      ageFrom: now, warnings, unsupportedFields, payload,
    },
  })
  for (const until = now + REPLAY_WAIT_MS; clock.now() < until;) {
    if ((await store.signals.get(userId, signalId, 0))?.fanoutDone === true) break
    await sleep(clock, LOOK_EVERY_MS)
  }
  return signalId
}

async function shown(shared: Shared, userId: string, id: string): Promise<api.SignalAnswer> {
  const view = await shared.store.signals.get(userId, id, DECISIONS)
  if (view === undefined) throw noSignal()
  const [one] = await withOrders(shared, userId, [view])
  if (one === undefined) throw noSignal()
  return one
}

async function withOrders(
  { store }: Shared, userId: string, views: readonly SignalView[],
): Promise<api.SignalAnswer[]> {
  const ids = views.flatMap(({ decisions }) => decisions.flatMap(({ orderIds }) => orderIds))
  const orders = await store.orders.byIds(userId, ids)
  return views.map((view) => showSignal(view, orders))
}

const noSignal = (): Problem => new Problem('not_found', 'There is no such signal.')
