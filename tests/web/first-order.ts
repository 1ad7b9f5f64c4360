import type { Page } from 'playwright-core'
import type { Place } from './place.ts'
import { PASSWORD } from './seed.ts'

export interface Walk {
  readonly clicks: number
  /** What the exchange had seen when the test signal had been dealt with. */
  readonly ordersAfterTest: unknown
}

/** From the printed link to a filled order on a simulated exchange, by mouse and keyboard, as somebody does who has just begun. */
export async function walkToFirstOrder(page: Page, place: Pick<Place, 'setupToken' | 'control'>): Promise<Walk> {
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
  const ordersAfterTest = await place.control('binance', 'GET', '/orders')
  await click('button', 'Send a signal')
  await page.getByText('It works').waitFor()
  await page.getByText('Filled', { exact: true }).waitFor()
  return { clicks, ordersAfterTest }
}
