import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { barriers, launch, newPerson } from './chromium.ts'
import { good, startPlace, type Place } from './place.ts'
import { alert, desk, firstAccount, signIn } from './seed.ts'

let place: Place
let browser: Browser
let pages: string[]

beforeAll(async () => {
  [place, browser] = await Promise.all([startPlace({ exchanges: ['binance'], env: { TOWERFLOW_PRACTICE: 'true' } }), launch()])
  const api = await firstAccount(place)
  const { connectionId, webhookId, botId, hook } = await desk(place, api)
  for (const side of ['buy', 'sell', 'buy']) await alert(api, hook, { symbol: 'BTCUSDT', side, id: `a ${side}`, interval: 5 })
  await fetch(hook, { method: 'POST', body: 'nonsense' })
  const [order] = good<{ items: { id: string; signalId: string }[] }>(await api.call('GET', '/orders')).items
  pages = [
    '/', '/start', '/signals', `/signals/${order?.signalId ?? ''}`, '/orders', `/orders/${order?.id ?? ''}`, '/bots', '/bots/new', `/bots/${botId}`, '/webhooks', '/webhooks/new', `/webhooks/${webhookId}`,
    '/connections', '/connections/new', `/connections/${connectionId}`, `/connections/${connectionId}/replace`, '/attention', '/settings/security', '/settings/tokens', '/settings/users', '/settings/audit',
    '/settings/system', '/nowhere',
  ]
})
afterAll(async () => {
  await browser.close()
  await place.stop()
})

test.each([['light', 1440], ['dark', 390]] as const)('no page keeps anybody out, is wider than the window, throws or asks elsewhere (%s, %i px)', async (colorScheme, width) => {
  const { page, wrong, context } = await newPerson(browser, place.url, { colorScheme, viewport: { width, height: 900 } })
  await page.goto('/')
  await signIn(page)
  const found: string[] = []
  for (const address of pages) {
    await page.goto(address)
    await page.getByRole('heading', { level: 1 }).waitFor()
    while (await page.locator('[data-loading]').count() > 0) await page.waitForTimeout(20)
    found.push(...(await barriers(page)).map((line) => `${address}: ${line}`))
    const wide = await page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth')
    if (wide > 0) found.push(`${address}: ${wide} px wider than the window`)
  }
  expect(found).toEqual([])
  expect(wrong).toEqual([])
  await context.close()
}, 600_000)

test('the first page is light: under 250 KB of script, compressed, and every script from a hashed file', async () => {
  const { page, context } = await newPerson(browser, place.url)
  const scripts: string[] = []
  page.on('response', (response) => { if (response.request().resourceType() === 'script') scripts.push(new URL(response.url()).pathname) })
  await page.goto('/')
  await page.getByRole('textbox', { name: 'Name' }).waitFor()
  const dist = path.resolve(import.meta.dirname, '../../web/dist')
  const bytes = scripts.filter((name) => name !== '/theme.js').map((name) => readFileSync(path.join(dist, `${name}.br`)).length)
  expect(bytes.length).toBeGreaterThan(1)
  expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThan(250 * 1024)
  expect(scripts.filter((name) => !/^\/assets\/.+-[\w-]{8,}\.js$/.test(name))).toEqual(['/theme.js'])
  await context.close()
})
