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
      const [one, other] = [await bench.connected({ account }), await bench.connected({ account })]
      expect(other.answer.accountId).toBe(one.answer.accountId)
      const answer = await bench.world.port.call({ verb: 'account', connection: one.ref, purpose: {} })
      expect(answer.accountId).toBe(one.answer.accountId)
      expect(answer.positionMode).toBe(bench.market === 'spot' ? null : 'one-way')
      const [quote] = Object.entries(bench.names.balances)
      expect(answer.balances[quote?.[0] ?? '']).toEqual({ free: quote?.[1], total: quote?.[1] })
      expect((await bench.connected()).answer.accountId).not.toBe(one.answer.accountId)
    },
  },
]
