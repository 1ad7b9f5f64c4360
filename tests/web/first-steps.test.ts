import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launch, newPerson } from './chromium.ts'
import { startPlace, type Place } from './place.ts'
import { PASSWORD } from './seed.ts'

let place: Place
let browser: Browser

beforeAll(async () => {
  [place, browser] = await Promise.all([startPlace({ env: { TOWERFLOW_PRACTICE: 'true' } }), launch()])
  await place.control('binance', 'PUT', '/prices/BTCUSDT', { price: '97000' })
})
afterAll(async () => {
  await browser.close()
  await place.stop()
})

test('from the printed link to a filled order on a simulated exchange: under 25 clicks; one goes on where one left', async () => {
  const { page, wrong } = await newPerson(browser, place.url)
  let clicks = 0
  const click = async (role: 'button' | 'link' | 'radio', name: string): Promise<void> => {
    clicks += 1
    await page.getByRole(role, { name, exact: true }).click()
  }
  await page.goto(`/setup#${place.setupToken}`)
  await page.getByLabel('Your name').fill('ada')
  await page.getByLabel('Password').first().fill(PASSWORD)
  await click('button', 'Create account')

  await page.getByText('0 of 5 done').waitFor()
  await click('link', 'Connect')
  await click('radio', 'Binance')
  await click('button', 'Connect a practice account')
  await page.getByText('Binance spot is connected').waitFor()
  await click('link', 'Next: make a webhook')
  await click('button', 'Make webhook')
  await page.getByText('Webhook is ready').waitFor()
  // Left, and come back: it is known how far one has come.
  await page.goto('/')
  await page.getByText('2 of 5 done').waitFor()
  await click('link', 'Make a bot')
  await page.getByLabel('Symbol').fill('BTCUSDT')
  await page.getByLabel('Amount of an order').fill('50')
  await page.getByText('Opens long: buy 50 USDT.').waitFor()
  await click('button', 'Make bot')
  await click('link', 'Send a test signal')
  await page.getByText('3 of 5 done').waitFor()
  await click('button', 'Send test')
  await page.getByText('4 of 5 done').waitFor()
  expect(await place.control('binance', 'GET', '/orders')).toEqual([])
  await click('button', 'Send a signal')
  await page.getByText('It works').waitFor()
  await page.getByText('Filled', { exact: true }).waitFor()

  expect(await place.control('binance', 'GET', '/orders')).toMatchObject([{ symbol: 'BTCUSDT', side: 'BUY', state: 'filled' }])
  expect(clicks).toBeLessThan(25)
  expect(wrong).toEqual([])
})
