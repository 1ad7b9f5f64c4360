import { api, type ExchangeDescription } from '#contract'
import { Problem } from '#model'
import { problems, type App } from '../http.ts'
import type { Shared } from '../server.ts'

const DEADLINE_MS = 10_000
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
/** What a beginner has at the exchange. Asset names that an exchange does not know do no harm. */
const BALANCES = { EUR: '100000', USDT: '100000', USDC: '100000', USD: '100000' }

/** Kinds of keys that are letters: key pairs and wallets are made by their owners, at exchanges of practice too. */
const MADE_UP: readonly string[] = ['HMAC', 'secret in a header']

/** Where a simulated exchange is reached: all its markets keep one list of accounts. */
const addressIn = (practice: Readonly<Record<string, string>>, id: string): string | undefined => (
  practice[id] ?? practice[`${id}:futures`])

/** Whether a key can be made up for an exchange here. */
export const givesPracticeKeys = ({ practice = {} }: Pick<Shared, 'practice'>, exchange: ExchangeDescription): boolean => (
  addressIn(practice, exchange.id) !== undefined && exchange.keyKinds.some((kind) => MADE_UP.includes(kind)))

/** Keys to practise with, where the exchanges are simulators. Of a real exchange no key is ever made or shown here. */
export function practiceRoutes(app: App, shared: Shared): void {
  const { clock, executor, practice = {} } = shared
  const letters = (count: number): string => Array.from(clock.randomBytes(count), (byte) => LETTERS[byte % LETTERS.length]).join('')

  app.post('/exchanges/:exchange/practice-key', {
    config: { access: 'trade' },
    schema: {
      summary: 'A key of a simulated exchange, with simulated money', params: api.exchangeInPath, body: api.emptyBody, response: { 201: api.practiceKey, ...problems },
    },
  }, async (request, reply) => {
    const id = request.params.exchange
    const url = addressIn(practice, id)
    const exchange = (await executor.call({ verb: 'describe' })).exchanges.find((one) => one.id === id)
    if (url === undefined || exchange === undefined || !givesPracticeKeys(shared, exchange)) throw new Problem('unknown_exchange', `No key can be made up for "${id}" here: make one at the exchange itself.`)
    const credentials = {
      apiKey: `AK${letters(62)}`, secret: letters(48), ...(exchange.credentials.some(({ name }) => name === 'passphrase') ? { passphrase: letters(12) } : {}),
    }
    await makeAccount(url, { ...credentials, permissions: ['read', ...exchange.markets], balances: BALANCES })
    return reply.code(201).send({ credentials })
  })
}

async function makeAccount(url: string, account: object): Promise<void> {
  const response = await fetch(`${url}/__sim/accounts`, {
    method: 'POST', redirect: 'error', signal: AbortSignal.timeout(DEADLINE_MS), headers: { 'content-type': 'application/json' }, body: JSON.stringify(account),
  }).catch((error: unknown) => { throw new Problem('exchange_unreachable', `The simulated exchange does not answer: ${error instanceof Error ? error.name : 'no reason'}.`) })
  if (!response.ok) throw new Problem('exchange_unreachable', `The simulated exchange answered ${response.status}.`)
}
