// How long after the call of `POST /freeze` the exchange still sees an order, under a flood: `node bench/freeze.ts`, with
// `--rate` orders a second (1,000), `--seconds` of flood before and after (5), `--runs` (3), `--json` for programs.
import { performance } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startSimulator } from '#simulator'
import { startOurs, type Account } from './contestants.ts'

const { values: options } = parseArgs({ options: {
  rate: { type: 'string', default: '1000' }, seconds: { type: 'string', default: '5' }, runs: { type: 'string', default: '3' }, json: { type: 'boolean', default: false },
} })
const [rate, seconds, runs] = [Number(options.rate), Number(options.seconds), Number(options.runs)]
/** A signal is for so many bots, so that the load itself leaves the machine to those who are measured. */
const BOTS_EACH = 50
/** How often each bot is asked: rarely enough that its lane is free again. */
const BOT_PAUSE_S = 2

const now = (): number => performance.timeOrigin + performance.now()
const simulator = await startSimulator({ exchanges: ['binance'], port: 0 })
const exchange = simulator.urls['binance'] ?? ''
const accounts: Account[] = Array.from({ length: 50 }, (_, index) => ({ apiKey: `freeze${index}`.padEnd(64, 'k'), secret: `freeze${index}`.padEnd(64, 's') }))
for (const account of accounts) {
  await fetch(`${exchange}/__sim/accounts`, { method: 'POST', body: JSON.stringify({ ...account, permissions: ['read', 'spot'], balances: { USDT: '1000000000' } }) })
}
const arrivals = async (): Promise<number[]> => ((await (await fetch(`${exchange}/__sim/orders`)).json()) as { receivedAt: number }[]).map((order) => order.receivedAt)

interface Run { readonly perSecond: number; readonly acknowledgedMs: number; readonly lastMs: number; readonly afterCall: number; readonly afterAcknowledgement: number }

const ours = await startOurs({ binance: exchange })
try {
  const connections = await ours.addConnections(accounts)
  const hooks: string[] = []
  for (let index = 0; index < rate * BOT_PAUSE_S / BOTS_EACH; index += 1) hooks.push(await ours.addBots(`freeze ${index}`, BOTS_EACH, connections))
  const results: Run[] = []
  for (let run = 0; run < runs; run += 1) results.push(await measure(hooks))
  if (options.json) process.stdout.write(`${JSON.stringify(results)}\n`)
  else for (const { perSecond, acknowledgedMs, lastMs, afterCall, afterAcknowledgement } of results) {
    process.stdout.write(`${perSecond.toFixed(0)} orders a second; freeze acknowledged after ${acknowledgedMs.toFixed(1)} ms; last order seen ${
      lastMs.toFixed(1)} ms after the call (${afterCall} after the call, ${afterAcknowledgement} after the acknowledgement)\n`)
  }
} finally {
  await ours.stop()
  await simulator.close()
}

/** Floods, freezes in the middle of it, floods on, and looks at what the exchange saw. */
async function measure(hooks: readonly string[]): Promise<Run> {
  const before = (await arrivals()).length
  const flooding = new AbortController()
  const flood = sendSignals(hooks, flooding.signal)
  await wait(seconds * 1000)
  const calledAt = now()
  await ours.call('POST', '/freeze', { scope: 'all', mode: 'all', reason: 'bench' })
  const acknowledgedAt = now()
  await wait(seconds * 1000)
  flooding.abort()
  await flood
  const seen = (await arrivals()).slice(before)
  await ours.call('POST', '/thaw', { scope: 'all' })
  return {
    perSecond: seen.filter((at) => at < calledAt && at >= calledAt - 1000).length,
    acknowledgedMs: acknowledgedAt - calledAt,
    lastMs: Math.max(0, ...seen) - calledAt,
    afterCall: seen.filter((at) => at > calledAt).length,
    afterAcknowledgement: seen.filter((at) => at > acknowledgedAt).length,
  }
}

/** As many signals as give the rate, at their times, whether the one before was answered or not. */
async function sendSignals(hooks: readonly string[], signal: AbortSignal): Promise<void> {
  const began = now()
  const sent: Promise<unknown>[] = []
  for (let count = 0; !signal.aborted; count += 1) {
    await wait(Math.max(0, began + count * 1000 * BOTS_EACH / rate - now()))
    const body = JSON.stringify({ symbol: 'BTCUSDT', side: 'BUY', size: '20', dilution: true, id: `freeze-${began}-${count}` })
    sent.push(fetch(hooks[count % hooks.length] ?? '', { method: 'POST', body }).then((answer) => answer.text()))
  }
  await Promise.allSettled(sent)
}
