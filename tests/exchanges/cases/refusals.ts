import { expect } from 'vitest'
import type { EnvelopeRef, OrderInstruction, SubmitOutcome } from '#contract'
import type { Bench, Case } from '../case.ts'

/** What an edge that turns people away sends: a page, nothing, or JSON that is not the exchange's own. */
const BODIES = [
  '<html>Unavailable For Legal Reasons</html>', '', { message: 'Service unavailable from a restricted location' },
] as const

const close = (bench: Bench, ref: EnvelopeRef, order: OrderInstruction): Promise<SubmitOutcome> =>
  bench.world.port.call({ verb: 'submitOrder', connection: ref, kind: 'close', order, purpose: {} })

/** The simulator's name of a key, where that is not the one it signs with. */
const nameOf = ({ fixture }: Bench, credentials: Readonly<Record<string, string>>): string =>
  String((fixture.registered?.(credentials) ?? credentials)['apiKey'])

/** An account that has something to sell. */
const rich = ({ names }: Bench): Readonly<Record<string, unknown>> =>
  ({ balances: { ...names.balances, [names.base]: '5' } })

const exitOf = (bench: Bench): OrderInstruction => bench.order({ side: 'sell', reduceOnly: bench.market === 'futures' })

export const REFUSALS: readonly Case[] = [
  {
    id: 'TC-47',
    name: 'a market that does not trade for now: entry and exit are refused for certain, and told to pass',
    run: async (bench) => {
      const { ref } = await bench.connected(rich(bench))
      if (bench.market === 'futures') expect((await bench.submit(ref, bench.order())).kind).toBe('accepted')
      const { halt = { trading: false }, thaw = { trading: true } } = bench.fixture
      const change = (how: typeof halt): Promise<unknown> =>
        bench.sim('POST', '/markets', { market: bench.market, symbol: bench.names.symbol, ...how })
      await change(halt)
      try {
        const code = expect.stringMatching(/^(symbol_halted|market_closed)$/) as unknown
        const passes = { kind: 'rejected', code, passing: true }
        expect(await bench.submit(ref, bench.order())).toMatchObject(passes)
        expect(await close(bench, ref, exitOf(bench))).toMatchObject(passes)
      } finally {
        await change(thaw)
      }
      expect((await close(bench, ref, exitOf(bench))).kind).toBe('accepted')
    },
  },
  {
    id: 'TC-48',
    name: 'HTTP 451 and 403 from whatever stands in front: entry and exit are refused for good, and never uncertain',
    run: async (bench) => {
      const { ref } = await bench.connected(rich(bench))
      for (const status of [451, 403]) {
        for (const body of BODIES) {
          await bench.fault({ fault: 'status', status, body, times: 2 })
          const [entry, exit, what] = [bench.order(), exitOf(bench), JSON.stringify({ status, body })]
          const refused = { kind: 'rejected', code: 'account_restricted', stale: null }
          expect(await bench.submit(ref, entry), what).toMatchObject(refused)
          expect(await close(bench, ref, exit), what).toMatchObject(refused)
          expect([...await bench.seen(entry), ...await bench.seen(exit)]).toEqual([])
        }
      }
    },
  },
  {
    id: 'TC-49', name: 'HTTP 400, 404, 408, 409 and 425 with a body that is not the exchange\'s own prove nothing',
    run: async (bench) => {
      const { ref } = await bench.connected()
      for (const status of [400, 404, 408, 409, 425]) {
        await bench.fault({ fault: 'status', status, body: '<html>something</html>' })
        expect(await bench.submit(ref, bench.order()), String(status)).toMatchObject({ kind: 'unknown' })
      }
    },
  },
  {
    id: 'TC-60',
    name: 'a key that was revoked: whoever asks hears of it with every order and question; with a check by its verdict',
    run: async (bench) => {
      const { ref, credentials } = await bench.connected(rich(bench))
      const earlier = bench.order()
      expect((await bench.submit(ref, earlier)).kind).toBe('accepted')
      await bench.sim('DELETE', `/accounts/${encodeURIComponent(nameOf(bench, credentials))}`)
      const { world: { port, pushes }, names: { symbol } } = bench
      const leverage = (): Promise<unknown> =>
        port.call({ verb: 'setLeverage', connection: ref, symbol, leverage: 3, purpose: {} })
      const asked: Readonly<Record<string, () => Promise<unknown>>> = {
        'an entry': () => bench.submit(ref, bench.order()),
        'an exit': () => close(bench, ref, exitOf(bench)),
        'a look-up': () => bench.lookup(ref, earlier),
        'a cancel': () => bench.cancel(ref, earlier),
        'a report': () => bench.report(ref, [symbol]),
        'the account': () => port.call({ verb: 'account', connection: ref, purpose: {} }),
        ...bench.market === 'spot' ? {} : { leverage },
      }
      const told = (): unknown[] => pushes.filter(({ push }) => push === 'keyRefused')
      const expected = {
        push: 'keyRefused', connectionId: ref.connectionId, code: bench.codes.unknownKey,
        detail: expect.any(String) as string,
      }
      for (const [name, ask] of Object.entries(asked)) {
        pushes.length = 0
        await ask().catch(() => undefined)
        expect(told(), name).toContainEqual(expected)
        for (const value of Object.values(credentials)) expect(JSON.stringify(told())).not.toContain(value)
      }
      pushes.length = 0
      const { consent } = bench.fixture
      expect(await port.call({ verb: 'checkConnection', connection: ref, consent })).toMatchObject({ ok: false })
      expect(told()).toEqual([])
    },
  },
]
