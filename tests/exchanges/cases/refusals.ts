import { expect } from 'vitest'
import type { EnvelopeRef, OrderInstruction, SubmitOutcome } from '#contract'
import type { Bench, Case } from '../case.ts'

/** What an edge that turns people away sends: a page, nothing, or JSON that is not the exchange's own. */
const BODIES = ['<html>Unavailable For Legal Reasons</html>', '', { message: 'Service unavailable from a restricted location' }] as const

const close = (bench: Bench, ref: EnvelopeRef, order: OrderInstruction): Promise<SubmitOutcome> =>
  bench.world.port.call({ verb: 'submitOrder', connection: ref, kind: 'close', order, purpose: {} })

/** The simulator's name of a key, where that is not the one it signs with. */
const nameOf = (bench: Bench, credentials: Readonly<Record<string, string>>): string => String((bench.fixture.registered?.(credentials) ?? credentials)['apiKey'])

export const REFUSALS: readonly Case[] = [
  {
    id: 'TC-47', name: 'a market that does not trade for now: refused, definitely, an exit as well as an entry, and that the cause passes is said',
    run: async (bench) => {
      const { ref } = await bench.connected({ balances: { ...bench.names.balances, [bench.names.base]: '5' } })
      if (bench.market === 'futures') expect((await bench.submit(ref, bench.order())).kind).toBe('accepted')
      const exit = (): OrderInstruction => bench.order({ side: 'sell', reduceOnly: bench.market === 'futures' })
      const { halt = { trading: false }, thaw = { trading: true } } = bench.fixture
      await bench.sim('POST', '/markets', { market: bench.market, symbol: bench.names.symbol, ...halt })
      try {
        const passes = { kind: 'rejected', code: expect.stringMatching(/^(symbol_halted|market_closed)$/) as unknown, passing: true }
        expect(await bench.submit(ref, bench.order())).toMatchObject(passes)
        expect(await close(bench, ref, exit())).toMatchObject(passes)
      } finally {
        await bench.sim('POST', '/markets', { market: bench.market, symbol: bench.names.symbol, ...thaw })
      }
      expect((await close(bench, ref, exit())).kind).toBe('accepted')
    },
  },
  {
    id: 'TC-48', name: 'HTTP 451 and 403 from whatever stands in front: refused for good, never uncertain, an exit as well as an entry',
    run: async (bench) => {
      const { ref } = await bench.connected({ balances: { ...bench.names.balances, [bench.names.base]: '5' } })
      for (const status of [451, 403]) {
        for (const body of BODIES) {
          await bench.fault({ fault: 'status', status, body, times: 2 })
          const [entry, exit] = [bench.order(), bench.order({ side: 'sell', reduceOnly: bench.market === 'futures' })]
          const refused = { kind: 'rejected', code: 'account_restricted', stale: null }
          expect(await bench.submit(ref, entry), JSON.stringify({ status, body })).toMatchObject(refused)
          expect(await close(bench, ref, exit), JSON.stringify({ status, body })).toMatchObject(refused)
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
    id: 'TC-60', name: 'a key that was revoked: whoever asks hears of it with every order and every question, but not with a check, which says it itself',
    run: async (bench) => {
      const { ref, credentials } = await bench.connected({ balances: { ...bench.names.balances, [bench.names.base]: '5' } })
      const earlier = bench.order()
      expect((await bench.submit(ref, earlier)).kind).toBe('accepted')
      await bench.sim('DELETE', `/accounts/${encodeURIComponent(nameOf(bench, credentials))}`)
      const { port, pushes } = bench.world
      const asked: Readonly<Record<string, () => Promise<unknown>>> = {
        'an entry': () => bench.submit(ref, bench.order()),
        'an exit': () => close(bench, ref, bench.order({ side: 'sell', reduceOnly: bench.market === 'futures' })),
        'a look-up': () => bench.lookup(ref, earlier), 'a cancel': () => bench.cancel(ref, earlier), 'a report': () => bench.report(ref, [bench.names.symbol]),
        'the account': () => port.call({ verb: 'account', connection: ref, purpose: {} }),
        ...bench.market === 'futures' ? { leverage: () => port.call({ verb: 'setLeverage', connection: ref, symbol: bench.names.symbol, leverage: 3, purpose: {} }) } : {},
      }
      for (const [name, ask] of Object.entries(asked)) {
        pushes.length = 0
        await ask().catch(() => undefined)
        expect(pushes, name).toContainEqual({ push: 'keyRefused', connectionId: ref.connectionId, code: bench.codes.unknownKey, detail: expect.any(String) as string })
        for (const value of Object.values(credentials)) expect(JSON.stringify(pushes.filter(({ push }) => push === 'keyRefused'))).not.toContain(value)
      }
      pushes.length = 0
      expect(await port.call({ verb: 'checkConnection', connection: ref, consent: bench.fixture.consent })).toMatchObject({ ok: false })
      expect(pushes.filter(({ push }) => push === 'keyRefused')).toEqual([])
    },
  },
]
