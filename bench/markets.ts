// What market lists of real size and very many connections cost: `node bench/markets.ts`, with `--connections` in all
// (10,000), `--json` for programs. Printed: how long an order waits for its market's list after a start, what the two
// processes hold with all lists, and with all connections in use; and how long a start with them takes.
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startSimulator } from '#simulator'
import { inParallel, memoryOf, startOurs, type Ours } from './contestants.ts'
import { allPairs, control, makeKeys, type Pair } from './fixtures.ts'

const { values: options } = parseArgs({ options: { connections: { type: 'string', default: '10000' }, json: { type: 'boolean', default: false } } })
const wanted = Number(options.connections)
const say = (text: string): void => { if (!options.json) process.stdout.write(`${text}\n`) }

/** Symbols by exchange, spot and futures, about as many as the exchanges list today, those that no longer trade included. */
const SIZES: Readonly<Record<string, readonly [spot: number, futures: number]>> = {
  alpaca: [12_000, 0], binance: [3400, 700], bingx: [1500, 700], bitget: [1000, 650], bitvavo: [450, 0], bybit: [700, 700], coinbase: [900, 0], gate: [2900, 750],
  htx: [1500, 250], hyperliquid: [300, 250], kraken: [1400, 350], kucoin: [1300, 550], mexc: [3000, 900], okx: [900, 350],
}
/** Connections at most where an exchange counts every key's test against one small limit of the address. */
const FEW = 20
const SCARCE: readonly string[] = ['hyperliquid', 'bitvavo', 'alpaca']
const LIMIT_MS = 300_000

interface Place { readonly pair: Pair; readonly url: string; hook: string; orders: number }

const pairs = await allPairs()
const simulator = await startSimulator({ exchanges: Object.keys(SIZES) })
const places: Place[] = pairs.map((pair) => ({ pair, url: simulator.urls[pair.exchange] ?? '', hook: '', orders: 0 }))
const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const began = performance.now()
  await work()
  return performance.now() - began
}
const mib = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(0)} MiB`
const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`

for (const { pair: { exchange, market }, url } of places) {
  await control(url, 'POST', '/markets', { market, generate: SIZES[exchange]?.[market === 'spot' ? 0 : 1] ?? 1000 })
}
const ours = await startOurs(simulator.urls)
try {
  const results: Record<string, unknown> = { symbols: Object.values(SIZES).flat().reduce((sum, count) => sum + count, 0), empty: await memory(ours) }
  for (const place of places) await add(place, 1)
  results['lists'] = await memory(ours)
  say(`${places.length} exchanges and markets, ${String(results['symbols'])} symbols`)
  tell('memory without a list', results['empty'] as Memory)
  tell('memory with all lists', results['lists'] as Memory)

  results['startMs'] = await ours.restart()
  const firsts = await firstOrders()
  results['firstOrders'] = firsts
  say(`start to ready: ${seconds(results['startMs'] as number)}; a signal for each right behind it: ${Object.entries(firsts).map(([name, ms]) => `${name} ${ms.toFixed(0)} ms`).join(', ')}`)

  const roomy = places.filter(({ pair }) => !SCARCE.includes(pair.exchange))
  const few = places.length - roomy.length
  const each = Math.ceil((wanted - few * FEW) / roomy.length)
  const took = await timed(() => inParallel(places, 1, (place) => add(place, SCARCE.includes(place.pair.exchange) ? FEW : each)))
  const count = roomy.length * each + few * FEW
  say(`${count} connections, each with a bot, made in ${seconds(took)}`)
  const orderedIn = await timed(() => signalAll())
  results['connections'] = count
  results['inUse'] = await memory(ours)
  say(`an order of each: ${seconds(orderedIn)}`)
  tell(`memory with ${count} connections in use`, results['inUse'] as Memory)
  results['startWithAllMs'] = await ours.restart()
  await wait(3000)
  results['restarted'] = await memory(ours)
  say(`start to ready with all of it: ${seconds(results['startWithAllMs'] as number)}`)
  tell('memory after that start', results['restarted'] as Memory)
  if (options.json) process.stdout.write(`${JSON.stringify(results)}\n`)
} finally {
  await ours.stop()
  await simulator.close()
}

interface Memory { readonly server: number; readonly executor: number }

/** Resident, bytes. */
async function memory(of: Ours): Promise<Memory> {
  const { server, executor } = of.processes()
  return { server: (await memoryOf(server, false)).resident, executor: (await memoryOf(executor, false)).resident }
}

function tell(what: string, { server, executor }: Memory): void {
  say(`${what}: executor ${mib(executor)}, server ${mib(server)}`)
}

/** More connections of one exchange and market, each with a bot; a webhook of their own. */
async function add(place: Place, count: number): Promise<void> {
  const { pair, url } = place
  const ids = await ours.connect(pair.exchange, pair.market, await makeKeys(pair, url, count), pair.fixture.consent)
  place.hook = await ours.addBots(`${pair.exchange} ${pair.market} ${count}`, count, ids, { symbol: pair.names.symbol, amount: '100', amountIn: 'quote', maxSize: '100000' })
  place.orders = count
}

/** One signal for every webhook at once; answers how long each exchange's first order took, ms. */
async function firstOrders(): Promise<Readonly<Record<string, number>>> {
  const entries = await Promise.all(places.map(async (place) => [`${place.pair.exchange} ${place.pair.market}`, await timed(() => signal(place, 1))] as const))
  return Object.fromEntries(entries)
}

/** A signal for every webhook, until all its bots have ordered. */
async function signalAll(): Promise<void> {
  await Promise.all(places.map((place) => signal(place, place.orders)))
}

/** Sends a signal and waits for so many more orders of that market. */
async function signal({ pair: { exchange, market, names }, url, hook }: Place, count: number): Promise<void> {
  const seen = async (): Promise<number> => (await control<{ market: string }[]>(url, 'GET', `/orders?symbol=${encodeURIComponent(names.symbol)}`)).filter((order) => order.market === market).length
  const before = await seen()
  const address = new URL(hook) // the port is another one after each start
  address.port = new URL(ours.hook(-1)).port
  const answer = await fetch(address, { method: 'POST', body: JSON.stringify({ symbol: names.symbol, side: 'buy', dilution: true, id: `${exchange} ${market} ${performance.now()}` }) })
  if (answer.status !== 202) throw new Error(`${exchange} ${market}: the hook answered ${answer.status} ${await answer.text()}`)
  const until = performance.now() + LIMIT_MS
  while (await seen() < before + count) {
    if (performance.now() > until) throw new Error(`${exchange} ${market}: fewer than ${count} orders arrived within ${LIMIT_MS / 1000} s`)
    await wait(count > 1 ? 250 : 10)
  }
}
