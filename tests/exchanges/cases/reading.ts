import { expect } from 'vitest'
import { decimal, isDecimal } from '#model'
import type { Bench, Case } from '../case.ts'

/** Exchanges that want a key even for public data borrow one. */
async function lent(bench: Bench): Promise<{ connection?: Awaited<ReturnType<Bench['connected']>>['ref'] }> {
  return bench.module.description.publicDataNeedsKey ? { connection: (await bench.connected()).ref } : {}
}

export const READING: readonly Case[] = [
  {
    id: 'TC-20', name: 'every symbol of the list has rules that can be reckoned with',
    run: async (bench) => {
      const { exchange } = bench.fixture
      const { markets } = await bench.world.port.call({ verb: 'markets', exchange, market: bench.market, ...await lent(bench) })
      expect(markets.length).toBeGreaterThan(2)
      for (const rules of markets) {
        expect(rules).toMatchObject({ exchange, market: bench.market })
        for (const name of ['quantityStep', 'minQuantity', 'maxQuantity', 'minNotional', 'priceTick', 'contractSize', 'quoteStep'] as const) {
          const value = rules[name]
          if (value !== null) expect(isDecimal(value) && decimal(value).greaterThan(0), `${rules.symbol} ${name} ${value}`).toBe(true)
        }
      }
      expect(markets.find(({ symbol }) => symbol === bench.names.symbol)).toMatchObject({ base: bench.names.base, quote: bench.names.quote, trading: true })
      expect(new Set(markets.map(({ symbol }) => symbol)).size).toBe(markets.length)
    },
  },
  {
    id: 'TC-21', name: 'prices, of one symbol and of several; a symbol that is not there is said so',
    run: async (bench) => {
      const { exchange } = bench.fixture
      const connection = await lent(bench)
      await bench.sim('PUT', `/prices/${encodeURIComponent(bench.names.symbol)}`, { price: '48123.5', market: bench.market })
      expect(await bench.world.port.call({ verb: 'price', exchange, market: bench.market, symbol: bench.names.symbol, ...connection })).toMatchObject({ price: '48123.5' })
      await bench.sim('PUT', `/prices/${encodeURIComponent(bench.names.symbol)}`, { price: '50000', market: bench.market })
      await expect(bench.world.port.call({ verb: 'price', exchange, market: bench.market, symbol: bench.names.unknown, ...connection })).rejects.toMatchObject({ code: 'unknown_symbol' })
    },
  },
  {
    id: 'TC-22', name: 'the account: what it holds, and one id for two keys of it',
    run: async (bench) => {
      const account = `account-${crypto.randomUUID()}`
      const one = await bench.connected({ account })
      const other = await bench.connected({ account }, one.credentials)
      expect(other.answer.accountId).toBe(one.answer.accountId)
      const answer = await bench.world.port.call({ verb: 'account', connection: one.ref, purpose: {} })
      expect(answer.accountId).toBe(one.answer.accountId)
      expect(answer.positionMode).toBe(bench.market === 'spot' ? null : 'one-way')
      const [quote] = Object.entries(bench.names.balances)
      expect(answer.balances[quote?.[0] ?? '']).toEqual({ free: quote?.[1], total: quote?.[1] })
      expect((await bench.connected()).answer.accountId).not.toBe(one.answer.accountId)
    },
  },
  {
    id: 'TC-23', name: 'a report: orders with sides, sizes and what they filled, of the asked symbols alone; open ones however old; what is held',
    run: async (bench) => {
      const { ref } = await bench.connected()
      const { symbol, other, quantity, base } = bench.names
      const done = bench.order()
      expect((await bench.submit(ref, done)).kind).toBe('accepted')
      await bench.sim('POST', '/fills', { symbol, hold: true })
      const open = bench.order()
      expect((await bench.submit(ref, open)).kind).toBe('accepted')
      const whole = await bench.report(ref, [symbol, other])
      expect(whole.orders.whole, JSON.stringify(whole)).toBe(true)
      const byId = new Map(whole.orders.items.map((one) => [one.clientOrderId, one]))
      expect(byId.size).toBe(2)
      expect(byId.get(done.clientOrderId)).toMatchObject({ symbol, side: 'buy', positionSide: 'both', quantity: done.quantity, quoteQuantity: done.quoteQuantity, state: 'filled', filled: quantity, forced: null })
      expect(byId.get(open.clientOrderId)).toMatchObject({ state: 'open', filled: '0' })
      expect(Math.abs((byId.get(done.clientOrderId)?.createdAt ?? 0) - Date.now())).toBeLessThan(60_000)
      expect(whole.holdings.known && (bench.market === 'spot' ? whole.holdings.balances[base] !== undefined : whole.holdings.positions.length === 1), JSON.stringify(whole.holdings)).toBe(true)
      const later = await bench.report(ref, [symbol], Date.now() + 3_600_000)
      expect(later.orders.items.map((one) => one.clientOrderId)).toEqual([open.clientOrderId])
      expect((await bench.report(ref, [other])).orders).toMatchObject({ whole: true, items: [] })
    },
  },
  {
    id: 'TC-24', name: 'a report that cannot read a list or the account says so: a part, never nothing',
    run: async (bench) => {
      const { ref } = await bench.connected()
      const { symbol, reports, serverError } = bench.names
      await bench.sim('POST', '/faults', { method: 'GET', ...bench.about(reports.orders), fault: 'status', ...serverError })
      expect((await bench.report(ref, [symbol])).orders).toMatchObject({ whole: false, reason: expect.any(String) as unknown })
      await bench.sim('POST', '/faults', { method: 'GET', ...bench.about(reports.holdings), fault: 'status', ...serverError })
      expect(await bench.report(ref, [symbol])).toMatchObject({ orders: { whole: true }, holdings: { known: false, reason: expect.any(String) as unknown } })
      expect(await bench.report(ref, [symbol])).toMatchObject({ orders: { whole: true }, holdings: { known: true } })
    },
  },
  {
    id: 'TC-26', name: 'coins that an open order holds are in the total, and not free', market: 'spot',
    run: async (bench) => {
      const { base, symbol, balances, quantity } = bench.names
      const { ref } = await bench.connected({ balances: { ...balances, [base]: '5' } })
      await bench.sim('POST', '/fills', { symbol, hold: true })
      expect((await bench.submit(ref, bench.order({ side: 'sell' }))).kind).toBe('accepted')
      const { balances: held } = await bench.world.port.call({ verb: 'account', connection: ref, purpose: {} })
      expect(decimal(held[base]?.total ?? '0').toFixed()).toBe('5')
      expect(decimal(held[base]?.free ?? '0').toFixed()).toBe(decimal('5').minus(decimal(quantity)).toFixed())
    },
  },
]
