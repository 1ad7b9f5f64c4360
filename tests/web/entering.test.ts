import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { codeOf } from './app-code.ts'
import { barriers, keptBy, launch, newPerson } from './chromium.ts'
import { good, startPlace, type Place } from './place.ts'

const PASSWORD = 'seven green lanterns drift'
let place: Place
let browser: Browser

beforeAll(async () => { [place, browser] = await Promise.all([startPlace({ exchanges: ['binance'] }), launch()]) })
/** Where one is once one is in: who has just begun is shown the first steps. */
const INSIDE = { name: 'First steps', level: 1 } as const

afterAll(async () => {
  await browser.close()
  await place.stop()
})

/** Notes every heading of a page from its next opening on; answers how to read them, each once. */
async function headingsShown(page: Page): Promise<() => Promise<string[]>> {
  await page.addInitScript(`
    globalThis.headingsShown = new Set()
    new MutationObserver(() => { for (const one of document.querySelectorAll('h1')) headingsShown.add(one.textContent) }).observe(document, { childList: true, subtree: true, characterData: true })
  `)
  return () => page.evaluate<string[]>('[...headingsShown]')
}

test('the printed link makes the first account and nothing of it stays in the address; one signs out and in again', async () => {
  const { page, wrong, context } = await newPerson(browser, place.url)
  const headings = await headingsShown(page)
  await page.goto(`/setup#${place.setupToken}`)
  await page.getByLabel('Your name').fill('ada')
  expect(page.url()).not.toContain(place.setupToken)
  await page.getByLabel('Password', { exact: false }).first().fill('password1234')
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByText('is easy to guess').waitFor()
  await page.getByLabel('Password', { exact: false }).first().fill(PASSWORD)
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByRole('heading', INSIDE).waitFor()
  // Nothing else is shown on the way, not for a moment.
  expect(await headings()).toEqual(['Make the first account', 'First steps'])

  await page.getByRole('button', { name: 'Account: ada' }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('ada')
  await page.getByRole('textbox', { name: 'Password' }).fill('not that one')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByText('The name or the password is wrong.').waitFor()
  await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', INSIDE).waitFor()
  expect(wrong).toEqual([])
  const kept = await keptBy({ page, context })
  for (const secret of [PASSWORD, place.setupToken]) expect(kept).not.toContain(secret)
  await context.close()
})

test('with an authenticator app a code is asked for, and each recovery code works once', async () => {
  const api = place.api()
  good(await api.call('POST', '/session', { name: 'ada', password: PASSWORD }))
  const { secret } = good<{ secret: string }>(await api.call('POST', '/me/totp', {}))
  const { recoveryCodes } = good<{ recoveryCodes: string[] }>(await api.call('POST', '/me/totp/confirm', { code: codeOf(secret, Date.now() - 30_000) }))
  const { page, wrong, context } = await newPerson(browser, place.url)
  const enterPassword = async (): Promise<void> => {
    await page.goto('/')
    await page.getByRole('textbox', { name: 'Name' }).fill('ada')
    await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByText('One more step').waitFor()
  }
  await enterPassword()
  await page.getByLabel('Code from your authenticator app').fill('000 000')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByText('is wrong, or was used before').waitFor()
  await page.getByLabel('Code from your authenticator app').fill(codeOf(secret, Date.now()))
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('heading', INSIDE).waitFor()

  for (const accepted of [true, false]) {
    await context.clearCookies()
    await enterPassword()
    await page.getByRole('button', { name: 'Use a recovery code' }).click()
    await page.getByRole('textbox', { name: 'Recovery code' }).fill(recoveryCodes[0] ?? '')
    await page.getByRole('button', { name: 'Continue' }).click()
    await (accepted ? page.getByRole('heading', INSIDE) : page.getByText('is wrong, or was used before')).waitFor()
  }
  good(await api.call('DELETE', '/me/totp', {}))
  expect(wrong).toEqual([])
  await context.close()
})

test('the kill switch is one click away, and so is its end; a session that ended elsewhere leads back to the same page', async () => {
  const api = place.api()
  good(await api.call('POST', '/session', { name: 'ada', password: PASSWORD }))
  const { page, wrong, context } = await newPerson(browser, place.url)
  await page.goto('/?from=elsewhere')
  await page.getByRole('textbox', { name: 'Name' }).fill('ada')
  await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('button', { name: 'Freeze', exact: true }).click()
  await page.getByLabel('Reason').fill('the news')
  await page.getByRole('button', { name: 'Freeze now' }).click()
  await page.getByRole('button', { name: 'Frozen' }).click()
  await page.getByText('the news').waitFor()
  await page.getByRole('button', { name: 'Thaw' }).click()
  await page.getByRole('button', { name: 'Freeze', exact: true }).waitFor()

  // Signed out elsewhere: the page notices by itself, and one comes back to where one was.
  good(await api.call('DELETE', '/sessions', {}))
  await page.getByRole('textbox', { name: 'Name' }).waitFor()
  await page.getByRole('textbox', { name: 'Name' }).fill('ada')
  await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('heading', INSIDE).waitFor()
  expect(page.url()).toContain('from=elsewhere')
  expect(wrong).toEqual([])
  await context.close()
})

test.each(['light', 'dark'] as const)('nothing before the door keeps anybody out (%s)', async (colorScheme) => {
  const { page, context, wrong } = await newPerson(browser, place.url, { colorScheme })
  await page.goto('/')
  await page.getByRole('textbox', { name: 'Name' }).waitFor()
  expect(await barriers(page)).toEqual([])
  await page.goto('/invitation#tf_nonsense')
  await page.getByText('This link does not work').waitFor()
  expect(await barriers(page)).toEqual([])
  expect(wrong).toEqual([])
  await context.close()
})
