import { iso } from '#clock'
import { api } from '#contract'
import { Problem } from '#model'
import { callerOf } from '../auth.ts'
import { problems, textAnswer, type App } from '../http.ts'
import type { Shared } from '../server.ts'
import { isSimulated } from '../simulated.ts'
import { givesPracticeKeys } from './practice.ts'
import { VERSION } from '../version.ts'

const READY_DEADLINE_MS = 2000

/** Health, readiness, what this installation offers, and its figures. */
export function systemRoutes(app: App, shared: Shared): void {
  const { store, executor, execution, clock, metrics } = shared

  app.get('/health', {
    config: { access: 'public' },
    schema: { summary: 'Whether the process answers', response: { 200: api.health, ...problems } },
  }, () => ({ status: 'ok' as const, version: VERSION }))

  app.get('/ready', {
    config: { access: 'public' },
    schema: { summary: 'Whether database and executor answer', response: { 200: api.ready, ...problems } },
  }, async () => {
    const [database, executes] = await Promise.all([
      answers(store.maintenance.ping()), answers(executor.call({ verb: 'describe' })),
    ])
    if (!database) throw new Problem('unavailable', 'The database does not answer.')
    if (!executes) throw new Problem('unavailable', 'The executor does not answer.')
    return { status: 'ready' as const, database: 'ok' as const, executor: 'ok' as const }
  })

  app.get('/exchanges', {
    config: { access: 'read' },
    schema: { summary: 'Exchanges that can be connected', response: { 200: api.exchanges, ...problems } },
  }, async () => {
    const { exchanges } = await executor.call({ verb: 'describe' })
    return {
      items: exchanges.map((one) => ({
        ...one, markets: [...one.markets], credentials: [...one.credentials], refuses: [...one.refuses],
        simulated: isSimulated(shared, one.id), practice: isSimulated(shared, one.id),
        practiceKeys: givesPracticeKeys(shared, one),
      })),
      next: null,
    }
  })

  app.get('/sealing-key', {
    config: { access: 'read' },
    schema: { summary: 'Public key to seal credentials to', response: { 200: api.sealingKey, ...problems } },
  }, async () => (await executor.call({ verb: 'describe' })).sealingKey)

  app.get('/vault', {
    config: { access: 'read' },
    schema: { summary: 'How credentials are encrypted', response: { 200: api.vault, ...problems } },
  }, async () => {
    const { sealingKey, masterKeyVersion } = await executor.call({ verb: 'describe' })
    return { kid: sealingKey.kid, suite: sealingKey.suite, masterKeyVersion }
  })

  app.get('/stats', {
    config: { access: 'read' }, schema: { summary: 'Counts of own things', response: { 200: api.stats, ...problems } },
  }, async (request) => ({
    ...await store.stats.of(callerOf(request).userId), lanes: execution.stats(), at: iso(clock.now()),
  }))

  app.get('/metrics', {
    config: { access: 'read' },
    schema: {
      summary: 'Figures for Prometheus',
      response: { 200: textAnswer('text/plain', 'Prometheus text'), ...problems },
    },
  }, async (_request, reply) => {
    const { contentType, text } = await metrics.text()
    return reply.header('content-type', contentType).serializer(String).send(text)
  })
}

async function answers(call: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => { timer = setTimeout(() => { resolve(false) }, READY_DEADLINE_MS) })
  const done = call.then(() => true, () => false)
  return Promise.race([done, late]).finally(() => { clearTimeout(timer) })
}
