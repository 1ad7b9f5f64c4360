import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launch, newPerson } from './chromium.ts'
import { walkToFirstOrder } from './first-order.ts'
import { startPlace, type Place } from './place.ts'

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
  const { clicks, ordersAfterTest } = await walkToFirstOrder(page, place)
  expect(ordersAfterTest).toEqual([])
  expect(await place.control('binance', 'GET', '/orders')).toMatchObject([{ symbol: 'BTCUSDT', side: 'BUY', state: 'filled' }])
  expect(clicks).toBeLessThan(25)
  expect(wrong).toEqual([])
})
