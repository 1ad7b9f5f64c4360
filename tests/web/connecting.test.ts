import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Browser as Api } from '../browser.ts'
import { layCable } from './cable.ts'
import { keptBy, newPerson, type Person } from './chromium.ts'
import { good, type Place } from './place.ts'
import { openRoom, type Room } from './room.ts'
import { connected, signIn } from './seed.ts'

let room: Room
let place: Place
let api: Api
let person: Person
let page: Page

beforeAll(async () => {
  room = await openRoom('/connections/new', (at) => at.control('binance', 'PUT', '/prices/BTCUSDT', { price: '97000' }))
  ;({ place, api, person, page } = room)
})
afterAll(() => room.leave())

const type = async (key: { apiKey: string; secret: string }): Promise<void> => {
  await page.getByLabel('API Key', { exact: false }).first().fill(key.apiKey)
  await page.getByLabel('Secret Key', { exact: false }).first().fill(key.secret)
  await page.getByRole('button', { name: 'Test and connect' }).click()
}

test('a key is sealed in the browser; its checks are shown; nothing of it is left anywhere in the browser', async () => {
  await page.getByRole('radio', { name: 'Binance' }).click()
  await page.getByText('Futures', { exact: true }).click()
  const key = await place.makeKey('binance', { permissions: ['read', 'futures'] })
  person.sent.length = 0
  await type(key)
  await page.getByText('Binance futures is connected').waitFor()
  for (const check of ['Exchange reached', 'Signature', 'Live account', 'Market', 'Rights', 'Withdrawal off', 'Bound to addresses', 'Expiry']) await page.getByText(check).first().waitFor()
  const submitted = person.sent.find((body) => body.includes('sealed')) ?? ''
  expect(JSON.parse(submitted)).toEqual({ exchange: 'binance', market: 'futures', sealed: { kid: expect.any(String), enc: expect.any(String), ciphertext: expect.any(String) } })
  const everything = await keptBy(person) + person.sent.join('\n') + place.logged()
  for (const part of [key.apiKey, key.secret]) expect(everything).not.toContain(part)
  expect(good<{ items: unknown[] }>(await api.call('GET', '/connections')).items).toMatchObject([{ exchange: 'binance', market: 'futures', status: 'active' }])
  expect(person.wrong).toEqual([])
})

const itemOf = (name: string): Locator => page.getByRole('listitem').filter({ hasText: name })
const resultOf = (name: string): Promise<string | null> => itemOf(name).getAttribute('data-result')

test('a check stands there as soon as it is known, while the exchange has yet to answer the rest', async () => {
  await page.goto('/connections/new')
  await page.getByRole('radio', { name: 'Binance' }).click()
  await place.control('binance', 'POST', '/faults', { fault: 'hang', path: '/api/v3/account' })
  await type(await place.makeKey('binance'))
  await page.locator('li[data-result=pass]').filter({ hasText: 'Expiry' }).waitFor()
  expect([await resultOf('Exchange reached'), await resultOf('Signature'), await resultOf('Withdrawal off'), await resultOf('Market')]).toEqual(['pass', 'pass', 'pass', 'running'])
  await page.getByText('Binance did not answer in time').first().waitFor()
  expect([await resultOf('Exchange reached'), await resultOf('Signature')]).toEqual(['fail', 'pass'])
  await place.control('binance', 'DELETE', '/faults')
  expect(good<{ items: unknown[] }>(await api.call('GET', '/connections')).items).toHaveLength(1)
  expect(person.wrong).toEqual([])
})

