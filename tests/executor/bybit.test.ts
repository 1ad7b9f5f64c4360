import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bybit } from '../exchanges/fixtures/bybit.ts'
import { Bench } from '../exchanges/case.ts'
import { startWorld, type World } from './harness.ts'

// What Bybit has beside the numbered cases.

let world: World
let spot: Bench
let futures: Bench
beforeAll(async () => {
  world = await startWorld(['bybit'])
  spot = new Bench(world, bybit, 'spot')
  futures = new Bench(world, bybit, 'futures')
})
afterAll(async () => { await world.stop() })

describe('Bybit through a real executor', () => {
  test('an RSA key of one\'s own connects and trades; one of another kind is refused by name', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048, publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } })
    const { apiKey } = bybit.credentials()
    const bench = new Bench(world, { ...bybit, credentials: () => ({ apiKey: apiKey ?? '', secret: privateKey }), registered: () => ({ apiKey: apiKey ?? '', secret: publicKey }) }, 'spot')
    const { ref } = await bench.connected()
    const order = bench.order()
    expect((await bench.submit(ref, order)).kind).toBe('accepted')
    expect(await bench.lookup(ref, order)).toMatchObject({ kind: 'found', order: { state: 'filled' } })
    const { privateKey: other } = generateKeyPairSync('ed25519', { publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } })
    await expect(bench.check({ apiKey: apiKey ?? '', secret: other })).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('Ed25519') as unknown })
    await expect(bench.check({ apiKey: apiKey ?? '', secret: privateKey.slice(0, 300) })).rejects.toMatchObject({ code: 'invalid_input' })
  })

  test('an account that is not a unified one is refused with what to do', async () => {
    expect(await spot.refusal(await spot.account({ flags: { uta: false } }))).toBe('account_restricted')
  })

  test('contracts come in pages: all of them are listed', async () => {
    await futures.sim('POST', '/markets', { market: 'futures', generate: 2300 })
    const { markets } = await world.port.call({ verb: 'markets', exchange: 'bybit', market: 'futures' })
    expect(markets.filter(({ symbol }) => symbol.startsWith('GEN'))).toHaveLength(2300)
  })

  test('more fills than a page holds are all fetched', async () => {
    const { ref } = await futures.connected()
    await futures.sim('POST', '/fills', { market: 'futures', parts: 20 })
    const order = futures.order({ quantity: '0.2' })
    expect((await futures.submit(ref, order)).kind).toBe('accepted')
    const found = await futures.lookup(ref, order)
    expect(found.kind === 'found' && found.order.fills).toHaveLength(20)
  })

  test('a limit of the account stops that order, not everybody at this address', async () => {
    const [one, other] = [await spot.connected(), await spot.connected()]
    await spot.fault({ fault: 'status', ...spot.names.pause })
    expect(await spot.submit(one.ref, spot.order())).toMatchObject({ kind: 'not_sent', code: 'rate_limited' })
    expect((await spot.submit(other.ref, spot.order())).kind).toBe('accepted')
  })

  test('an address that asked too often is left alone for ten minutes', async () => {
    const banned = await startWorld(['bybit'])
    try {
      const bench = new Bench(banned, bybit, 'spot')
      const { ref } = await bench.connected()
      await bench.fault({ fault: 'status', status: 403, body: 'access too frequent' })
      await bench.submit(ref, bench.order())
      const outcome = await bench.submit(ref, bench.order())
      expect(outcome).toMatchObject({ kind: 'not_sent', code: 'rate_limited' })
      if (outcome.kind === 'not_sent') expect(outcome.retryAfterMs).toBeGreaterThan(300_000)
    } finally {
      await banned.stop()
    }
  })
})
