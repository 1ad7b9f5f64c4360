import { newId, sleep, systemClock } from '#clock'
import type { EnvelopeRef, ExchangeDescription, ExecutorPort, OrderInstruction } from '#contract'
import { decimal, Problem, raiseToStep, text, type Check, type Market, type MarketRules } from '#model'

/** One thing that was tried, and what was seen. */
export interface Step { readonly step: string; readonly ok: boolean; readonly seen: string; readonly ms: number }

/** What is to be tried. */
export interface Trial {
  readonly exchange: ExchangeDescription
  readonly market: Market
  readonly symbol: string | null
  readonly consent: boolean
  /** Null: only what needs no key. */
  readonly credentials: Readonly<Record<string, string>> | null
}

const USER = 'trial'
const READY_MS = 20_000
const ORDER_MS = 5000
/** Above the smallest order, so that a price that moves does not spoil it. */
const ROOM = '1.1'
const COMMON = ['USDT', 'USD', 'USDC']

/** Waits until the executor answers; then which exchanges it knows. */
export async function exchangesOf(port: ExecutorPort): Promise<readonly ExchangeDescription[]> {
  const end = systemClock.now() + READY_MS
  for (;;) {
    try {
      return (await port.call({ verb: 'describe' })).exchanges
    } catch (error) {
      if (!(error instanceof Problem) || systemClock.now() > end) throw error
      await sleep(systemClock, 50)
    }
  }
}

/** Tries everything that does no harm, in order; `seen` is told of each step. Nothing is ever ordered, moved or set. */
export async function tryOut(port: ExecutorPort, trial: Trial, seen: (step: Step) => void): Promise<readonly Step[]> {
  const steps: Step[] = []
  const step = async <T>(name: string, run: () => Promise<readonly [ok: boolean, seen: string, value: T | null]>): Promise<T | null> => {
    const began = systemClock.now()
    const [ok, what, value] = await run().catch((error: unknown) => {
      if (!(error instanceof Problem)) throw error
      return [false, `${error.code}: ${error.message}`, null] as const
    })
    const done = { step: name, ok, seen: what, ms: Math.round(systemClock.now() - began) }
    steps.push(done)
    seen(done)
    return value
  }
  const { exchange: { id: exchange, publicDataNeedsKey }, market } = trial
  const ref = trial.credentials === null ? null : await step('key', () => connect(port, trial, trial.credentials ?? {}))
  const lent = ref === null ? {} : { connection: ref }
  if (publicDataNeedsKey && ref === null) return steps
  const rules = await step('markets', async () => {
    const { markets } = await port.call({ verb: 'markets', exchange, market, ...lent })
    const chosen = choose(markets, trial.symbol)
    return [chosen !== null, `${markets.length} symbols, ${markets.filter(({ trading }) => trading).length} of them trading`
      + (chosen === null ? `; there is no ${trial.symbol ?? 'symbol that trades'}` : `; ${describe(chosen)}`), chosen]
  })
  const price = rules === null ? null : await step('price', async () => {
    const answer = await port.call({ verb: 'price', exchange, market, symbol: rules.symbol, ...lent })
    return [true, `${answer.price} ${rules.quote}`, answer.price]
  })
  if (ref === null) return steps
  await step('account', async () => {
    const { balances, positions, positionMode, accountId } = await port.call({ verb: 'account', connection: ref, purpose: { reason: 'trial' } })
    const held = Object.entries(balances).map(([asset, { free, total }]) => `${total} ${asset}${free === total ? '' : ` (${free} free)`}`)
    return [true, [`account ${accountId}`, held.join(', ') || 'no balance', ...market === 'spot' ? [] : [`${positions.length} positions`, positionMode ?? 'mode not told']].join('; '), null]
  })
  if (rules !== null && price !== null) await step('rehearsal of an order', () => rehearse(port, ref, rules, price))
  return steps
}

async function connect(port: ExecutorPort, { exchange, market, consent }: Trial, credentials: Readonly<Record<string, string>>): Promise<readonly [boolean, string, EnvelopeRef | null]> {
  const { sealCredentials } = await import('#vault/seal')
  const { sealingKey } = await port.call({ verb: 'describe' })
  const connectionId = newId(systemClock)
  const sealed = await sealCredentials(sealingKey, { userId: USER, exchange: exchange.id, market }, credentials)
  const answer = await port.call({ verb: 'checkCredentials', userId: USER, connectionId, exchange: exchange.id, market, consent, sealed })
  const lines = answer.checks.map(shown).join('\n')
  if (!answer.ok || answer.envelope === null) return [false, `${lines}\n${answer.ok ? '' : `${answer.code}: ${answer.detail}`}`.trim(), null]
  return [true, lines, { connectionId, userId: USER, exchange: exchange.id, market, rowVersion: 1, envelope: answer.envelope }]
}

const shown = ({ name, result, detail }: Check): string => `${result === 'pass' ? '✓' : result === 'fail' ? '✗' : '?'} ${name}: ${detail}`

async function rehearse(port: ExecutorPort, connection: EnvelopeRef, rules: MarketRules, price: string): Promise<readonly [boolean, string, null]> {
  const mode = (await port.call({ verb: 'account', connection, symbol: rules.symbol, purpose: { reason: 'trial' } })).positionMode
  const order: OrderInstruction = {
    clientOrderId: `T${newId(systemClock).replaceAll('-', '').toUpperCase().replaceAll(/[0189]/g, 'A').slice(0, 11)}`, symbol: rules.symbol, side: 'buy', quantity: smallest(rules, price),
    quoteQuantity: null, reduceOnly: false, positionSide: mode === 'hedge' ? 'long' : 'both', notAfter: systemClock.now() + ORDER_MS,
  }
  const answer = await port.call({ verb: 'testOrder', connection, order, purpose: { reason: 'trial' } })
  return [!answer.done || answer.ok, `buy ${order.quantity ?? ''} ${rules.base}: ${answer.text}`, null]
}

/** The smallest order and a little more, base. */
function smallest(rules: MarketRules, price: string): string {
  const byValue = decimal(rules.minNotional ?? '0').times(decimal(ROOM)).dividedBy(decimal(price))
  const least = byValue.greaterThan(decimal(rules.minQuantity)) ? byValue : decimal(rules.minQuantity)
  return text(raiseToStep(least, decimal(rules.quantityStep)))
}

/** The one that was asked for; else one against a dollar that everybody knows. */
function choose(markets: readonly MarketRules[], symbol: string | null): MarketRules | null {
  if (symbol !== null) return markets.find((one) => one.symbol === symbol) ?? null
  const trading = markets.filter((one) => one.trading)
  return COMMON.map((quote) => trading.find((one) => one.base === 'BTC' && one.quote === quote)).find((one) => one !== undefined) ?? trading[0] ?? null
}

const describe = (rules: MarketRules): string =>
  `${rules.symbol}: step ${rules.quantityStep}, least ${rules.minQuantity} ${rules.base}${rules.minNotional === null ? '' : ` and ${rules.minNotional} ${rules.quote}`}`
  + (rules.contractSize === '1' ? '' : `, contracts of ${rules.contractSize} ${rules.base}`)
