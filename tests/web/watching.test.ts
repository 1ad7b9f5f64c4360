import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Browser as Api } from '../browser.ts'
import { eventually } from '../installation.ts'
import { layCable, type Cable } from './cable.ts'
import { launch, newPerson, type Person } from './chromium.ts'
import { good, startPlace, type Place } from './place.ts'
import { alert, desk, firstAccount, PASSWORD, signIn, type Desk } from './seed.ts'

let place: Place
let browser: Browser
let api: Api
let at: Desk
let cable: Cable
let person: Person
let page: Page

beforeAll(async () => {
  [place, browser] = await Promise.all([startPlace({ exchanges: ['binance'] }), launch()])
  api = await firstAccount(place)
  at = await desk(place, api)
  cable = await layCable(place.url)
  person = await newPerson(browser, cable.url)
  page = person.page
  await page.goto('/signals')
  await signIn(page)
})
afterAll(async () => {
  await browser.close()
  await cable.close()
  await place.stop()
})

/** So many signals that the bot skips. */
async function noise(from: number, to: number): Promise<void> {
  for (let batch = from; batch < to; batch += 20) {
    await Promise.all(Array.from({ length: Math.min(20, to - batch) }, (_, index) => (
      fetch(at.hook, { method: 'POST', body: JSON.stringify({ symbol: 'ETHUSDT', side: 'buy', id: `noise ${batch + index}` }) }))))
  }
}
const row = (label: string) => page.getByRole('listitem').filter({ hasText: label })
const topOf = async (label: string): Promise<number> => (await row(label).boundingBox())?.y ?? Number.NaN

test('signals come in by themselves at the top; further down nothing moves, and what is new waits until one asks', async () => {
  await noise(0, 150)
  await row('noise 149').waitFor()
  // While they come in the list is still short: until one is well down it.
  await eventually(async () => {
    await page.mouse.wheel(0, 600)
    await page.waitForTimeout(50)
    return await page.evaluate<number>('scrollY') > 2000
  }, 'the list is long enough to scroll')
  await page.waitForTimeout(300) // the wheel runs out
  const label = (await page.getByRole('listitem').nth(15).textContent())?.match(/noise \d+/)?.[0] ?? ''
  const before = await topOf(label)
  await alert(api, at.hook, { symbol: 'BTCUSDT', side: 'buy', id: 'while reading' })
  await page.getByRole('button', { name: '1 new signal' }).waitFor()
  expect(Math.abs(await topOf(label) - before)).toBeLessThan(2)
  await page.getByRole('button', { name: '1 new signal' }).click()
  await row('while reading').waitFor()
  // To the very end, page by page.
  for (let turn = 0; await row('noise 0').filter({ hasText: /noise 0(?!\d)/ }).count() === 0 && turn < 200; turn += 1) {
    await page.mouse.wheel(0, 3000)
    await page.waitForTimeout(50)
  }
  expect(await page.getByRole('listitem').count()).toBeLessThan(80)
  expect(person.wrong).toEqual([])
})

test('a stream that broke off goes on where it ended; what was missed is there', async () => {
  await page.goto('/signals')
  await page.getByRole('listitem').first().waitFor()
  await page.getByLabel('Live', { exact: true }).waitFor()
  cable.cut()
  await page.getByLabel('Reconnecting').waitFor()
  await alert(api, at.hook, { symbol: 'BTCUSDT', side: 'sell', id: 'while away' })
  cable.mend()
  await row('while away').waitFor()
  await page.getByLabel('Live', { exact: true }).waitFor()
})

test('a signal tells its story: reason, order, milliseconds, what was received; replayed as a test it sends nothing', async () => {
  const id = await alert(api, at.hook, { symbol: 'BTCUSDT', side: 'buy', dilution: true, id: 'told' })
  await page.goto(`/signals/${id}`)
  await page.getByRole('heading', { name: 'Buy BTCUSDT' }).waitFor()
  await page.getByText(/buy 100 USDT/).first().waitFor()
  const timeline = page.getByRole('list', { name: 'Timeline' })
  for (const event of ['Received', 'Decided', 'Stored', 'Sent', 'Accepted', 'Filled']) await timeline.getByText(event, { exact: true }).waitFor()
  await page.getByText('"id": "told"').waitFor()
  const orders = (await place.control('binance', 'GET', '/orders') as unknown[]).length
  await page.getByRole('button', { name: 'What would happen now?' }).click()
  await page.getByText('Would have sent').first().waitFor()
  expect((await place.control('binance', 'GET', '/orders') as unknown[]).length).toBe(orders)
  await page.getByRole('link', { name: /^BTCUSDT worth/ }).first().click()
  await page.getByText('Fills').waitFor()
  await page.getByText('Client order id').waitFor()
})

test('what needs attention is in sight on every page; an uncertain order can be looked up again', async () => {
  await place.control('binance', 'POST', '/faults', { path: '/api/v3/order', method: 'POST', fault: 'drop-request', times: 1 })
  await place.control('binance', 'POST', '/faults', { path: '/api/v3/order', method: 'GET', fault: 'status', status: 500, body: {}, times: 1000 })
  await alert(api, at.hook, { symbol: 'BTCUSDT', side: 'buy', dilution: true, id: 'lost' })
  await page.goto('/bots')
  await page.getByRole('link', { name: /needs? attention/ }).click()
  await page.getByRole('link', { name: 'Look at the order' }).click()
  await page.getByRole('button', { name: 'Look it up again' }).waitFor()
  await page.getByRole('button', { name: 'Look it up again' }).click()
  await page.getByText('Uncertain', { exact: true }).first().waitFor()
})

test('two people of one installation see nothing of each other', async () => {
  const { invitation } = good<{ invitation: { url: string } }>(await api.call('POST', '/users', { name: 'grace', invite: true }))
  const other = await newPerson(browser, place.url)
  await other.page.goto(new URL(invitation.url).pathname + new URL(invitation.url).hash)
  await other.page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD.replace('green', 'amber'))
  await other.page.getByRole('button', { name: 'Set password and sign in' }).click()
  await other.page.getByText('0 of 5 done').waitFor()
  const [signal] = good<{ items: { id: string }[] }>(await api.call('GET', '/signals?limit=1')).items
  for (const address of [`/bots/${at.botId}`, `/connections/${at.connectionId}`, `/webhooks/${at.webhookId}`, `/signals/${signal?.id ?? ''}`]) {
    await other.page.goto(address)
    await other.page.getByRole('alert').filter({ hasText: 'There is no such' }).waitFor()
  }
  for (const address of ['/signals', '/orders', '/bots', '/connections', '/webhooks']) {
    await other.page.goto(address)
    await other.page.getByRole('heading', { level: 2 }).first().waitFor()
    expect(await other.page.content()).not.toContain('BTCUSDT')
  }
  await other.page.goto('/settings/users')
  await other.page.getByText('Only administrators see').waitFor()
  expect(other.wrong).toEqual([])
  await other.context.close()
})
