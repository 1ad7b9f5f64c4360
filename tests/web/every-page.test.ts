import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../installation.ts'
import { barriers, issuesOf, launch, newPerson } from './chromium.ts'
import { good, startPlace, type Place } from './place.ts'
import { bytesOf, scriptsServed } from './scripts-served.ts'
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

/** Opens a page, and waits until all of it is there. */
async function open(page: Page, address: string): Promise<void> {
  await page.goto(address)
  await page.getByRole('heading', { level: 1 }).waitFor()
  while (await page.locator('[data-loading]').count() > 0) await page.waitForTimeout(20)
}

test.each([['light', 1440], ['dark', 390]] as const)('no page keeps anybody out, is wider than the window, throws or asks elsewhere (%s, %i px)', async (colorScheme, width) => {
  const { page, wrong, context } = await newPerson(browser, place.url, { colorScheme, viewport: { width, height: 900 } })
  await page.goto('/')
  await signIn(page)
  const found: string[] = []
  for (const address of pages) {
    await open(page, address)
    found.push(...(await barriers(page)).map((line) => `${address}: ${line}`))
    const wide = await page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth')
    if (wide > 0) found.push(`${address}: ${wide} px wider than the window`)
  }
  expect(found).toEqual([])
  expect(wrong).toEqual([])
  await context.close()
}, 600_000)

test('every page is light: under 250 KB of script on the wire, charts apart, all of it compressed and from hashed files', async () => {
  const found: string[] = []
  const weigh = async (address: string, signedIn: boolean): Promise<void> => {
    const { page, context } = await newPerson(browser, place.url)
    const served = scriptsServed(page)
    await page.goto(address)
    if (signedIn) await signIn(page)
    await page.getByRole('heading', { level: 1 }).waitFor()
    while (await page.locator('[data-loading]').count() > 0) await page.waitForTimeout(20)
    const scripts = await served()
    expect(scripts.length).toBeGreaterThan(2)
    found.push(...scripts.filter(({ coding }) => coding !== 'br').map(({ path }) => `${address}: ${path} is not compressed`))
    found.push(...scripts.filter(({ path }) => path !== '/theme.js' && !/^\/assets\/.+-[\w-]{8,}\.js$/.test(path)).map(({ path }) => `${address}: ${path} has no hash`))
    const bytes = bytesOf(scripts.filter(({ path }) => !path.startsWith('/assets/time-chart-')))
    if (bytes >= 250 * 1024) found.push(`${address}: ${bytes} bytes of script`)
    await context.close()
  }
  await weigh('/', false)
  // Signing in on the way only adds to it. The overview, and the pages with the largest forms.
  for (const address of pages.filter((one) => /^\/($|bots\/|webhooks\/|connections\/new|settings\/security)/.test(one))) await weigh(address, true)
  expect(found).toEqual([])
})

test('what Lighthouse asks of good practice, as far as it applies here, holds on every page', async () => {
  const { page, wrong, context } = await newPerson(browser, place.url)
  const told = await issuesOf(page)
  await page.addInitScript(`
    globalThis.asked = []
    for (const [holder, name] of [[Notification, 'requestPermission'], [navigator.geolocation, 'getCurrentPosition'], [navigator.geolocation, 'watchPosition'], [navigator.mediaDevices, 'getUserMedia']]) {
      holder[name] = () => { asked.push(name); return Promise.reject(new Error('not now')) }
    }
  `)
  const answer = await page.goto('/')
  expect(answer?.headers()).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'x-content-type-options': 'nosniff', 'cross-origin-opener-policy': 'same-origin' })
  // Typed or pasted, a password is a password.
  await page.getByRole('textbox', { name: 'Password' }).waitFor()
  expect(await page.evaluate<boolean>("document.querySelector('input[type=password]').dispatchEvent(new ClipboardEvent('paste', { bubbles: true, cancelable: true }))")).toBe(true)
  await signIn(page)
  const found: string[] = []
  for (const address of pages) {
    await open(page, address)
    found.push(...(await page.evaluate<string[]>(PRACTICES)).map((line) => `${address}: ${line}`))
  }
  expect(found).toEqual([])
  expect(told().filter((line) => !line.includes(NAMELESS_FIELD))).toEqual([])
  expect(wrong).toEqual([])
  // The policy holds: a script that somebody managed to put into the page does not run, and the browser says so.
  await page.evaluate("document.body.append(Object.assign(document.createElement('script'), { textContent: 'globalThis.intruded = true' }))")
  expect(await page.evaluate<boolean>("'intruded' in globalThis")).toBe(false)
  await eventually(() => Promise.resolve(told().some((line) => line.includes('ContentSecurityPolicyIssue'))), 'the browser reports what the policy stopped')
  await context.close()
}, 600_000)

/** Told of a field in which a library measures text, and which nobody fills in; those that people fill in are looked at below. */
const NAMELESS_FIELD = 'FormEmptyIdAndNameAttributesForInputError'
const MOST_DISTORTED = 0.05
/** What a page itself shows of it: everything that is not as it should be. */
const PRACTICES = `[
  ...document.compatMode === 'CSS1Compat' && document.doctype?.name === 'html' ? [] : ['no doctype'],
  ...document.characterSet === 'UTF-8' ? [] : ['not in UTF-8'],
  ...isSecureContext ? [] : ['not secure'],
  ...document.querySelector('meta[name=viewport]') ? [] : ['no viewport'],
  ...[...document.images].filter((one) => one.naturalWidth > 0 && Math.abs(one.width / one.height / (one.naturalWidth / one.naturalHeight) - 1) > ${MOST_DISTORTED}).map((one) => one.src + ' is distorted'),
  ...[...document.querySelectorAll('a[target=_blank]')].filter(({ rel }) => !rel.includes('noopener')).map(({ href }) => href + ' is given our window'),
  ...[...document.querySelectorAll('input, select, textarea')].filter(({ id, name, type, ariaHidden }) => id === '' && name === '' && type !== 'hidden' && ariaHidden !== 'true').map((one) => 'neither id nor name: ' + one.outerHTML),
  ...asked.map((name) => name + ' was asked for unbidden'),
]`
