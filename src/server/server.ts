import { fastify, type FastifyRequest } from 'fastify'
import { serializerCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod'
import type { Installation, LogEntry } from '#store'
import { clientAddress, readAddressList } from '#signals'
import { makeCookies, type Cookies } from './accounts/cookies.ts'
import { demandFresh, isFreshRoute } from './accounts/fresh.ts'
import { ACCOUNT_RATE, ADDRESS_RATE } from './accounts/guesses.ts'
import { AddressLimit } from './address-limit.ts'
import { Authenticator, type Access } from './auth.ts'
import { CandleBook } from './charts/candle-book.ts'
import { EventHub } from './event-hub.ts'
import { GuessLimit } from './guess-limit.ts'
import { HookTargets } from './hook-targets.ts'
import { BASE, routeOf, type App } from './http.ts'
import { readJsonBody } from './json-body.ts'
import { Metrics } from './metrics.ts'
import { answerUnknownRoutes } from './not-found.ts'
import { describeApi, serveDescription } from './openapi.ts'
import { pageRoutes } from './pages/routes.ts'
import type { ServerParts } from './parts.ts'
import { answerBrokenRequest, answerErrors } from './problem-answers.ts'
import { protect } from './protection.ts'
import { RejectionBook } from './rejections.ts'
import { allRoutes } from './routes/index.ts'
import { hookRoutes } from './routes/hooks.ts'
import { validatorCompiler } from './validation.ts'
import { VERSION } from './version.ts'

/** Bodies of the API, bytes; hooks have a limit of their own. */
const BODY_LIMIT = 262_144
const REQUEST_TIMEOUT_MS = 30_000

/** What routes share beside the parts they were given. */
export interface Shared extends ServerParts {
  readonly installation: Installation
  readonly authenticator: Authenticator
  readonly guesses: AddressLimit
  readonly cookies: Cookies
  /** Wrong passwords and codes, per address and per account. */
  readonly signInAddresses: AddressLimit
  readonly signInAccounts: GuessLimit
  /** Challenges for passkeys, which anybody may ask for. */
  readonly passkeyOptions: AddressLimit
  readonly hub: EventHub
  readonly hooks: HookTargets
  readonly rejections: RejectionBook
  readonly metrics: Metrics
  /** Prices of what bots trade, for charts. */
  readonly candles: CandleBook
  /** The address that a request came from, trusted proxies seen through. */
  addressOf(request: FastifyRequest): string
  /** What webhook addresses begin with. */
  publicUrl(): string
}

/**
 * The HTTP server, not listening yet. `close()` ends it and its streams; it neither starts nor stops what it was given.
 * `requestTimeoutMs`: how long a request may take to arrive.
 */
export async function createServer(
  parts: ServerParts, { requestTimeoutMs = REQUEST_TIMEOUT_MS }: { requestTimeoutMs?: number } = {},
): Promise<App> {
  const { clock, log, store, settings } = parts
  const app: App = fastify({
    logger: false,
    bodyLimit: BODY_LIMIT,
    requestTimeout: requestTimeoutMs,
    http: { headersTimeout: requestTimeoutMs, connectionsCheckingInterval: Math.min(requestTimeoutMs, 5000) },
    forceCloseConnections: 'idle',
    requestIdHeader: false,
    genReqId: requestIds(clock.randomBytes(4)),
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: (error, request, reply) => { void answerErrors(log)(error, request, reply) },
  }).withTypeProvider<ZodTypeProvider>()
  app.setValidatorCompiler(validatorCompiler).setSerializerCompiler(serializerCompiler)
  app.setErrorHandler(answerErrors(log))
  app.decorateRequest('caller', null)
  app.decorateReply('inLines', false)
  answerUnknownRoutes(app)

  const guesses = new AddressLimit(clock)
  const addressOf = clientAddresses(settings.trustedProxies)
  const cookies = makeCookies(settings.publicUrl?.startsWith('https:') === true)
  const shared: Shared = {
    ...parts,
    installation: await store.meta.installation(),
    guesses,
    addressOf,
    cookies,
    signInAddresses: new AddressLimit(clock, ADDRESS_RATE),
    signInAccounts: new GuessLimit(clock, ACCOUNT_RATE),
    passkeyOptions: new AddressLimit(clock),
    authenticator: new Authenticator({
      tokens: store.tokens, sessions: store.sessions, cookies, clock, limit: guesses, addressOf, publicUrl: settings.publicUrl,
    }),
    hub: new EventHub(),
    hooks: new HookTargets(store, clock),
    rejections: new RejectionBook(clock, log, (rejections) => store.rejections.add(rejections)),
    metrics: new Metrics(parts.execution),
    candles: new CandleBook({ executor: parts.executor, store: store.candles, clock, log }),
    publicUrl: () => settings.publicUrl ?? listeningAt(app),
  }
  store.journal.onFeed((events) => { shared.hub.publish(events) })
  store.journal.onLog((entries) => { followOthers(shared, entries) })
  app.addHook('onReady', (done) => {
    shared.hooks.load().catch((error: unknown) => { log.warn({ err: error }, 'the webhooks could not be read ahead') })
    done()
  })
  app.addHook('onClose', () => shared.rejections.flush())
  app.addHook('onClose', () => shared.candles.stop())

  await describeApi(app, VERSION)
  // Hooks stand apart: none of the API's checks, headers and schemas lies between a signal's last byte and its journal.
  void app.register((inner, _options, done) => { hookRoutes(inner, shared); done() }, { prefix: `${BASE}/hooks` })
  void app.register(async (inner: App) => { await apiContext(inner, shared) })
  void app.register((inner: App, _options, done) => { pageRoutes(inner, shared); done() })
  return app
}

/** What other servers changed of that which this one keeps in memory. */
function followOthers({ hooks, authenticator }: Shared, entries: readonly LogEntry[]): void {
  for (const change of entries.flatMap((entry) => (entry.own ? [] : entry.changes))) {
    const [kind, id = ''] = change.split(':')
    if (kind === 'webhook') hooks.changedElsewhere(id)
    else if (kind === 'token') authenticator.forget()
  }
}

async function apiContext(app: App, shared: Shared): Promise<void> {
  const { authenticator, log, metrics, settings } = shared
  await protect(app, settings.publicUrl?.startsWith('https:') === true)
  app.removeContentTypeParser(['application/json', 'text/plain'])
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, readJsonBody)

  app.addHook('onRoute', ({ config, url }) => {
    // A route that forgot to say who may use it must not come into being.
    if (config?.access === undefined) throw new Error(`route ${url} does not name the scope that it needs`)
  })
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id).header('cache-control', 'no-store')
    const access: Access | undefined = request.routeOptions.config.access
    if (access === undefined || access === 'public') return
    request.caller = await authenticator.verify(request, access)
    if (isFreshRoute(request)) await demandFresh(shared, request.caller)
  })
  app.addHook('onResponse', (request, reply, done) => {
    const route = routeOf(request)
    if (!reply.inLines) metrics.answered(request.method, route, reply.statusCode, reply.elapsedTime)
    const ms = Math.round(reply.elapsedTime * 10) / 10
    log.debug({ requestId: request.id, method: request.method, route, status: reply.statusCode, ms }, 'answered')
    done()
  })
  serveDescription(app)
  await app.register((inner: App, _options, done) => { allRoutes(inner, shared); done() }, { prefix: BASE })
}

function clientAddresses(proxies: readonly string[]): (request: FastifyRequest) => string {
  const read = readAddressList(proxies, 'trustedProxies')
  if (!read.ok) throw new Error('the settings were checked and hold proxies that are no addresses')
  return (request) => clientAddress(
    request.raw.socket.remoteAddress ?? '', request.headers['x-forwarded-for'], read.list,
  )
}

// Unique in this run and cheap: random once, then counted.
function requestIds(seed: Uint8Array): () => string {
  const prefix = Buffer.from(seed).toString('hex')
  let count = 0
  return () => `${prefix}-${(count += 1).toString(36)}`
}

function listeningAt(app: App): string {
  const address = app.server.address()
  if (address === null || typeof address === 'string') return 'http://127.0.0.1:3000'
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return `http://${host}:${address.port}`
}
