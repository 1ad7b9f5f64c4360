import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { barriers, launch, newPerson, type Person } from './chromium.ts'
import { startPlace, type Place } from './place.ts'
import { firstAccount, signIn } from './seed.ts'

/** An address of a documentation network: to the browser another machine, although its requests end here. */
const ELSEWHERE = '192.0.2.7'

/** The browser notes one header that it heeds under https only. */
const notOfHttp = (line: string): boolean => !line.includes('Cross-Origin-Opener-Policy')

let place: Place
let browser: Browser
let person: Person

beforeAll(async () => {
  [place, browser] = await Promise.all([startPlace({ env: { TOWERFLOW_PRACTICE: 'true' } }), launch([`--host-resolver-rules=MAP ${ELSEWHERE} 127.0.0.1`])])
  await firstAccount(place)
  person = await newPerson(browser, place.url.replace('localhost', ELSEWHERE))
})
afterAll(async () => {
  await browser.close()
  await place.stop()
})

test('over plain http from elsewhere no key is taken, and it is said before one could be typed, with what to do', async () => {
  const { page, wrong } = person
  const { port } = new URL(place.url)
  await page.goto('/connections/new')
  expect(await page.evaluate<boolean>('isSecureContext')).toBe(false)
  await page.getByText('Passkeys do not work at this address').waitFor()
  await signIn(page)
  await page.getByText('A key cannot be encrypted here').waitFor()
  await page.getByText('set TOWERFLOW_PUBLIC_URL').waitFor()
  await page.getByText(`ssh -N -L ${port}:127.0.0.1:${port} ${ELSEWHERE}`).waitFor()
  await page.getByText('node bin/towerflow.mjs connect --exchange').waitFor()
  expect(await page.getByRole('textbox').count()).toBe(0)
  expect(await page.getByRole('button', { name: /connect/i }).count()).toBe(0)
  expect(await barriers(page)).toEqual([])
  expect(wrong.filter(notOfHttp)).toEqual([])
})

test('passkeys are not offered where browsers forbid them; everything else works, copying too', async () => {
  const { page, wrong } = person
  await page.goto('/settings/security')
  await page.getByText('Passkeys do not work at this address').waitFor()
  expect(await page.getByRole('button', { name: 'Add a passkey' }).count()).toBe(0)
  await page.goto('/webhooks/new')
  await page.getByRole('button', { name: 'Make webhook' }).click()
  const address = await page.locator('code').first().textContent()
  await page.getByRole('button', { name: 'Copy: webhook address' }).click()
  await page.getByRole('button', { name: 'Copied' }).waitFor()
  await page.goto('/settings/tokens')
  await page.getByRole('textbox', { name: 'Name' }).focus()
  await page.keyboard.press('ControlOrMeta+v')
  expect(await page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe(address)
  expect(wrong.filter(notOfHttp)).toEqual([])
})
