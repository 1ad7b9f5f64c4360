import { api, type CheckAnswer, type ExchangeDescription } from '#contract'
import { Problem, type Check, type Connection, type Market } from '#model'
import type { ConnectionView } from '#store'
import type { Shared } from './server.ts'
import { invalidInput } from './validation.ts'
import { within } from './within.ts'

type Wanted = typeof api.createConnection._output

/** How long a test request may take, all its calls to the exchange together. */
export const CHECK_DEADLINE_MS = 20_000
const MOST_CHECKS = 16

let checking = 0

/** Hears of each check of a key as soon as it is known. */
export type OnCheck = (check: Check) => void

/**
 * Connects a key, under this id: the executor opens and tests it, and only if it works is anything kept. Problems: the
 * exchange's refusal with its own code and what was found out (`checks`), `duplicate_connection`, `duplicate_name`,
 * `exchange_timeout`, ….
 */
export async function connect(
  shared: Shared, { id, userId }: { readonly id: string; readonly userId: string }, wanted: Wanted, onCheck?: OnCheck,
): Promise<ConnectionView> {
  const { store, executor, settings } = shared
  if (wanted.credentials !== undefined && !settings.allowPlaintextCredentials) {
    throw new Problem(
      'plaintext_not_allowed',
      'Seal the credentials to the key of GET /sealing-key, or set TOWERFLOW_ALLOW_PLAINTEXT_CREDENTIALS=true.',
    )
  }
  const exchange = await describedExchange(shared, wanted.exchange, wanted.market)
  const given = wanted.name?.trim() ?? ''
  if (given !== '' && (await store.connections.names(userId)).includes(given)) throw nameTaken(given)

  const { market, sealed, credentials } = wanted
  const answer = await checked(() => executor.call({
    verb: 'checkCredentials', userId, connectionId: id, exchange: exchange.id, market, consent: wanted.consent === true,
    progress: onCheck !== undefined,
    ...(sealed === undefined ? {} : { sealed }),
    ...(credentials === undefined ? {} : { credentials: plain(credentials) }),
  }, onCheck))
  if (!answer.ok) throw new Problem(answer.code, answer.detail, { extra: { checks: answer.checks } })
  return keep(shared, { id, userId, exchange, market, name: given }, answer)
}

/** The description of an exchange that has this market. Problems: `unknown_exchange`, `invalid_input`. */
async function describedExchange({ executor }: Shared, id: string, market: Market): Promise<ExchangeDescription> {
  const { exchanges } = await executor.call({ verb: 'describe' })
  const exchange = exchanges.find((one) => one.id === id)
  if (exchange === undefined) {
    throw new Problem(
      'unknown_exchange', `Supported are ${exchanges.map((one) => one.id).join(', ')}.`,
    )
  }
  if (!exchange.markets.includes(market)) {
    throw invalidInput([{
      path: 'market', message: `${exchange.name} has no ${market} here, only ${exchange.markets.join(' and ')}`,
    }])
  }
  return exchange
}

/** Runs a test request under its deadline; so many at once, no more: each waits for an exchange. */
export async function checked(call: () => Promise<CheckAnswer>): Promise<CheckAnswer> {
  if (checking >= MOST_CHECKS) {
    throw new Problem(
      'rate_limited', 'Too many keys are being tested at once. Try again in a moment.',
    )
  }
  checking += 1
  try {
    return await within(
      CHECK_DEADLINE_MS, call(),
      () => new Problem('exchange_timeout', 'The exchange did not answer in time. Nothing was kept; try again.'),
    )
  } finally {
    checking -= 1
  }
}

interface Kept {
  readonly id: string
  readonly userId: string
  readonly exchange: ExchangeDescription
  readonly market: Market
  readonly name: string
}

async function keep(
  { store, clock, execution }: Shared, kept: Kept, answer: CheckAnswer & { ok: true },
): Promise<ConnectionView> {
  const { id, userId, exchange, market } = kept
  if (answer.envelope === null) throw new Error('the executor accepted credentials without sealing them')
  const { accountId, positionMode, fingerprint, checks, expiresAt, envelope } = answer
  const now = clock.now()
  const connection: Connection = {
    id, userId, name: kept.name === '' ? `${exchange.name} ${market}` : kept.name, exchange: exchange.id, market,
    fingerprint, status: 'active', statusDetail: null, checks, expiresAt, rowVersion: 1, createdAt: now, lastUsedAt: now,
    accountId, positionMode,
  }
  const created = await store.connections.create(connection, envelope, kept.name === '')
  if (created.kind === 'duplicate_name') throw nameTaken(kept.name)
  if (created.kind === 'duplicate_connection') {
    throw new Problem(
      'duplicate_connection',
      'This key is connected in this installation already. Make another one, or delete the other connection first.',
    )
  }
  const { name } = created
  await execution.connectionChanged(id)
  await store.journal.commit({
    feed: [{ type: 'connection', userId, data: { id, name, change: 'created', status: 'active' } }],
  })
  return { connection: { ...connection, name }, bots: [], reconciledAt: null, reconcileTrouble: null }
}

const nameTaken = (name: string): Problem => new Problem(
  'duplicate_name', `Another connection of yours is named "${name}".`,
  { errors: [{ path: 'name', message: 'is taken' }] },
)

function plain(
  credentials: { apiKey: string; secret: string; passphrase?: string | undefined },
): Record<string, string> {
  const { apiKey, secret, passphrase } = credentials
  return passphrase === undefined ? { apiKey, secret } : { apiKey, secret, passphrase }
}
