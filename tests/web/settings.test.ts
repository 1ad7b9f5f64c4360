import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Browser as Api } from '../browser.ts'
import { codeOf } from './app-code.ts'
import type { Person } from './chromium.ts'
import { good, type Place } from './place.ts'
import { openRoom, type Room } from './room.ts'
import { alert, desk, PASSWORD } from './seed.ts'

let room: Room
let place: Place
let api: Api
let person: Person
let page: Page

beforeAll(async () => {
  room = await openRoom('/settings/security', undefined, { exchanges: ['binance'] })
  ;({ place, api, person, page } = room)
})
afterAll(() => room.leave())

test('a passkey is added, and lets one in by itself', async () => {
  const device = await person.context.newCDPSession(page)
  await device.send('WebAuthn.enable')
  await device.send('WebAuthn.addVirtualAuthenticator', { options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } })
  await page.getByLabel('Name of the new passkey').fill('Laptop')
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await page.getByText('Your recovery codes').waitFor()
  expect(await page.getByRole('dialog').locator('code').count()).toBe(10)
  await page.getByRole('button', { name: 'I have kept them' }).click()
  await page.getByText('Laptop').waitFor()
  await page.getByRole('button', { name: 'Account: ada' }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await page.getByText('Laptop').waitFor()

  // Where a fresh proof is asked for, the passkey gives it, and what one wanted to do is done.
  let refused = 0
  await page.route('**/api/v1/tokens', (route, request) => (request.method() === 'POST' && (refused += 1) === 1
    ? route.fulfill({ status: 403, contentType: 'application/problem+json', body: '{"code":"second_factor_required","status":403,"detail":"once more"}' }) : route.continue()))
  await page.goto('/settings/tokens')
  await page.getByRole('textbox', { name: 'Name' }).fill('cron')
  await page.getByRole('button', { name: 'Make token' }).click()
  await page.getByRole('button', { name: 'Confirm with a passkey' }).click()
  await page.getByText('The token, shown this once').waitFor()
  expect(good<{ items: { name: string; scopes: string[] }[] }>(await api.call('GET', '/tokens')).items).toMatchObject([{ name: 'cron', scopes: ['read'] }])
  await page.getByRole('button', { name: 'Revoke' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
  await page.getByText('No token yet.').waitFor()
  expect(person.wrong).toEqual([])
})

test('an authenticator app is set up with a picture or by hand, and can be removed', async () => {
  await page.goto('/settings/security')
  await page.getByRole('button', { name: 'Set up' }).click()
  await page.getByRole('img', { name: 'QR code of the secret' }).waitFor()
  const secret = await page.locator('code').first().textContent() ?? ''
  await page.getByLabel('Then enter the code that it shows').fill(codeOf(secret, Date.now()))
  await page.getByRole('button', { name: 'Confirm' }).click()
  await page.getByText('Authenticator app · Set up').waitFor()
  expect(good<{ factors: { totp: boolean; passkeys: number } }>(await api.call('GET', '/me')).factors).toMatchObject({ totp: true, passkeys: 1 })
  for (const _factor of ['app', 'passkey']) {
    await page.getByRole('button', { name: 'Remove' }).first().click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  }
  await page.getByText('Authenticator app · Not set up').waitFor()
  expect(good<{ factors: object }>(await api.call('GET', '/me')).factors).toMatchObject({ totp: false, passkeys: 0, recoveryCodes: 0 })
  expect(person.wrong).toEqual([])
})

test('a new password needs the old one, and its rules stand at the field', async () => {
  await page.goto('/settings/security')
  await page.getByRole('textbox', { name: 'Current password' }).fill('wrong wrong wrong')
  await page.getByRole('textbox', { name: 'New password' }).fill('nine purple anchors sleep')
  await page.getByRole('button', { name: 'Change password' }).click()
  await page.getByText('It is wrong.').waitFor()
  await page.getByRole('textbox', { name: 'Current password' }).fill(PASSWORD)
  await page.getByRole('textbox', { name: 'New password' }).fill('short')
  await page.getByRole('button', { name: 'Change password' }).click()
  await page.getByText('It is too short').waitFor()
  await page.getByRole('textbox', { name: 'New password' }).fill('nine purple anchors sleep')
  await page.getByRole('button', { name: 'Change password' }).click()
  await page.getByText('The password was changed').waitFor()
  expect((await api.call('GET', '/me')).status).toBe(401)
  api = place.api()
  good(await api.call('POST', '/session', { name: 'ada', password: 'nine purple anchors sleep' }))
})

test('browsers are listed and signed out; people are invited, changed and deleted', async () => {
  await page.goto('/settings/security')
  await page.getByText('this browser').waitFor()
  await page.getByRole('button', { name: 'Sign out: a test browser' }).click()
  await page.getByText('Signed out there').waitFor()
  expect((await api.call('GET', '/me')).status).toBe(401)
  await page.goto('/settings/users')
  await page.getByRole('textbox', { name: 'Name' }).fill('grace')
  await page.getByRole('button', { name: 'Invite' }).click()
  await page.getByText('Give this link to grace').waitFor()
  expect(await page.locator('code').first().textContent()).toMatch(/\/invitation#tf_/)
  await page.getByRole('button', { name: 'Change grace' }).click()
  await page.getByRole('menuitem', { name: 'Disable' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click()
  await page.getByText('disabled', { exact: true }).waitFor()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Change grace' }).click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await page.getByText('The user was deleted').waitFor()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Change ada' }).click()
  await page.getByRole('menuitem', { name: 'Disable' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click()
  await page.getByText('This is the only administrator').waitFor()
  expect(person.wrong).toEqual([])
})

test('every use of a key is listed, and the chain is verified', async () => {
  const mine = place.api()
  good(await mine.call('POST', '/session', { name: 'ada', password: 'nine purple anchors sleep' }))
  const { hook } = await desk(place, mine)
  await alert(mine, hook, { symbol: 'BTCUSDT', side: 'buy' })
  await page.goto('/settings/audit')
  await page.getByText('new connection: binance spot').waitFor()
  await page.getByText('submit', { exact: true }).first().waitFor()
  await page.getByRole('button', { name: 'Verify the chain' }).click()
  await page.getByText('The chain is whole').waitFor()
  await page.goto('/settings/system')
  await page.getByText('Database and executor answer').waitFor()
  expect(person.wrong).toEqual([])
})
