import { expect } from 'vitest'
import { startWorld } from '../../executor/harness.ts'
import { Bench, type Case } from '../case.ts'

export const UNCERTAIN: readonly Case[] = [
  {
    id: 'TC-50', name: 'the answer is lost after the order was taken: unknown, then found, once',
    run: async (bench) => {
      const { ref } = await bench.connected()
      await bench.fault({ fault: 'drop-response' })
      const order = bench.order()
      expect(await bench.submit(ref, order)).toMatchObject({ kind: 'unknown' })
      expect(await bench.lookup(ref, order)).toMatchObject({ kind: 'found', order: { state: 'filled', clientOrderId: order.clientOrderId } })
      expect(await bench.seen(order)).toHaveLength(1)
    },
  },
  {
    id: 'TC-51', name: 'the request is lost: unknown, then absent by every look-up that the facts name',
    run: async (bench) => {
      const { ref } = await bench.connected()
      await bench.fault({ fault: 'drop-request' })
      const order = bench.order()
      expect(await bench.submit(ref, order)).toMatchObject({ kind: 'unknown' })
      const looked = await bench.lookup(ref, order)
      expect(looked).toMatchObject({ kind: 'absent', withinMemory: true })
      const groups = bench.module.description.facts[bench.market]?.lookups ?? []
      expect(looked.kind === 'absent' && groups.map((alternatives) => alternatives.some((name) => looked.checked.includes(name)))).toEqual(groups.map(() => true))
      if (looked.kind === 'absent') expect(Math.abs(looked.exchangeNow - Date.now())).toBeLessThan(10_000)
      expect(await bench.seen(order)).toEqual([])
      const memory = bench.module.description.facts[bench.market]?.lookupMemoryMs ?? 0
      expect(await bench.lookup(ref, order, Date.now() - memory - 60_000)).toMatchObject({ kind: expect.stringMatching(/^(absent|unknown)$/) as unknown })
    },
  },
  {
    id: 'TC-52', name: 'a server error after acceptance: unknown, then found',
    run: async (bench) => {
      const { ref } = await bench.connected()
      await bench.fault({ fault: 'status', ...bench.names.serverError, after: true })
      const order = bench.order()
      expect(await bench.submit(ref, order)).toMatchObject({ kind: 'unknown' })
      expect(await bench.lookup(ref, order)).toMatchObject({ kind: 'found' })
    },
  },
  {
    id: 'TC-53', name: 'answers that prove nothing are unknown: unreadable, about another order, codes and states that nobody knows',
    run: async (bench) => {
      const { ref } = await bench.connected()
      const answers = { ...bench.names.unclear, 'an answer that is not JSON': { status: 200, body: 'ok' }, 'an error page': { status: 400, body: '<html>blocked</html>' }, 'a redirect': { status: 302, body: '' } }
      for (const [name, answer] of Object.entries(answers)) {
        const order = bench.order()
        const written = bench.module.orderIds(bench.market).write(order.clientOrderId)
        await bench.fault({ fault: 'status', status: answer.status, body: JSON.parse(JSON.stringify(answer.body).replaceAll('SAME', written)) as unknown })
        expect(await bench.submit(ref, order), name).toMatchObject({ kind: 'unknown' })
        expect(await bench.seen(order), name).toEqual([])
      }
    },
  },
  {
    id: 'TC-54', name: 'an id is used twice: it goes as the facts say, and never makes a second order where they promise that',
    run: async (bench) => {
      const { ref } = await bench.connected()
      const order = bench.order()
      expect((await bench.submit(ref, order)).kind).toBe('accepted')
      const again = await bench.submit(ref, order)
      if (bench.module.description.facts[bench.market]?.repeatedId === 'P') {
        // Refused as a duplicate, which is no refusal of the order; or the exchange answers with the order that is there.
        expect(['unknown', 'accepted'], JSON.stringify(again)).toContain(again.kind)
        expect(await bench.seen(order)).toHaveLength(1)
        expect(await bench.lookup(ref, order)).toMatchObject({ kind: 'found' })
      } else expect(['accepted', 'unknown'], JSON.stringify(again)).toContain(again.kind)
    },
  },
  {
    id: 'TC-55', name: 'a request that arrives after its deadline is refused by the exchange itself',
    run: async (bench) => {
      const { ref } = await bench.connected()
      for (let tries = 0; ; tries += 1) {
        await bench.sim('DELETE', '/faults')
        const least = bench.names.leastDeadlineMs ?? 0
        await bench.fault({ fault: 'delay', ms: least + 450 })
        const order = bench.order({ notAfter: Date.now() + least + 250 })
        const outcome = await bench.submit(ref, order)
        // On a busy machine it may not leave in time, or the answer may come too late: then once more.
        const late = (outcome.kind === 'rejected' || outcome.kind === 'not_sent') && outcome.code === 'too_late'
        if (!late && tries < 20) continue
        expect(outcome).toMatchObject({ code: 'too_late' })
        expect(await bench.seen(order)).toEqual([])
        return
      }
    },
  },
  {
    id: 'TC-56', name: 'too many requests: not sent, and for how long; nothing goes out meanwhile',
    run: async (bench) => {
      const world = await startWorld([bench.fixture.exchange])
      try {
        const apart = new Bench(world, bench.fixture, bench.market)
        const [one, other] = [await apart.connected(), await apart.connected()]
        await apart.fault({ fault: 'status', ...apart.names.pause })
        const outcome = await apart.submit(one.ref, apart.order())
        expect(outcome).toMatchObject({ kind: 'not_sent', code: 'rate_limited', retryAfterMs: expect.any(Number) as unknown, scope: expect.stringMatching(/^(address|key)$/) as unknown })
        await apart.fault({ fault: 'status', status: 429, body: apart.names.pause.body })
        expect(await apart.submit(other.ref, apart.order())).toMatchObject({ kind: 'not_sent', code: 'rate_limited' })
        const before = await apart.sim<Record<string, number>>('GET', '/requests')
        const again = await apart.submit(other.ref, apart.order())
        expect(again).toMatchObject({ kind: 'not_sent', code: 'rate_limited' })
        if (again.kind === 'not_sent') expect(again.retryAfterMs).toBeGreaterThan(500)
        expect(await apart.sim('GET', '/requests')).toEqual(before)
      } finally {
        await world.stop()
      }
    },
  },
  {
    id: 'TC-57', name: 'a look-up that gets another order, an error or no answer is unknown, never absent',
    run: async (bench) => {
      const { ref } = await bench.connected()
      const order = bench.order()
      const [first] = bench.names.lookUps
      await bench.sim('POST', '/faults', { ...bench.about(first ?? ''), fault: 'status', ...bench.names.another })
      expect(await bench.lookup(ref, order)).toMatchObject({ kind: 'unknown' })
      for (const path of bench.names.lookUps) {
        for (const fault of [{ fault: 'status', ...bench.names.serverError }, { fault: 'drop-request' }, { fault: 'status', status: 200, body: 'ok' }]) {
          await bench.sim('DELETE', '/faults')
          // A server error and a cut are asked about once; each look-up of the facts has to answer for itself.
          await bench.sim('POST', '/faults', { ...bench.about(path), times: 20, ...fault })
          expect(await bench.lookup(ref, order), `${path} ${JSON.stringify(fault)}`).toMatchObject({ kind: 'unknown' })
        }
      }
      await bench.sim('DELETE', '/faults')
      expect(await bench.lookup(ref, order)).toMatchObject({ kind: 'absent' })
    },
  },
  {
    id: 'TC-58', name: 'an order whose deadline has passed is not even signed',
    run: async (bench) => {
      const { ref } = await bench.connected()
      const before = await bench.sim<Record<string, number>>('GET', '/requests')
      expect(await bench.submit(ref, bench.order({ notAfter: Date.now() - 1 }))).toMatchObject({ kind: 'not_sent', code: 'deadline' })
      expect(await bench.sim('GET', '/requests')).toEqual(before)
    },
  },
  {
    id: 'TC-59', name: 'nothing was asked of the exchange that is not on the allowlist',
    run: async (bench) => {
      const seen = Object.keys(await bench.sim<Record<string, number>>('GET', '/requests'))
      expect(seen.length).toBeGreaterThan(1)
      const allowed = bench.module.hosts.flatMap((host) => host.allowed)
      const isAllowed = (method: string, path: string): boolean =>
        allowed.some((one) => one.method === method && (typeof one.path === 'string' ? one.path === path : one.path.test(path)))
      for (const request of seen) {
        const [method = '', path = ''] = request.split(' ')
        // Other hosts of an exchange stand under a path of their own in its simulator.
        expect(isAllowed(method, path) || isAllowed(method, path.replace(/^\/[^/]+/, '')), request).toBe(true)
      }
    },
  },
]