test('where the line breaks half way the page finds out what came of it, and asks for the key only if it was not connected', async () => {
  const cable = await layCable(place.url)
  const far = await newPerson(room.browser, cable.url)
  await far.page.goto('/connections/new')
  await signIn(far.page)
  const breakOff = async (fault: object): Promise<void> => {
    await far.page.goto('/connections/new')
    await far.page.getByRole('radio', { name: 'Binance' }).click()
    await place.control('binance', 'POST', '/faults', { path: '/api/v3/account', ...fault })
    const key = await place.makeKey('binance')
    await far.page.getByLabel('API Key', { exact: false }).first().fill(key.apiKey)
    await far.page.getByLabel('Secret Key', { exact: false }).first().fill(key.secret)
    await far.page.getByRole('button', { name: 'Test and connect' }).click()
    await far.page.locator('li[data-result=pass]').filter({ hasText: 'Expiry' }).waitFor()
    cable.cut()
    await far.page.getByText('Do not submit the key again yet').waitFor()
    cable.mend()
  }
  await breakOff({ fault: 'delay', ms: 7000 })
  await far.page.getByText('Binance spot is connected').waitFor()
  const { items } = good<{ items: { id: string; name: string }[] }>(await api.call('GET', '/connections'))
  expect(items.map(({ name }) => name)).toEqual(['Binance spot', 'Binance futures'])
  good(await api.call('DELETE', `/connections/${items[0]?.id ?? ''}`))

  await breakOff({ fault: 'hang' })
  await far.page.getByText('the key was not connected. Try again').waitFor({ timeout: 60_000 })
  expect(await far.page.locator('li[data-result=untold]').count()).toBe(1)
  expect(good<{ items: unknown[] }>(await api.call('GET', '/connections')).items).toHaveLength(1)
  await place.control('binance', 'DELETE', '/faults')
  await far.context.close()
  await cable.close()
})

test('what is wrong with a key stands beside it, with what to do; the fields are empty again', async () => {
  const wrong = async (change: (key: { apiKey: string; secret: string }) => { apiKey: string; secret: string }, more: object, title: string, remedy: RegExp): Promise<void> => {
    await page.goto('/connections/new')
    await page.getByRole('radio', { name: 'Binance' }).click()
    await type(change(await place.makeKey('binance', more as Record<string, unknown>)))
    await page.getByText(title).waitFor()
    await page.getByText(remedy).waitFor()
    expect(await page.getByLabel('Secret Key', { exact: false }).first().inputValue()).toBe('')
  }
  await wrong((key) => ({ ...key, secret: `${key.secret.slice(0, -1)}${key.secret.endsWith('0') ? '1' : '0'}` }), {}, 'The exchange refused the signature', /Most often the secret is of another key/)
  await wrong((key) => key, { permissions: ['read', 'spot', 'withdraw'] }, 'The key can withdraw', /Untick withdrawals at the exchange/)
  await place.control('binance', 'POST', '/faults', { fault: 'status', status: 503, body: {}, times: 20 })
  await wrong((key) => key, {}, 'The exchange could not be reached', /Is this machine online\?/)
  await place.control('binance', 'DELETE', '')
  expect(good<{ items: unknown[] }>(await api.call('GET', '/connections')).items).toHaveLength(1)
  expect(person.wrong).toEqual([])
})

