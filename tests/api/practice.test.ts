import { afterAll, beforeAll, expect, test } from 'vitest'
import { SIMULATED_EXCHANGES } from '#simulator'
import { startInstallation, type Installation } from '../installation.ts'

let practice: Installation
let real: Installation

beforeAll(async () => {
  practice = await startInstallation({ exchanges: SIMULATED_EXCHANGES, env: { TOWERFLOW_PRACTICE: 'true' } })
  real = await startInstallation({ exchanges: ['binance'] })
})
afterAll(async () => {
  await practice.stop()
  await real.stop()
})

test('where exchanges are simulated they say so, and give out keys that connect in every market', async () => {
  const { items } = (await practice.call('GET', '/exchanges')).body as { items: { id: string; markets: string[]; practice: boolean; practiceKeys: boolean }[] }
  expect(items.filter((one) => one.practice).map(({ id }) => id).toSorted()).toEqual(SIMULATED_EXCHANGES.toSorted())
  const simulated = items.filter((one) => one.practiceKeys)
  expect(simulated.length).toBeGreaterThan(items.length / 2)
  for (const { id, markets } of simulated) {
    for (const market of markets) {
      const made = await practice.call('POST', `/exchanges/${id}/practice-key`)
      expect([made.status, made.headers.get('cache-control')]).toEqual([201, 'no-store'])
      const connected = await practice.connect(id, market, made.body.credentials as Record<string, string>, { consent: true })
      expect([id, market, connected.status, connected.body.code]).toEqual([id, market, 201, undefined])
    }
  }
})

test('of a real exchange no key is made: not where only its address was set, and not of one that nobody simulates', async () => {
  expect((await real.call('GET', '/exchanges')).body.items.some((one: { practice: boolean }) => one.practice)).toBe(false)
  for (const [installation, id] of [[real, 'binance'], [practice, 'coinbase'], [practice, 'nowhere']] as const) {
    const answer = await installation.call('POST', `/exchanges/${id}/practice-key`)
    expect([answer.status, answer.body.code]).toEqual([404, 'unknown_exchange'])
  }
  expect((await practice.call('POST', '/exchanges/binance/practice-key', { token: null })).status).toBe(401)
})

test('each exchange and each connection says for itself whether its money is simulated', async () => {
  interface Shown { readonly id: string; readonly simulated: boolean; readonly practice: boolean }
  const mixed = await startInstallation({ exchanges: ['binance', 'bybit'], env: { TOWERFLOW_PRACTICE: 'true' } })
  try {
    const { items } = (await mixed.call('GET', '/exchanges')).body as { items: Shown[] }
    expect(items.length).toBeGreaterThan(10)
    for (const { id, simulated, practice: older } of items) expect([id, simulated, older]).toEqual([id, ['binance', 'bybit'].includes(id), simulated])
    for (const market of ['spot', 'futures']) {
      const made = await mixed.connect('binance', market, await mixed.makeKey('binance'))
      expect([made.status, made.body.simulated]).toEqual([201, true])
      expect((await mixed.call('GET', `/connections/${made.body.id as string}`)).body.simulated).toBe(true)
    }
    expect((await mixed.call('GET', '/connections')).body.items.map((one: Shown) => one.simulated)).toEqual([true, true])
  } finally {
    await mixed.stop()
  }
  // An address alone, a gateway's perhaps, makes no money simulated.
  const live = await real.connect('binance', 'spot', await real.makeKey('binance'))
  expect([live.status, live.body.simulated]).toEqual([201, false])
  expect((await real.call('GET', '/exchanges')).body.items.filter((one: Shown) => one.simulated)).toEqual([])
})

test('an exchange of which only one market\'s address is given is simulated too, for its own hosts are not reached any more', async () => {
  const partly = await startInstallation({ exchanges: [], env: {
    TOWERFLOW_PRACTICE: 'true', TOWERFLOW_EXCHANGE_URLS: JSON.stringify({ 'kucoin:futures': 'http://127.0.0.1:9' }),
  } })
  try {
    const { items } = (await partly.call('GET', '/exchanges')).body as { items: { id: string; simulated: boolean }[] }
    expect(items.filter(({ simulated }) => simulated).map(({ id }) => id)).toEqual(['kucoin'])
  } finally {
    await partly.stop()
  }
})
