import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Market } from '#model'
import { check, newCredentials, startExecutor, startWorld, type Credentials, type World } from './harness.ts'

let world: World
beforeAll(async () => { world = await startWorld(['binance']) })
afterAll(async () => { await world.stop() })
beforeEach(async () => { await world.sim('DELETE', '') })

async function account(fields: Record<string, unknown> = {}): Promise<Credentials> {
  const credentials = newCredentials()
  await world.sim('POST', '/accounts', { ...credentials, permissions: ['read', 'spot'], balances: { USDT: '1000' }, ...fields })
  return credentials
}

const refusedWith = async (credentials: Credentials, market: Market = 'spot'): Promise<string> => {
  const answer = await check(world, { ...credentials }, market)
  if (answer.ok) throw new Error('it was accepted')
  expect(answer.detail.length).toBeGreaterThan(20)
  expect(answer.detail).not.toContain(credentials.apiKey)
  expect(answer.detail).not.toContain(credentials.secret)
  return answer.code
}

describe('what is wrong with a key is said, with what to do', () => {
  test('a key that is cut short, or has blanks inside', async () => {
    const good = await account()
    expect(await refusedWith({ ...good, apiKey: good.apiKey.slice(0, 20) })).toBe('credentials_rejected')
    await expect(check(world, { ...good, apiKey: 'two words' }, 'spot')).rejects.toMatchObject({ code: 'invalid_input' })
    await expect(check(world, { apiKey: good.apiKey }, 'spot')).rejects.toMatchObject({ code: 'invalid_input' })
    await expect(check(world, { ...good, pin: '1234' }, 'spot')).rejects.toMatchObject({ code: 'invalid_input' })
  })
  test('key and secret swapped: the sentence asks', async () => {
    const { apiKey, secret } = await account()
    const answer = await check(world, { apiKey: secret, secret: apiKey }, 'spot')
    expect(answer).toMatchObject({ ok: false, code: 'credentials_rejected' })
    expect(answer.ok ? '' : answer.detail).toMatch(/swapped/)
  })
  test('an address that is not allowed cannot be told from an unknown key where the exchange answers alike: both are named', async () => {
    const answer = await check(world, { ...await account({ ipAllowlist: ['10.1.2.3'] }) }, 'spot')
    expect(answer).toMatchObject({ ok: false, code: 'credentials_rejected' })
    expect(answer.ok ? '' : answer.detail).toMatch(/address/)
    expect(answer.checks.find(({ name }) => name === 'ip_binding')?.result).toBe('unverifiable')
  })
  test('an address that is not allowed, where unknown keys get another answer', async () => {
    const credentials = await account({ ipAllowlist: ['10.1.2.3'] })
    // The first request is ours; the control request with a made-up key gets what the real exchange is seen to answer.
    await world.sim('POST', '/faults', { path: 'apiRestrictions', fault: 'status', status: 400, body: { code: -2008, msg: 'Invalid Api-Key ID.' }, skip: 1 })
    expect(await refusedWith(credentials)).toBe('ip_not_allowed')
  })
  test('no right to trade at all, or only that of the other market', async () => {
    expect(await refusedWith(await account({ permissions: ['read'] }))).toBe('permission_missing')
    expect(await refusedWith(await account({ permissions: ['read'] }), 'futures')).toBe('permission_missing')
    expect(await refusedWith(await account(), 'futures')).toBe('wrong_market')
    expect(await refusedWith(await account({ permissions: ['read', 'futures'] }))).toBe('wrong_market')
  })
  test('a key that can transfer, or has a right that nobody knows, which is named', async () => {
    expect(await refusedWith(await account({ permissions: ['read', 'spot', 'universalTransfer'] }))).toBe('permission_excess')
    const answer = await check(world, { ...await account({ permissions: ['read', 'spot', 'enableSomethingNew'] }) }, 'spot')
    expect(answer).toMatchObject({ ok: false, code: 'permission_excess' })
    expect(answer.ok ? '' : answer.detail).toContain('enableSomethingNew')
  })
  test('rights to trade elsewhere do no harm', async () => {
    expect(await check(world, { ...await account({ permissions: ['read', 'spot', 'futures', 'margin', 'options', 'fixTrade', 'fixRead', 'portfolioMargin'] }) }, 'spot')).toMatchObject({ ok: true })
  })
  test('a key whose right to trade will end, and one whose right has ended', async () => {
    const soon = Date.now() + 86_400_000
    expect(await check(world, { ...await account({ expiresAt: soon }) }, 'spot')).toMatchObject({ ok: true, expiresAt: soon })
    const past = await account()
    await world.sim('POST', '/faults', { path: 'apiRestrictions', fault: 'status', status: 200, body: {
      ipRestrict: false, enableReading: true, enableSpotAndMarginTrading: true, enableWithdrawals: false, tradingAuthorityExpirationTime: Date.now() - 1000,
    } })
    expect(await refusedWith(past)).toBe('key_expired')
  })
  test('an account that the exchange restricts', async () => {
    expect(await refusedWith(await account({ flags: { canTrade: false } }))).toBe('account_restricted')
    expect(await refusedWith(await account({ permissions: ['read', 'futures'], flags: { canTrade: false } }), 'futures')).toBe('account_restricted')
  })
  test('a clock that cannot be set right is said to be wrong', async () => {
    await world.sim('POST', '/faults', { path: 'apiRestrictions', fault: 'status', status: 400, body: { code: -1021, msg: 'Timestamp for this request is outside of the recvWindow.' }, times: 2 })
    expect(await refusedWith(await account())).toBe('clock_skew')
  })
  test('no answer, a cut, a server error, a pause: nothing is said about the key', async () => {
    const good = await account()
    await world.sim('POST', '/faults', { path: 'apiRestrictions', fault: 'status', status: 502, body: '<html>' })
    expect(await refusedWith(good)).toBe('exchange_unreachable')
    await world.sim('POST', '/faults', { path: 'apiRestrictions', fault: 'drop-request' })
    expect(await refusedWith(good)).toBe('exchange_unreachable')
    await world.sim('POST', '/faults', { path: 'apiRestrictions', fault: 'hang' })
    expect(await refusedWith(good)).toBe('exchange_timeout')
    await world.sim('POST', '/faults', { path: 'apiRestrictions', fault: 'status', status: 451, body: { code: 0, msg: 'Service unavailable from a restricted location' } })
    expect(await refusedWith(good)).toBe('account_restricted')
  })
  test('a server that does not answer at all', async () => {
    const executor = await startExecutor({ urls: { binance: 'http://127.0.0.1:9' } })
    const answer = await check(executor, { ...newCredentials() }, 'spot')
    expect(answer).toMatchObject({ ok: false, code: 'exchange_unreachable' })
    await executor.stop()
  })
  test('a private gateway that does not tell rights: consent is needed, wrong secrets are still found', async () => {
    const good = await account()
    const gateway = { path: 'apiRestrictions', fault: 'status', status: 404, body: '<html>not here</html>', times: 3 }
    await world.sim('POST', '/faults', gateway)
    expect(await refusedWith(good)).toBe('consent_required')
    expect(await check(world, { ...good }, 'spot', { consent: true })).toMatchObject({ ok: true })
    expect(await refusedWith({ ...good, secret: newCredentials().secret })).toBe('signature_rejected')
  })
  test('an exchange that is not supported, a market that it does not have', async () => {
    const base = { verb: 'checkCredentials', userId: 'u', connectionId: 'c', consent: false, credentials: { ...newCredentials() } } as const
    await expect(world.port.call({ ...base, exchange: 'nowhere', market: 'spot' })).rejects.toMatchObject({ code: 'unknown_exchange' })
    await expect(world.port.call({ ...base, exchange: 'alpaca', market: 'futures' })).rejects.toMatchObject({ code: 'wrong_market' })
  })
  test('what was sealed for another user, or to another key, does not open', async () => {
    const { sealingKey } = await world.port.call({ verb: 'describe' })
    const { sealCredentials } = await import('#vault')
    const good = await account()
    const sealed = await sealCredentials(sealingKey, { userId: 'somebody', exchange: 'binance', market: 'spot' }, { ...good })
    const request = { verb: 'checkCredentials', userId: 'user-1', connectionId: 'c', exchange: 'binance', market: 'spot', consent: false } as const
    await expect(world.port.call({ ...request, sealed })).rejects.toMatchObject({ code: 'invalid_input' })
    await expect(world.port.call({ ...request, sealed: { ...sealed, kid: 'unknown' } })).rejects.toMatchObject({ code: 'invalid_input' })
  })
})

test('a pause that the exchange asks for is kept, by test requests and orders alike', async () => {
  const paused = await startWorld(['binance'])
  const credentials = newCredentials()
  await paused.sim('POST', '/accounts', { ...credentials, permissions: ['read', 'spot'] })
  await paused.sim('POST', '/faults', { path: 'apiRestrictions', fault: 'status', status: 429, body: { code: -1003, msg: 'Too much request weight used' } })
  expect(await check(paused, { ...credentials }, 'spot')).toMatchObject({ ok: false, code: 'rate_limited' })
  const before: Record<string, number> = await paused.sim('GET', '/requests')
  expect(await check(paused, { ...credentials }, 'spot')).toMatchObject({ ok: false, code: 'rate_limited' })
  expect(await paused.sim('GET', '/requests')).toEqual(before)
  await paused.stop()
})
