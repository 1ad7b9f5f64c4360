import { expect } from 'vitest'
import type { Case } from '../case.ts'

export const CONNECTING: readonly Case[] = [
  {
    id: 'TC-01', name: 'a good key connects: what was found out is listed, and its envelope opens for orders',
    run: async (bench) => {
      const { ref, answer, credentials } = await bench.connected()
      expect(Object.keys(credentials)).toEqual(bench.module.description.credentials.map(({ name }) => name))
      expect(answer.checks.map(({ name }) => name)).toEqual(['reached', 'signature', 'live_account', 'market', 'rights', 'withdrawal_off', 'ip_binding', 'expiry'])
      expect(answer.checks.filter(({ result }) => result === 'fail')).toEqual([])
      expect(answer.positionMode).toBe(bench.market === 'spot' ? null : 'one-way')
      const outcome = await bench.submit(ref, bench.order())
      expect(outcome.kind, JSON.stringify(outcome)).toBe('accepted')
      const told = new Map<string, unknown>()
      const again = await bench.world.port.call(
        { verb: 'checkConnection', connection: ref, consent: bench.fixture.consent, progress: true }, (check) => { told.set(check.name, check) },
      )
      expect(again).toMatchObject({ ok: true, envelope: null, fingerprint: answer.fingerprint, accountId: answer.accountId })
      // What was told on the way is what the answer says; only that the market can be traded may come with the verdict itself.
      for (const each of again.checks) if (each.name !== 'market' || told.has('market')) expect(told.get(each.name)).toEqual(each)
    },
  },
  {
    id: 'TC-02', name: 'a field that is missing, unknown or holds blanks is named; blanks around it are cut',
    run: async (bench) => {
      const good = await bench.account()
      for (const name of Object.keys(good)) {
        const { [name]: _left, ...rest } = good
        const code = name === 'passphrase' ? 'passphrase_required' : 'invalid_input'
        await expect(bench.check(rest), name).rejects.toMatchObject({ code })
      }
      await expect(bench.check({ ...good, apiKey: 'two words' })).rejects.toMatchObject({ code: 'invalid_input' })
      await expect(bench.check({ ...good, pin: '1234' })).rejects.toMatchObject({ code: 'invalid_input' })
      await expect(bench.check({ ...good, site: 'eu' })).rejects.toMatchObject({ code: 'invalid_input' })
      expect(await bench.check(Object.fromEntries(Object.entries(good).map(([name, value]) => [name, ` ${value}\r\n`])))).toMatchObject({ ok: true })
    },
  },
  {
    id: 'TC-03', name: 'a key that the exchange does not know',
    run: async (bench) => {
      expect(await bench.refusal(bench.fixture.credentials())).toBe(bench.codes.unknownKey)
    },
  },
  {
    id: 'TC-04', name: 'a secret that does not belong to the key',
    run: async (bench) => {
      const { secret } = bench.fixture.credentials()
      expect(await bench.refusal({ ...await bench.account(), secret: secret ?? '' })).toBe(bench.codes.wrongSecret)
    },
  },
  {
    id: 'TC-05', name: 'a passphrase that does not belong to the key',
    run: async (bench) => {
      const { passphrase } = bench.fixture.credentials()
      expect(await bench.refusal({ ...await bench.account(), passphrase: passphrase ?? '' })).toBe(bench.codes.wrongPassphrase)
    },
  },
  {
    id: 'TC-06', name: 'a key that does not allow this address; a bound one that does is shown as such',
    run: async (bench) => {
      expect(await bench.refusal(await bench.account({ ipAllowlist: ['10.1.2.3'] }))).toBe(bench.codes.address)
      const bound = await bench.check(await bench.account({ ipAllowlist: ['127.0.0.1'] }))
      expect(bound.checks.find(({ name }) => name === 'ip_binding')?.result).toBe('pass')
    },
  },
  {
    id: 'TC-07', name: 'a key that has ended; one that will end says when',
    run: async (bench) => {
      const soon = Math.floor(Date.now() / 1000) * 1000 + 86_400_000
      expect(await bench.check(await bench.account({ expiresAt: soon }))).toMatchObject({ ok: true, expiresAt: soon })
      if (bench.codes.expired !== undefined) expect(await bench.refusal(await bench.account({ expiresAt: Date.now() - 5000 }))).toBe(bench.codes.expired)
    },
  },
  {
    id: 'TC-08', name: 'a key that can withdraw',
    run: async (bench) => {
      expect(await bench.refusal(await bench.account({ permissions: ['read', bench.market, 'withdraw'] }))).toBe('withdraw_permission')
    },
  },
  {
    id: 'TC-09', name: 'a key that can transfer',
    run: async (bench) => {
      expect(await bench.refusal(await bench.account({ permissions: ['read', bench.market, 'transfer'] }))).toMatch(/^(permission_excess|withdraw_permission)$/)
    },
  },
  {
    id: 'TC-10', name: 'a key with a right that nobody knows, which is named',
    run: async (bench) => {
      const right = bench.fixture.unknownRight ?? ''
      const answer = await bench.check(await bench.account({ permissions: ['read', bench.market, right] }))
      expect(answer).toMatchObject({ ok: false, code: 'permission_excess' })
      expect(answer.ok ? '' : answer.detail).toContain(right)
    },
  },
  {
    id: 'TC-11', name: 'a key that may only read',
    run: async (bench) => { expect(await bench.refusal(await bench.account({ permissions: ['read'] }))).toBe('permission_missing') },
  },
  {
    id: 'TC-12', name: 'a key for the other market',
    run: async (bench) => {
      const other = bench.market === 'spot' ? 'futures' : 'spot'
      expect(await bench.refusal(await bench.account({ permissions: ['read', other] }))).toMatch(/^(wrong_market|permission_missing)$/)
    },
  },
  {
    id: 'TC-13', name: 'a key of a demo or paper account, by name',
    run: async (bench) => {
      const { demo } = bench.fixture
      expect(await bench.refusal(await bench.account(demo?.account))).toBe(demo?.code)
    },
  },
  {
    id: 'TC-14', name: 'a key of another site is found there, and its orders go there from then on',
    run: async (bench) => {
      const { site } = bench.fixture
      const { ref, credentials } = await bench.connected({ flags: site?.flags ?? {} })
      const order = bench.order()
      const outcome = await bench.submit(ref, order)
      expect(outcome.kind, JSON.stringify(outcome)).toBe('accepted')
      expect(await bench.seen(order)).toMatchObject([{ apiKey: credentials['apiKey'] }])
      expect(await bench.lookup(ref, order)).toMatchObject({ kind: 'found' })
    },
  },
  {
    id: 'TC-15', name: 'clocks that differ are compared once, for test requests and orders alike, and that heals it',
    run: async (bench) => {
      for (const skewMs of [-70_000, 70_000]) {
        await bench.sim('PUT', '/clock', { skewMs })
        const { ref } = await bench.connected()
        await bench.sim('PUT', '/clock', { skewMs: -skewMs })
        const order = bench.order()
        const outcome = await bench.submit(ref, order)
        expect(outcome.kind, JSON.stringify(outcome)).toBe('accepted')
        expect(await bench.seen(order)).toHaveLength(1)
        await bench.sim('PUT', '/clock', { skewMs: 0 })
        expect((await bench.submit(ref, bench.order())).kind).toBe('accepted')
      }
    },
  },
  {
    id: 'TC-16', name: 'no answer, a cut, a server error: nothing is said about the key',
    run: async (bench) => {
      const good = await bench.account()
      for (const [fault, code] of [[{ fault: 'status', status: 502, body: '<html>' }, 'exchange_unreachable'], [{ fault: 'drop-request' }, 'exchange_unreachable'], [{ fault: 'hang' }, 'exchange_timeout']] as const) {
        await bench.sim('DELETE', '/faults')
        await bench.sim('POST', '/faults', { ...fault, times: 20 })
        expect(await bench.refusal(good)).toBe(code)
      }
    },
  },
  {
    id: 'TC-17', name: 'rights that the exchange cannot tell need consent',
    run: async (bench) => {
      const good = await bench.account()
      expect(await bench.refusal(good, { consent: false })).toBe('consent_required')
      const answer = await bench.check(good, { consent: true })
      expect(answer.ok && answer.checks.filter(({ result }) => result === 'unverifiable').map(({ name }) => name)).toEqual(expect.arrayContaining(['rights', 'withdrawal_off']))
    },
  },
]
