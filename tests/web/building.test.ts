import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Browser as Api } from '../browser.ts'
import { eventually } from '../installation.ts'
import type { Person } from './chromium.ts'
import { good, type Place } from './place.ts'
import { openRoom, type Room } from './room.ts'
import { connected } from './seed.ts'

let room: Room
let place: Place
let api: Api
let person: Person
let page: Page

beforeAll(async () => {
  room = await openRoom('/webhooks/new', async (at, caller) => {
    await at.control('binance', 'PUT', '/prices/BTCUSDT', { price: '100000' })
    await connected(at, caller, 'binance', 'spot')
  }, { exchanges: ['binance'] })
  ;({ place, api, person, page } = room)
})
afterAll(() => room.leave())

test('a webhook with a key: the key is shown once, the message for the alert is checked as one types', async () => {
  await page.getByRole('textbox', { name: 'Name' }).fill('Alerts')
  await page.getByRole('checkbox', { name: 'Ask for a key' }).check()
  await page.getByRole('button', { name: 'Make webhook' }).click()
  await page.getByText('Alerts is ready').waitFor()
  const [address = '', key = ''] = await page.locator('code').allTextContents()
  expect(address).toMatch(/\/api\/v1\/hooks\/[\w-]{32}$/)
  await page.getByRole('link', { name: 'Open webhook' }).click()
  await page.getByRole('heading', { name: 'Alerts', level: 1 }).waitFor()
  const message = page.getByRole('textbox', { name: 'Message' })
  await page.getByText('Sell', { exact: true }).click()
  await page.getByRole('textbox', { name: 'Size' }).fill('0.5')
  await page.getByText('It would be read as: SELL BINANCE:BTCUSDT with size 0.5').waitFor()
  expect(JSON.parse(await message.inputValue())).toEqual({ symbol: '{{exchange}}:{{ticker}}', side: 'sell', size: '0.5', key: 'YOUR_KEY', time: '{{timenow}}' })
  expect(await page.content()).not.toContain(key)
  await message.fill('{"symbol": "BTCUSDT", "side": "hold", "test": true}')
  await page.getByText('must be BUY or SELL').waitFor()
  await page.getByText('could have been meant to stop a live order').waitFor()

  const made = JSON.stringify({ symbol: 'BTCUSDT', side: 'buy', key })
  expect((await fetch(address, { method: 'POST', body: made })).status).toBe(202)
  expect((await fetch(address, { method: 'POST', body: made.replace(key, 'x'.repeat(key.length)) })).status).toBe(401)
  await page.getByRole('tab', { name: 'Activity' }).click()
  await page.getByText('401 wrong_key').waitFor()
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByText('Paused: signals are answered 409').waitFor()
  expect((await fetch(address, { method: 'POST', body: made })).status).toBe(409)
  await page.getByRole('button', { name: 'Resume' }).click()
  await page.getByText('The webhook receives again').waitFor()
  expect(person.wrong).toEqual([])
})

test('a bot shows its next order before there is one, with the rules it was held against; errors stand at their fields', async () => {
  await page.goto('/bots/new')
  await page.getByLabel('Symbol').fill('BTCUSDT')
  await page.getByLabel('Amount of an order').fill('1')
  await page.getByRole('alert').or(page.getByText(/minimum/i)).first().waitFor()
  await page.getByRole('button', { name: 'Make bot' }).click()
  await eventually(async () => await page.getByLabel('Amount of an order').getAttribute('aria-invalid') === 'true', 'the amount is marked as wrong')
  await page.getByLabel('Amount of an order').fill('250')
  await page.getByText('Opens long: buy 250 USDT.').waitFor()
  await page.getByRole('textbox', { name: 'Name' }).fill('Scalper')
  await page.getByRole('button', { name: 'Make bot' }).click()
  await page.getByText('Scalper listens').waitFor()
  await page.getByRole('link', { name: 'Open bot' }).click()
  await page.getByText('Not connected').waitFor({ state: 'detached' })
  await page.getByText('Running').waitFor()
  expect(person.wrong).toEqual([])
})

test('a signal by hand is a test unless one says otherwise; the bot\'s page follows position and profit; it closes and ends', async () => {
  const [bot] = good<{ items: { id: string; webhookId: string }[] }>(await api.call('GET', '/bots')).items
  await page.goto(`/webhooks/${bot?.webhookId ?? ''}`)
  await page.getByRole('tab', { name: 'Send a signal' }).click()
  await page.getByRole('button', { name: 'Send test' }).click()
  await page.getByText('The signal was stored.').waitFor()
  await page.getByRole('checkbox', { name: 'Only a test' }).uncheck()
  await page.getByText('This is no test').waitFor()
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await eventually(async () => good<{ items: { state: string }[] }>(await api.call('GET', '/orders')).items[0]?.state === 'filled', 'the order is filled')
  expect(await place.control('binance', 'GET', '/orders')).toHaveLength(1)

  await page.goto(`/bots/${bot?.id ?? ''}`)
  await page.getByText('Long', { exact: true }).first().waitFor()
  await page.getByText('Opens long: buy 250 USDT.').first().waitFor()
  await page.getByRole('button', { name: 'Close position' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Close position' }).click()
  await page.getByText('Flat', { exact: true }).first().waitFor()
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByText('Paused', { exact: true }).first().waitFor()
  await page.getByRole('tab', { name: 'Settings' }).click()
  await page.getByRole('button', { name: 'Disconnect' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Disconnect' }).click()
  await page.getByText('The bot is disconnected').waitFor()
  await page.getByRole('button', { name: 'Delete bot' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete bot' }).click()
  await page.getByRole('heading', { name: 'Bots', level: 1 }).waitFor()
  expect(good<{ items: unknown[] }>(await api.call('GET', '/bots')).items).toEqual([])
  expect(person.wrong).toEqual([])
})