test('a connection has no edit, and says why; one in use is not deleted but names its bots; its replacement takes them over', async () => {
  await place.control('binance', 'PUT', '/prices/BTCUSDT', { price: '97000' })
  const old = await connected(place, api, 'binance', 'spot')
  const webhook = good<{ id: string }>(await api.call('POST', '/webhooks', {})).id
  const bot = good<{ id: string }>(await api.call('POST', '/bots', { name: 'Mover', webhookId: webhook, connectionId: old, symbol: 'BTCUSDT', amount: '50', amountIn: 'quote' })).id
  await page.goto(`/connections/${old}`)
  await page.getByText('Why is there no edit?').waitFor()
  await page.getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('dialog').getByText('Bots use this connection').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('dialog').getByRole('alert').getByRole('link', { name: 'Bot Mover' }).waitFor()
  await page.getByRole('button', { name: 'Cancel' }).click()

  await page.getByRole('link', { name: 'Replace key' }).click()
  await type(await place.makeKey('binance'))
  await page.getByText('1 bot moves to “Binance spot 2”').waitFor()
  await page.getByRole('button', { name: 'Move the bots', exact: true }).click()
  await page.getByRole('button', { name: 'Delete the old connection' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete the old connection' }).click()
  await page.getByRole('heading', { name: 'Connections', level: 1 }).waitFor()
  const connections = good<{ items: { id: string; name: string; bots: { id: string }[] }[] }>(await api.call('GET', '/connections')).items
  expect(connections.map(({ name, bots }) => [name, bots.map(({ id }) => id)])).toEqual([['Binance spot 2', [bot]], ['Binance futures', []]])
  expect(person.wrong).toEqual([])
})

test('a kept key is tested again in the same way: each check as soon as it is known, and in the end those that are kept', async () => {
  const key = await place.makeKey('binance')
  await page.goto('/connections/new')
  await page.getByRole('radio', { name: 'Binance' }).click()
  await type(key)
  await page.getByRole('link', { name: 'Open connection' }).click()
  const again = page.getByRole('button', { name: 'Check again' })
  const allKnown = (): Promise<void> => page.locator('li:is([data-result=pass], [data-result=unverifiable])').nth(7).waitFor()
  await again.waitFor()
  const id = new URL(page.url()).pathname.split('/').at(-1) ?? ''
  await allKnown()

  await place.control('binance', 'POST', '/faults', { fault: 'hang', path: '/api/v3/account' })
  await again.click()
  await page.locator('li[data-result=running]').filter({ hasText: 'Market' }).waitFor()
  await page.locator('li[data-result=pass]').filter({ hasText: 'Expiry' }).waitFor()
  expect([await resultOf('Exchange reached'), await resultOf('Signature'), await resultOf('Withdrawal off'), await resultOf('Market')]).toEqual(['pass', 'pass', 'pass', 'running'])
  expect(await again.isDisabled()).toBe(true)
  await page.getByRole('alert').filter({ hasText: 'Binance did not answer in time' }).waitFor()
  expect([await resultOf('Exchange reached'), await resultOf('Signature')]).toEqual(['fail', 'pass'])

  await place.control('binance', 'DELETE', '/faults')
  await again.click()
  await page.getByText('The key was checked').first().waitFor()
  await allKnown()
  await place.control('binance', 'POST', '/accounts', { ...key, permissions: ['read', 'spot', 'withdraw'], balances: {} })
  await again.click()
  await page.locator('li[data-result=fail]').filter({ hasText: 'Withdrawal off' }).waitFor()
  await page.getByText('withdraw_permission').first().waitFor()
  expect(good<{ status: string }>(await api.call('GET', `/connections/${id}`))).toMatchObject({ status: 'unhealthy' })
  expect(person.wrong).toEqual([])
})

test('where the line breaks while a kept key is tested again, nothing is said of the checks that were open', async () => {
  const id = await connected(place, api, 'binance', 'spot')
  const cable = await layCable(place.url)
  const far = await newPerson(room.browser, cable.url)
  await far.page.goto(`/connections/${id}`)
  await signIn(far.page)
  await place.control('binance', 'POST', '/faults', { path: '/api/v3/account', fault: 'delay', ms: 4000 })
  await far.page.getByRole('button', { name: 'Check again' }).click()
  await far.page.locator('li[data-result=running]').filter({ hasText: 'Market' }).waitFor()
  await far.page.locator('li[data-result=pass]').filter({ hasText: 'Expiry' }).waitFor()
  cable.cut()
  await far.page.locator('li[data-result=untold]').filter({ hasText: 'Market' }).waitFor()
  await far.page.getByText('The server cannot be reached').first().waitFor()
  cable.mend()
  await place.control('binance', 'DELETE', '/faults')
  await far.page.getByRole('button', { name: 'Check again' }).click()
  await far.page.getByText('The key was checked').first().waitFor()
  expect(await far.page.locator('li[data-result=untold]').count()).toBe(0)
  await far.context.close()
  await cable.close()
})
