// Measures Towerflow against two rivals in the same run: `floor`, the least program that could do the job durably, and
// `naive`, what people write. Prints ratios; `--json` for programs; `--quick` for a look.
import { parseArgs } from 'node:util'
import { startSimulator } from '#simulator'
import { startOurs, startRival, type Account } from './contestants.ts'
import { perExchange } from './exchanges.ts'
import { allPairs } from './fixtures.ts'
import { burst, fanOut, oneAtATime, type Sim } from './scenarios.ts'

const { values: options } = parseArgs({
  options: { json: { type: 'boolean', default: false }, quick: { type: 'boolean', default: false }, only: { type: 'string' }, database: { type: 'string' } },
})
const scale = options.quick ? { runs: 3, signals: 50, bots: 200, connections: 20, many: 1000, manyConnections: 100 } : { runs: 10, signals: 200, bots: 1000, connections: 100, many: 10_000, manyConnections: 1000 }
const say = (text: string): void => { if (!options.json) process.stdout.write(`${text}\n`) }
const wants = (name: string): boolean => options.only === undefined || options.only === name

const simulator = await startSimulator({ exchanges: ['binance'], port: 0 })
const exchange = simulator.urls['binance'] ?? ''
const sim: Sim = { url: exchange }
const results: Record<string, unknown> = {}

async function makeAccounts(count: number, prefix: string): Promise<Account[]> {
  const accounts = Array.from({ length: count }, (_, index) => ({
    apiKey: `${prefix}${index}`.padEnd(64, 'k'), secret: `${prefix}${index}`.padEnd(64, 's'),
  }))
  for (const account of accounts) {
    const answer = await fetch(`${exchange}/__sim/accounts`, {
      method: 'POST', body: JSON.stringify({ ...account, permissions: ['read', 'spot'], balances: { USDT: '1000000000' } }),
    })
    if (!answer.ok) throw new Error(`the simulator refused an account: ${await answer.text()}`)
  }
  return accounts
}

/** On an installation and simulators of their own; Binance first, as the others are told against it. */
async function costOfExchanges(): Promise<unknown> {
  const pairs = (await allPairs()).toSorted((a, b) => Number(b.exchange === 'binance') - Number(a.exchange === 'binance'))
  const all = await startSimulator({ exchanges: [...new Set(pairs.map((pair) => pair.exchange))], port: 0 })
  const ours = await startOurs(all.urls, options.database)
  try {
    return await perExchange(ours, all.urls, pairs, options.quick ? { connections: 10, bots: 20, signals: 3 } : { connections: 25, bots: 200, signals: 5 }, say)
  } finally {
    await ours.stop()
    await all.close()
  }
}

try {
  if (wants('one') || wants('burst')) {
    say(`${scale.bots} bots on ${scale.connections} connections; three programs start`)
    const accounts = await makeAccounts(scale.connections, 'bench')
    const ours = await startOurs({ binance: exchange }, options.database)
    const floor = await startRival('floor', exchange, accounts)
    const naive = await startRival('naive', exchange, accounts)
    try {
      const connections = await ours.addConnections(accounts)
      const hooks: string[] = []
      for (let index = 0; index < scale.bots; index += 1) hooks.push(await ours.addBots(`bench ${index}`, 1, [connections[index % connections.length] ?? '']))
      ours.setHooks(hooks)
      if (wants('one')) results['oneAtATime'] = await oneAtATime(sim, [floor, ours, naive], scale, say)
      if (wants('burst')) results['burst'] = await burst(sim, [floor, ours, naive], scale, say)
    } finally {
      await Promise.all([ours.stop(), floor.stop(), naive.stop()])
    }
  }
  if (wants('fanout')) {
    say(`\n${scale.many} bots on ${scale.manyConnections} connections behind one webhook; this takes a while to set up`)
    const accounts = await makeAccounts(scale.manyConnections, 'many')
    const ours = await startOurs({ binance: exchange }, options.database)
    try {
      results['fanOut'] = await fanOut(sim, ours, accounts, scale, say)
    } finally {
      await ours.stop()
    }
  }
  if (wants('exchanges')) results['exchanges'] = await costOfExchanges()
  if (options.json) process.stdout.write(`${JSON.stringify(results)}\n`)
} finally {
  await simulator.close()
}
