import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Browser as Api } from '../browser.ts'
import { eventually } from '../installation.ts'
import type { Person } from './chromium.ts'
import { good, type Place } from './place.ts'
import { openRoom, type Room } from './room.ts'
import { signIn } from './seed.ts'

let room: Room
let place: Place
let api: Api
let person: Person
let page: Page

beforeAll(async () => {
  room = await openRoom('/connections/new', (at) => at.control('binance', 'PUT', '/prices/BTCUSDT', { price: '97000' }), { exchanges: ['binance'] })
  ;({ place, api, person, page } = room)
})
afterAll(() => room.leave())

const SLOW_MS = 4000
const ORDER = { path: '/api/v3/order', method: 'POST', times: 1 }
const fault = (body: object): Promise<unknown> => place.control('binance', 'POST', '/faults', body)
const count = async (what: 'connections' | 'signals' | 'orders'): Promise<number> => good<{ items: unknown[] }>(await api.call('GET', `/${what}`)).items.length

test('while a slow exchange is asked about a key that shows, and an impatient second click connects nothing twice', async () => {
  const key = await place.makeKey('binance')
  await page.getByRole('radio', { name: 'Binance' }).click()
  await page.getByLabel('API Key', { exact: false }).first().fill(key.apiKey)
  await page.getByLabel('Secret Key', { exact: false }).first().fill(key.secret)
  await fault({ fault: 'delay', ms: SLOW_MS, times: 1 })
  person.sent.length = 0
  await page.getByRole('button', { name: 'Test and connect' }).dblclick()
  await page.locator('[data-result=running]').first().waitFor()
  expect(await page.getByRole('button', { name: 'Test and connect' }).isDisabled()).toBe(true)
  await page.getByText('Binance spot is connected').waitFor()
  expect(person.sent.filter((body) => body.includes('sealed'))).toHaveLength(1)
  expect(await count('connections')).toBe(1)
  expect(person.wrong).toEqual([])
})

test('what was typed when the session ended is there after signing in again, at the same place; a key is not', async () => {
  good(await api.call('POST', '/webhooks', { name: 'By hand' }))
  await page.goto('/bots/new')
  await page.getByLabel('Symbol').fill('BTCUSDT')
  await page.getByLabel('Amount of an order').fill('75')
  await page.getByRole('textbox', { name: 'Name' }).fill('Half typed')
  good(await api.call('DELETE', '/sessions', {}))
  await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor()
  expect(await page.content()).not.toContain('Half typed')
  await signIn(page)
  await page.getByText('Opens long: buy 75 USDT.').waitFor()
  expect(await page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('Half typed')
  await page.getByRole('button', { name: 'Make bot' }).click()
  await page.getByText('Half typed listens').waitFor()

  await page.goto('/connections/new')
  await page.getByRole('radio', { name: 'Binance' }).click()
  await page.getByLabel('API Key', { exact: false }).first().fill('a key that must not be kept')
  await page.getByRole('textbox', { name: 'Name' }).fill('Second')
  good(await api.call('DELETE', '/sessions', {}))
  await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor()
  await signIn(page)
  await eventually(async () => await page.getByRole('textbox', { name: 'Name' }).inputValue() === 'Second', 'the name is there again')
  expect(await page.getByLabel('API Key', { exact: false }).first().inputValue()).toBe('')

  // Who signs out himself leaves nothing behind.
  await page.getByRole('button', { name: 'Account: ada' }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor()
  await signIn(page)
  await page.getByRole('radio', { name: 'Binance' }).click()
  expect(await page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('')
  expect(person.wrong).toEqual([])
})

async function openSending(side: 'Buy' | 'Sell'): Promise<void> {
  const [webhook] = good<{ items: { id: string }[] }>(await api.call('GET', '/webhooks')).items
  await page.goto(`/webhooks/${webhook?.id ?? ''}`)
  await page.getByRole('tab', { name: 'Send a signal' }).click()
  await page.getByText(side, { exact: true }).click()
  await page.getByRole('checkbox', { name: 'Only a test' }).uncheck()
}

test('a slow exchange: the order shows as being sent until it is filled; an impatient second click is no second signal', async () => {
  await openSending('Buy')
  await fault({ ...ORDER, fault: 'delay', ms: SLOW_MS })
  await page.getByRole('button', { name: 'Send', exact: true }).dblclick()
  await page.getByRole('link', { name: 'See what came of it' }).click()
  await page.getByText('Sending', { exact: true }).waitFor()
  await page.getByText('Filled', { exact: true }).first().waitFor()
  expect([await count('signals'), await count('orders')]).toEqual([1, 1])
  expect(await place.control('binance', 'GET', '/orders')).toHaveLength(1)
  expect(person.wrong).toEqual([])
})

test('a failing exchange: what it said stands with the signal that was sent by hand', async () => {
  await openSending('Sell')
  await fault({ ...ORDER, fault: 'status', status: 400, body: { code: -2010, msg: 'Account has insufficient balance for requested action.' } })
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await page.getByRole('link', { name: 'See what came of it' }).click()
  await page.getByText('Rejected', { exact: true }).first().waitFor()
  await page.getByText(/insufficient balance/).first().waitFor()
  expect(await count('signals')).toBe(2)
  expect(person.wrong).toEqual([])
})

test('where the answer to a signal sent by hand was lost, trying again is not a second signal', async () => {
  await openSending('Sell')
  await page.route('**/api/v1/webhooks/*/signals', async (route) => {
    await route.fetch()
    await route.abort()
  }, { times: 1 })
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await page.getByRole('alert').filter({ hasText: 'cannot be reached' }).waitFor()
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await page.getByText('It was recognised as the one just before').waitFor()
  expect(await count('signals')).toBe(3)
  expect(person.wrong).toEqual([])
})
