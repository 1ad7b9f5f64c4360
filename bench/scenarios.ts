import { fork } from 'node:child_process'
import { performance } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import { Pool } from 'undici'
import { cpuMs, memoryOf, type Account, type Contestant, type Memory, type Ours } from './contestants.ts'

export interface Sim { readonly url: string }
type Say = (text: string) => void
interface SeenOrder { readonly receivedAt: number; readonly apiKey: string }

const LIMIT_MS = 120_000
const pool = new Map<string, Pool>()
let serial = 0

/** Signals one after another, each alone on the machine: time from sending the hook to the order's arrival. */
export async function oneAtATime(sim: Sim, contestants: readonly Contestant[], scale: { runs: number; signals: number }, say: Say): Promise<unknown> {
  say(`\none at a time: ${scale.runs} alternating runs of ${scale.signals} signals each`)
  const times = new Map<string, number[]>()
  let requestsPerSignal = 0
  for (let run = -1; run < scale.runs; run += 1) { // the first run warms all of them up and does not count
    for (const contestant of contestants) {
      await forgetOrders(sim)
      const before = await requests(sim)
      const sent: number[] = []
      for (let index = 0; index < scale.signals; index += 1) {
        sent.push(now())
        await hook(contestant, 0)
        await wait(12)
      }
      const orders = await ordersSeen(sim, scale.signals)
      if (run < 0) continue
      if (contestant.name === 'towerflow') requestsPerSignal = (await requests(sim) - before) / scale.signals
      const list = times.get(contestant.name) ?? []
      orders.forEach((order, index) => list.push(order.receivedAt - (sent[index] ?? 0)))
      times.set(contestant.name, list)
    }
  }
  const result = Object.fromEntries([...times].map(([name, list]) => [name, { p50: quantile(list, 0.5), p99: quantile(list, 0.99) }]))
  table(say, ['', 'p50 ms', 'p99 ms', 'p50 / floor', 'p99 / floor'], Object.entries(result).map(([name, { p50, p99 }]) => [
    name, p50.toFixed(2), p99.toFixed(2), ratio(p50, result['floor']?.p50), ratio(p99, result['floor']?.p99),
  ]))
  say(`requests to the exchange per signal (background feeds apart): ${requestsPerSignal.toFixed(3)}`)
  return { ...result, requestsPerSignal }
}

/** All signals at once, one for each bot: when the last order arrived. */
export async function burst(sim: Sim, contestants: readonly Contestant[], scale: { bots: number; connections: number }, say: Say): Promise<unknown> {
  say(`\nburst of ${scale.bots} signals for ${scale.bots} bots on ${scale.connections} connections, 5 alternating runs`)
  const lasts = new Map<string, number[]>()
  for (let run = -1; run < 5; run += 1) {
    for (const contestant of contestants) {
      await forgetOrders(sim)
      const began = now()
      await Promise.all(Array.from({ length: scale.bots }, (_, index) => hook(contestant, index, index % scale.connections)))
      const orders = await ordersSeen(sim, scale.bots)
      if (run >= 0) lasts.set(contestant.name, [...lasts.get(contestant.name) ?? [], Math.max(...orders.map((order) => order.receivedAt)) - began])
      await wait(300)
    }
  }
  const result = Object.fromEntries([...lasts].map(([name, list]) => [name, { last: quantile(list, 0.5) }]))
  table(say, ['', 'last order ms', '/ floor'], Object.entries(result).map(([name, { last }]) => [name, last.toFixed(0), ratio(last, result['floor']?.last)]))
  return result
}

/**
 * One signal for very many bots: right after a start, when Node has yet to compile what it runs, and after two such
 * fan-outs, which is how an installation runs that has been up for a while.
 */
