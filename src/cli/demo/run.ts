import { openSync, closeSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { iso, sleep, systemClock } from '#clock'
import { readSettings, type Settings } from '#config'
import type { api as contract } from '#contract'
import { startSimulator, type Simulator } from '#simulator'
import { runSupervisor, type Running } from '#supervisor'
import { openApi } from '../api.ts'
import { PROGRAM } from '../called.ts'
import { connect } from '../commands/connect.ts'
import { timelineTable } from '../commands/signals.ts'
import { Failure } from '../failure.ts'
import { untilStopped } from '../stop.ts'
import { milliseconds, sheet } from '../table.ts'
import { style, type Terminal } from '../terminal.ts'
import { control, sendAlert, untilOver, type SeenOrder } from './steps.ts'

/** As one writes it into a TradingView alert; TradingView puts in the time. */
const ALERT = '{"symbol": "BINANCE:BTCUSDT", "side": "buy", "time": "{{timenow}}", "id": "demo"}'
const PRICE = '50000'
const AMOUNT = '25'
const DEADLINE_MS = 15_000

interface Step { readonly step: string; readonly ms: number; readonly detail: string }

/** What the demo found out; `--json` prints it. */
interface Outcome {
  readonly url: string
  readonly token: string
  readonly simulator: string
  readonly webhook: string
  /** Sets a password, and lets a browser in. */
  readonly page: string
  readonly steps: readonly Step[]
  readonly signal: contract.SignalAnswer
  /** As the exchange saw it. */
  readonly order: SeenOrder
  /** From the alert's first byte sent to the order's arrival at the exchange. */
  readonly alertToOrderMs: number
}

/** Runs the demo; answers when it is over (`once`), or when the process is asked to stop. Leaves nothing behind. */
export async function runDemo(terminal: Terminal, { once }: { once: boolean }): Promise<void> {
  const stopped = untilStopped()
  const folder = mkdtempSync(path.join(tmpdir(), 'towerflow-demo-'))
  const log = openSync(path.join(folder, 'demo.log'), 'a', 0o600)
  let simulator: Simulator | null = null
  let running: Running | null = null
  try {
    const steps = new Steps(terminal)
    simulator = await steps.take('simulator', () => startSimulator({ exchanges: ['binance'] }), (one) =>
      `a Binance that checks signatures, at ${one.urls['binance'] ?? ''}`)
    const settings = settingsOf(folder, simulator)
    running = await steps.take('start', () => runSupervisor(settings, { note: () => undefined, stopped, output: log }),
      (one) => `server and executor, at ${one?.url ?? ''}`)
    if (running === null) return
    const failed = running.failed.then((error) => { throw error })
    const outcome = await Promise.race([walk(steps, running, simulator.urls['binance'] ?? ''), failed,
      stopped.then(() => null)])
    if (outcome === null) return
    show(terminal, outcome, folder, once)
    if (!once) await Promise.race([stopped, failed])
  } catch (error) {
    const lines = readFileSync(path.join(folder, 'demo.log'), 'utf8').trimEnd().split('\n').slice(-15).join('\n')
    throw new Failure(error instanceof Error ? error.message : String(error),
      lines === '' ? {} : { next: `The end of the log:\n${lines}` })
  } finally {
    await running?.stop()
    await simulator?.close()
    closeSync(log)
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Defaults, not the environment: a demo must not reach anybody's data, database or exchange. */
function settingsOf(folder: string, simulator: Simulator): Settings {
  return readSettings({
    TOWERFLOW_DATA_DIR: path.join(folder, 'data'), TOWERFLOW_PORT: '0', TOWERFLOW_LOG_LEVEL: 'info',
    TOWERFLOW_EXCHANGE_URLS: JSON.stringify(simulator.urls), TOWERFLOW_PRACTICE: 'true',
  })
}

/** From nothing to an order, step by step. */
async function walk(steps: Steps, running: Running, exchangeUrl: string): Promise<Outcome> {
  const anonymous = openApi({ url: running.url, token: null })
  const { token, id } = await steps.take('user', () =>
    anonymous.send<{ token: string; id: string }>('POST', '/setup', { body: { token: running.setupToken, name: 'demo' } }), () =>
      'the first user, with the setup token')
  const api = openApi({ url: running.url, token })
  // Made up here and now: a key that was ever written down somewhere is no example.
  const key = { apiKey: newSecret(), secret: newSecret() }
  await steps.take('account', async () => {
    await control(exchangeUrl, 'POST', '/accounts',
      { ...key, permissions: ['read', 'spot'], balances: { USDT: '10000' } })
    await control(exchangeUrl, 'PUT', '/prices/BTCUSDT', { price: PRICE })
  }, () => `at the exchange: 10000 USDT, a key that may read and trade, BTCUSDT at ${PRICE}`)
  const connection = await steps.take('connect', () =>
    connect(api, { exchange: 'binance', market: 'spot', name: null, consent: false }, key),
    (one) => `"${one.name}", sealed to the executor; ${tally(one.checks)}`)
  const webhook = await steps.take('webhook', () =>
    api.send<contract.WebhookAnswer>('POST', '/webhooks', { body: { name: 'Demo' } }), (one) => one.url ?? '')
  const bot = await steps.take('bot', () => api.send<contract.BotAnswer>('POST', '/bots', {
    body: { webhookId: webhook.id, connectionId: connection.id, symbol: 'BTCUSDT', amount: AMOUNT, amountIn: 'quote' },
  }), (one) => `"${one.name}" opens with ${one.amount} ${one.quote}`)
  const alert = ALERT.replace('{{timenow}}', iso(systemClock.now()).replace(/\.\d+Z$/, 'Z'))
  const sentAt = systemClock.now()
  const accepted = await steps.take('alert', () => sendAlert(webhook.url ?? '', alert), (one) =>
    `${alert}\nanswered 202, signal ${one.signalId}`)
  const signal = await steps.take('order', () =>
    untilOver(api, accepted.signalId, DEADLINE_MS, (ms) => sleepAwake(ms), () => systemClock.now()),
    (one) => one.decisions.map((decision) => `${decision.outcome}: ${decision.reason}`).join('\n'))
  const order = await seenOrder(exchangeUrl, signal, bot.name)
  const { url: page } = await api.send<{ url: string }>('POST', `/users/${id}/invitation`, { body: {} })
  return {
    url: running.url, token, simulator: exchangeUrl, webhook: webhook.url ?? '', page, steps: steps.taken, signal, order,
      alertToOrderMs: order.receivedAt - sentAt,
  }
}

async function seenOrder(exchangeUrl: string, signal: contract.SignalAnswer, bot: string): Promise<SeenOrder> {
  const seen = await control<SeenOrder[]>(exchangeUrl, 'GET', '/orders')
  const [only] = seen
  if (only === undefined || seen.length !== 1) {
    const why = signal.decisions.map((decision) => `${decision.code}: ${decision.reason}`).join('; ')
    throw new Error(`The exchange saw ${seen.length} orders of "${bot}" instead of one (${why || 'no decision'})`)
  }
  if (only.state.toLowerCase() !== 'filled') throw new Error(`The exchange's order is ${only.state}, not filled`)
  return only
}

function tally(checks: contract.ConnectionAnswer['checks']): string {
  const unverifiable = checks.filter((check) => check.result === 'unverifiable').map((check) => check.name)
  return `${checks.filter((check) => check.result === 'pass')
    .length} checks passed${unverifiable.length === 0 ? '' : `, the exchange cannot tell: ${unverifiable.join(', ')}`}`
}

const newSecret = (): string => Buffer.from(systemClock.randomBytes(48)).toString('base64url')

// The clock's own timers do not keep a process alive; the server's connections do not either between two requests.
async function sleepAwake(ms: number): Promise<void> {
  const awake = setInterval(() => undefined, 1000)
  try {
    await sleep(systemClock, ms)
  } finally {
    clearInterval(awake)
  }
}

/** Prints each step as it ends, with its milliseconds, and keeps them. */
class Steps {
  readonly taken: Step[] = []
  readonly #terminal: Terminal
  constructor(terminal: Terminal) {
    this.#terminal = terminal
  }

  async take<T>(step: string, run: () => Promise<T>, describe: (result: T) => string): Promise<T> {
    const began = systemClock.now()
    const result = await run()
    const taken = { step, ms: Math.round((systemClock.now() - began) * 1000) / 1000, detail: describe(result) }
    this.taken.push(taken)
    if (!this.#terminal.json) {
      const [first = '', ...rest] = taken.detail.split('\n')
      this.#terminal.line(`${style('green', 'ok')} ${step.padEnd(10)} ${milliseconds(taken.ms)
        .padStart(8)}  ${first}${rest.map((line) => `\n${' '.repeat(24)}${line}`).join('')}`)
    }
    return result
  }
}

function show(terminal: Terminal, outcome: Outcome, folder: string, once: boolean): void {
  const { order } = outcome
  terminal.answer(outcome, () => [
    '', style('bold', 'The order, as the exchange saw it'),
    sheet([
      ['order', `${order.side} ${order.symbol} ${order.type}, ${order.quantity === null
        ? `for ${order.quoteQuantity ?? '?'} USDT` : `${order.quantity} BTC`}`],
      ['state', `${order.state}, ${order.filled} BTC filled`], ['client order id', order.clientOrderId],
        ['exchange order id', order.exchangeOrderId],
      ['after the alert', milliseconds(outcome.alertToOrderMs)],
    ]),
    '', style('bold', 'What happened to the signal'), timelineTable(outcome.signal.timeline),
    ...(once ? [] : ['', stayUp(outcome, folder)]),
  ].join('\n'))
}

const stayUp = (outcome: Outcome, folder: string): string => [
  style('bold', 'It stays up until you stop it (Ctrl-C). Look at it in a browser; this link, which works once, sets a password:'),
  `  ${style('cyan', outcome.page)}`,
  style('bold', 'Or here:'),
  `  export TOWERFLOW_URL=${outcome.url}`,
  `  export TOWERFLOW_TOKEN=${outcome.token}`,
  `  ${PROGRAM} signals show latest`,
  `  ${PROGRAM} positions list`,
  `  ${PROGRAM} signal send --webhook Demo --symbol BTCUSDT --side SELL`,
  `  curl -d '{"symbol":"BTCUSDT","side":"SELL"}' ${outcome.webhook}`,
  `  curl ${outcome.simulator}/__sim/orders`,
  style('dim', `API: ${outcome.url}/api/docs   log: ${path.join(folder, 'demo.log')}`),
].join('\n')
