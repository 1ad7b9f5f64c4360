import { afterAll, beforeAll, expect, test } from 'vitest'
import { startInstallation, type Installation, type Key } from '../installation.ts'

// What a key may do is asked again and again: what grew, ended or is about to end is found, told, and gone when it is.

let installation: Installation
beforeAll(async () => { installation = await startInstallation() })
afterAll(() => installation.stop())

const DAY_MS = 86_400_000
async function connected(more: Record<string, unknown> = {}): Promise<{ id: string; key: Key; change(fields: Record<string, unknown>): Promise<void> }> {
  const key = await installation.makeKey('binance', more)
  const { body } = await installation.connect('binance', 'spot', key)
  return {
    id: body.id as string, key,
    change: async (fields) => { await installation.control('binance', 'POST', '/accounts', { ...key, permissions: ['read', 'spot'], ...fields }) },
  }
}
const check = async (id: string) => (await installation.call('POST', `/connections/${id}/check`)).body
const findings = async (id: string): Promise<{ code: string; closedAt: string | null; theirs: string }[]> => (await installation.call('GET', `/findings?connectionId=${id}`)).body.items
const standing = async (id: string): Promise<string[]> => (await findings(id)).filter((one) => one.closedAt === null).map((one) => one.code)

test('a key that may withdraw or transfer since it was connected opens nothing any more, until that is taken back', async () => {
  const { id, change } = await connected()
  for (const right of ['withdraw', 'universalTransfer']) {
    await change({ permissions: ['read', 'spot', right] })
    expect(await check(id)).toMatchObject({ status: 'unhealthy' })
    await check(id)
    expect(await standing(id)).toEqual(['rights_grown'])
    await change({})
    expect(await check(id)).toMatchObject({ status: 'active', statusDetail: null })
    expect(await standing(id)).toEqual([])
  }
  expect(await findings(id)).toHaveLength(2)
})

test('a right that nobody here knows is told of, once, and the key goes on', async () => {
  const { id, change } = await connected()
  await change({ permissions: ['read', 'spot', 'enableTeleport'] })
  expect(await check(id)).toMatchObject({ status: 'active' })
  await check(id)
  expect(await findings(id)).toMatchObject([{ code: 'unknown_rights', theirs: 'enableTeleport', closedAt: null }])
  await change({})
  await check(id)
  expect(await standing(id)).toEqual([])
})

test('a revoked key is unhealthy; an exchange that does not answer changes nothing', async () => {
  const { id, key } = await connected()
  await installation.control('binance', 'POST', '/faults', { path: '/sapi/v1/account/apiRestrictions', fault: 'status', status: 503 })
  expect((await installation.call('POST', `/connections/${id}/check`)).status).toBe(502)
  expect((await installation.call('GET', `/connections/${id}`)).body.status).toBe('active')
  await installation.control('binance', 'DELETE', `/accounts/${key.apiKey}`)
  expect(await check(id)).toMatchObject({ status: 'unhealthy' })
  expect(await standing(id)).toEqual(['key_refused'])
})

test('the end of a key is told of at 14, 3 and 1 days, each once', async () => {
  const { id, change } = await connected({ expiresAt: Date.now() + 30 * DAY_MS })
  const seen: string[][] = []
  for (const days of [20, 13, 13, 2.5, 0.5]) {
    await change({ expiresAt: Date.now() + days * DAY_MS })
    await check(id)
    seen.push((await findings(id)).map((one) => `${one.code} ${one.closedAt === null ? 'stands' : 'closed'}`))
  }
  expect(seen.map((one) => one.length)).toEqual([0, 1, 1, 2, 3])
  expect(seen.at(-1)).toEqual(['key_expiring stands', 'key_expiring closed', 'key_expiring closed'])
  await change({ expiresAt: Date.now() + 90 * DAY_MS })
  await check(id)
  expect(await standing(id)).toEqual([])
})
