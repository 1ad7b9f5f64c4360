import { setTimeout as wait } from 'node:timers/promises'
import { cpuMs, type Ours } from './contestants.ts'
import { control, makeKeys, type Pair } from './fixtures.ts'

interface Scale { readonly connections: number; readonly bots: number; readonly signals: number }
interface Measured { readonly pair: string; readonly micros: number; readonly orders: number }

const IDLE_MS = 3000
const LIMIT_MS = 180_000

/**
 * CPU of server and executor for one order at every exchange and market: a webhook's bots on some connections, signal
 * after signal. What the processes do without signals (prices, comparisons) is measured before, and taken off.
 */
export async function perExchange(ours: Ours, urls: Readonly<Record<string, string>>, pairs: readonly Pair[], scale: Scale, say: (text: string) => void): Promise<readonly Measured[]> {
  say(`\nCPU per order, server and executor: ${scale.signals} signals for ${scale.bots} bots on ${scale.connections} connections of each exchange and market`)
  const results: Measured[] = []
  if (pairs[0] !== undefined) await measure(ours, urls[pairs[0].exchange] ?? '', pairs[0], scale) // until the code is compiled; does not count
  for (const pair of pairs) {
    const one = { pair: `${pair.exchange} ${pair.market}`, ...await measure(ours, urls[pair.exchange] ?? '', pair, scale) }
    results.push(one)
    const first = results[0]?.micros ?? Number.NaN // Binance spot comes first
    say(`${one.pair.padEnd(20)} ${one.micros.toFixed(0).padStart(5)} µs  ${(one.micros / first).toFixed(2)}×  (${one.orders} orders)`)
  }
  return results
}

async function measure(ours: Ours, url: string, pair: Pair, { connections, bots, signals }: Scale): Promise<Omit<Measured, 'pair'>> {
  const { exchange, market, fixture, names } = pair
  const ids = await ours.connect(exchange, market, await makeKeys(pair, url, connections), fixture.consent)
  const hook = await ours.addBots(`${exchange} ${market}`, bots, ids, { symbol: names.symbol, amount: '100', amountIn: 'quote', maxSize: '100000' })
  const { server, executor } = ours.processes()
  const before = (await control<unknown[]>(url, 'GET', '/orders')).length
  const spent = (): number => cpuMs(server) + cpuMs(executor)
  const signal = async (name: string): Promise<void> => {
    const answer = await fetch(hook, { method: 'POST', body: JSON.stringify({ symbol: names.symbol, side: 'buy', dilution: true, id: `${exchange} ${market} ${name}` }) })
    if (answer.status !== 202) throw new Error(`${exchange} ${market}: the hook answered ${answer.status} ${await answer.text()}`)
  }
  await signal('warm-up')
  await arrived(url, before + bots)
  await wait(IDLE_MS)
  const idleFrom = { at: performance.now(), cpu: spent() }
  await wait(IDLE_MS)
  const began = { at: performance.now(), cpu: spent() }
  const idle = (began.cpu - idleFrom.cpu) / (began.at - idleFrom.at)
  for (let index = 0; index < signals; index += 1) {
    await signal(String(index))
    await arrived(url, before + bots * (index + 2))
  }
  await wait(IDLE_MS) // the audit's copy is written in the background, and counts
  const work = spent() - began.cpu - idle * (performance.now() - began.at)
  return { micros: work * 1000 / (bots * signals), orders: bots * signals }
}

/** Waits for so many orders at the exchange. */
async function arrived(url: string, count: number): Promise<void> {
  const until = performance.now() + LIMIT_MS
  for (;;) {
    const { length } = await control<unknown[]>(url, 'GET', `/orders?from=${count - 1}`)
    if (length > 0) return
    if (performance.now() > until) throw new Error(`fewer than ${count} orders arrived within ${LIMIT_MS / 1000} s`)
    await wait(50)
  }
}