export async function fanOut(sim: Sim, ours: Ours, accounts: readonly Account[], scale: { many: number; manyConnections: number }, say: Say): Promise<unknown> {
  // Both times just started, so that the difference is what connections take and not what a process has grown by.
  const idle = await atRest(ours)
  const connections = await ours.addConnections(accounts)
  const connected = await atRest(ours)
  await ours.restart() // without the inspector that the measurement opened
  const url = await ours.addBots('many', scale.many, connections.slice(1))
  const other = await ours.addBots('other', 1, connections.slice(0, 1), { symbol: 'BTCUSDT', amount: '20', amountIn: 'quote', maxSize: '1000000' }) // asked again and again
  ours.setHooks([url, other])
  await hook(ours, 1)
  await ordersSeen(sim, 1)
  const justStarted = await oneFanOut(sim, ours, other, accounts, scale.many)
  await oneFanOut(sim, ours, other, accounts, scale.many)
  const running = await oneFanOut(sim, ours, other, accounts, scale.many)
  const memory = {
    heldPerConnection: ((connected.server.held ?? 0) - (idle.server.held ?? 0)) / scale.manyConnections,
    residentPerConnection: (connected.server.resident + connected.executor.resident - idle.server.resident - idle.executor.resident) / scale.manyConnections,
  }
  const kib = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KiB`
  const row = (name: string, show: (one: typeof running) => string): readonly string[] => [name, show(justStarted), show(running)]
  table(say, ['one webhook, many bots', 'just started', 'running'], [
    row('first order, ms', (one) => one.firstMs.toFixed(1)), row('last order, ms', (one) => one.lastMs.toFixed(0)),
    row('CPU per order, µs', (one) => (one.serverMicrosPerOrder + one.executorMicrosPerOrder).toFixed(0)),
    row('  of it server, executor', (one) => `${one.serverMicrosPerOrder.toFixed(0)} + ${one.executorMicrosPerOrder.toFixed(0)}`),
    row('another webhook answers meanwhile, p50 ms', (one) => one.otherHooksP50Ms.toFixed(1)),
    row('the same, p99 ms', (one) => one.otherHooksP99Ms.toFixed(1)), row('the same, worst ms', (one) => one.otherHooksWorstMs.toFixed(1)),
  ])
  say(`memory per connection: ${kib(memory.heldPerConnection)} heap and buffers after a collection, ${kib(memory.residentPerConnection)} resident in both processes`)
  return { justStarted, running, ...memory }
}

async function oneFanOut(sim: Sim, ours: Ours, other: string, accounts: readonly Account[], many: number) {
  await forgetOrders(sim)
  const { server, executor } = ours.processes()
  const before = { server: cpuMs(server), executor: cpuMs(executor) }
  const stopAsking = await askMeanwhile(other)
  const began = now()
  await hook(ours, 0)
  await orderRequestsSeen(sim, many + 20)
  const answers = await stopAsking()
  const all = await ordersSeen(sim, many + answers.length)
  const orders = all.filter((order) => order.apiKey !== accounts[0]?.apiKey)
  await wait(3000) // the audit's copy is written in the background, and counts
  return {
    firstMs: Math.min(...orders.map((order) => order.receivedAt)) - began,
    lastMs: Math.max(...orders.map((order) => order.receivedAt)) - began,
    serverMicrosPerOrder: (cpuMs(server) - before.server) * 1000 / all.length,
    executorMicrosPerOrder: (cpuMs(executor) - before.executor) * 1000 / all.length,
    otherHooksP50Ms: quantile(answers, 0.5), otherHooksP99Ms: quantile(answers, 0.99), otherHooksWorstMs: Math.max(...answers),
  }
}

/** Memory of a restarted installation that has nothing to do; of the executor only what is resident: nobody can look inside. */
async function atRest(ours: Ours): Promise<{ server: Memory; executor: Memory }> {
  await ours.restart()
  await wait(1500)
  const { server, executor } = ours.processes()
  return { server: await memoryOf(server, true), executor: await memoryOf(executor, false) }
}

const now = (): number => performance.timeOrigin + performance.now()

async function hook(contestant: Contestant, bot: number, account = 0): Promise<void> {
  const url = new URL(contestant.hook(bot))
  const client = pool.get(url.origin) ?? new Pool(url.origin, { connections: 128 })
  pool.set(url.origin, client)
  serial += 1
  const body = JSON.stringify({ symbol: 'BTCUSDT', side: 'BUY', size: '20', dilution: true, id: `bench-${serial}`, debug: { account } })
  const answer = await client.request({ method: 'POST', path: url.pathname, body, headers: { 'content-type': 'application/json' } })
  const text = await answer.body.text()
  if (answer.statusCode !== 202) throw new Error(`${contestant.name} answered ${answer.statusCode} ${text}`)
}

/** Asks another hook from a process of its own until it is told to stop; then answers how long each answer took, ms. */
async function askMeanwhile(url: string): Promise<() => Promise<readonly number[]>> {
  const child = fork(new URL('asker.ts', import.meta.url), [url], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  await new Promise((resolve) => { child.once('message', resolve) })
  return () => new Promise((resolve, reject) => {
    child.once('message', (answers) => resolve(answers as number[]))
    child.once('exit', (code) => reject(new Error(`the asker ended with ${code}`)))
    child.send('stop')
  })
}

async function orderRequestsSeen(sim: Sim, count: number): Promise<void> {
  const until = now() + LIMIT_MS
  while (await orderRequests(sim) < count) {
    if (now() > until) throw new Error(`fewer than ${count} orders arrived within ${LIMIT_MS / 1000} s`)
    await wait(25)
  }
}

async function ordersSeen(sim: Sim, count: number): Promise<SeenOrder[]> {
  await orderRequestsSeen(sim, count)
  for (;;) { // counted when it came, listed when it was taken
    const orders = (await allOrders(sim)).slice(ordersBefore)
    if (orders.length >= count) return orders
    await wait(25)
  }
}

const counts = async (sim: Sim): Promise<Record<string, number>> => (await fetch(`${sim.url}/__sim/requests`)).json() as Promise<Record<string, number>>
const allOrders = async (sim: Sim): Promise<SeenOrder[]> => (await fetch(`${sim.url}/__sim/orders`)).json() as Promise<SeenOrder[]>
const orderRequests = async (sim: Sim): Promise<number> => (await counts(sim))['POST /api/v3/order'] ?? 0
/**
 * What is asked because of signals. Apart from it: public feeds, tests of keys, and comparisons of the books, which ask for
 * open orders, all orders and balances, once each where a connection trades one symbol; so none may be half-way.
 */
async function requests(sim: Sim): Promise<number> {
  let all: [string, number][] = []
  for (let before = '', tries = 0; tries < 50; tries += 1) {
    all = Object.entries(await counts(sim)).filter(([path]) => !path.includes('__sim'))
    if (JSON.stringify(all) === before) break
    before = JSON.stringify(all)
    await wait(150)
  }
  const sum = (wanted: (path: string) => boolean): number => all.filter(([path]) => wanted(path)).reduce((total, [, count]) => total + count, 0)
  return sum((path) => !/ticker|exchangeInfo|time|ping|openOrders|allOrders|apiRestrictions/.test(path)) - sum((path) => path.includes('openOrders'))
}

let ordersBefore = 0

/** Counts orders and requests from here on. */
async function forgetOrders(sim: Sim): Promise<void> {
  ordersBefore = (await allOrders(sim)).length
  await fetch(`${sim.url}/__sim/requests`, { method: 'DELETE' })
}

function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN
}

const ratio = (value: number, floor: number | undefined): string => (floor === undefined ? '–' : `${(value / floor).toFixed(2)}×`)

function table(say: Say, head: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = head.map((cell, column) => Math.max(cell.length, ...rows.map((row) => row[column]?.length ?? 0)))
  for (const row of [head, ...rows]) say(row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  '))
}
