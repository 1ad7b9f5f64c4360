import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Browser as Api } from '../browser.ts'
import { eventually } from '../installation.ts'
import { barriers, type Person } from './chromium.ts'
import { good, type Place } from './place.ts'
import { openRoom, type Room } from './room.ts'
import { alert, connected, desk, type Desk } from './seed.ts'

// What cannot be undone is asked first; what a person cannot know yet is not asked at all.

let room: Room
let place: Place
let api: Api
let person: Person
let page: Page
let made: Desk

beforeAll(async () => {
  room = await openRoom(
    '/bots',
    async (at, caller) => {
      made = await desk(at, caller)
      for (const name of ['grace', 'alan']) good(await caller.call('POST', '/users', { name, invite: true }))
      good(await caller.call('POST', `/webhooks/${made.webhookId}/shares`, { userName: 'grace' }))
    },
    { exchanges: ['binance'] },
  )
  ;({ place, api, person, page } = room)
})
afterAll(() => room.leave())

const uncertain = async () =>
  good<{ items: { id: string; needsPerson: boolean }[] }>(await api.call('GET', '/orders?state=uncertain'))
    .items[0]

test('an uncertain order that is looked up offers to look again, and nothing that nobody can know yet', async () => {
  const fault = (body: object): Promise<unknown> => place.control('binance', 'POST', '/faults', body)
  await fault({ path: '/api/v3/order', method: 'POST', fault: 'drop-request', times: 1 })
  await fault({ path: '/api/v3/order', method: 'GET', fault: 'status', status: 500, body: {}, times: 10_000 })
  const lost = good<{ id: string; url: string }>(await api.call('POST', '/webhooks', { name: 'Lost' }))
  good(
    await api.call('POST', '/bots', {
      webhookId: lost.id,
      connectionId: made.connectionId,
      symbol: 'ETHUSDT',
      amount: '100',
      amountIn: 'quote',
      name: 'Lost',
    }),
  )
  await fetch(lost.url, { method: 'POST', body: JSON.stringify({ symbol: 'ETHUSDT', side: 'buy' }) })
  await eventually(async () => (await uncertain()) !== undefined, 'the order is uncertain')
  await page.goto(`/orders/${(await uncertain())?.id ?? ''}`)
  await page.getByText('Checking whether this order reached the exchange').waitFor()
  await page.getByRole('button', { name: 'Look it up again' }).click()
  await page.getByText('The order is now: uncertain').waitFor()
  expect(await page.getByRole('button', { name: 'End it as failed' }).count()).toBe(0)
  expect(await page.getByRole('button', { name: 'Adopt it' }).count()).toBe(0)
  expect(await barriers(page)).toEqual([])
})

interface User {
  readonly name: string
  readonly role: string
  readonly disabled: boolean
}
const user = async (name: string): Promise<User | undefined> =>
  good<{ items: User[] }>(await api.call('GET', '/users')).items.find((one) => one.name === name)

/** Takes a step of a user's menu, thinks better of it, takes it again and goes through with it. */
async function step(
  name: string,
  label: string,
  title: RegExp,
  action: string,
  before: () => Promise<void>,
): Promise<void> {
  for (const answer of ['Cancel', action]) {
    await page.getByRole('button', { name: `Change ${name}` }).click()
    await page.getByRole('menuitem', { name: label, exact: true }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText(title).waitFor()
    if (answer === 'Cancel') await before()
    await dialog.getByRole('button', { name: answer, exact: true }).click()
    await dialog.waitFor({ state: 'detached' })
  }
}

test('promoting, demoting, disabling and deleting a user, and forgetting their factors, is asked first', async () => {
  await page.goto('/settings/users')
  await step(
    'grace',
    'Make administrator',
    /^Make grace an administrator/,
    'Make administrator',
    async () => {
      expect(await user('grace')).toMatchObject({ role: 'user' })
    },
  )
  expect(await user('grace')).toMatchObject({ role: 'admin' })
  await step('grace', 'Make ordinary user', /^Take administrator/, 'Make ordinary user', async () => {
    expect(await user('grace')).toMatchObject({ role: 'admin' })
  })
  expect(await user('grace')).toMatchObject({ role: 'user' })
  await step(
    'alan',
    'New link, forgetting second factors',
    /^Forget all second factors of alan/,
    'Make the link',
    () => Promise.resolve(),
  )
  await page.getByText('Give this link to alan').waitFor()
  await step('alan', 'Disable', /^Disable alan/, 'Disable', async () => {
    expect(await user('alan')).toMatchObject({ disabled: false })
  })
  expect(await user('alan')).toMatchObject({ disabled: true })
  await step('alan', 'Delete', /^Delete alan/, 'Delete', async () => {
    expect(await user('alan')).toBeDefined()
  })
  expect(await user('alan')).toBeUndefined()
  expect(person.wrong).toEqual([])
})

test('ending a share is asked first: their bots then only close', async () => {
  await page.goto(`/webhooks/${made.webhookId}`)
  await page.getByRole('tab', { name: 'Settings' }).click()
  await page.getByRole('button', { name: 'End: grace' }).click()
  await page.getByRole('dialog').getByText('only close').waitFor()
  expect(
    good<{ items: unknown[] }>(await api.call('GET', `/webhooks/${made.webhookId}/shares`)).items,
  ).toHaveLength(1)
  await page.getByRole('dialog').getByRole('button', { name: 'Stop sharing' }).click()
  await page.getByText('No longer shared').waitFor()
  expect(
    good<{ items: unknown[] }>(await api.call('GET', `/webhooks/${made.webhookId}/shares`)).items,
  ).toHaveLength(0)
})

test('a bot that would trade beside another one is asked about once, and made once', async () => {
  const message = /already trades? BTCUSDT from this webhook.*two orders/
  const count = async (): Promise<number> =>
    good<{ items: unknown[] }>(await api.call('GET', '/bots')).items.length
  const before = await count()
  // A bot that is only changed is not warned of itself.
  await page.goto(`/bots/${made.botId}`)
  await page.getByRole('tab', { name: 'Settings' }).click()
  await page.getByRole('region', { name: 'Next order' }).getByText('Opens long').waitFor()
  expect(await page.getByText(message).count()).toBe(0)
  await page.goto(`/bots/new?connection=${made.connectionId}&webhook=${made.webhookId}`)
  await page.getByLabel('Symbol').fill('BTCUSDT')
  await page.getByLabel('Amount of an order').fill('50')
  await page.getByRole('region', { name: 'Next order' }).getByText(message).waitFor()
  await page.getByLabel('Amount of an order').press('Enter')
  await page.getByRole('dialog').getByText(message).waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  expect(await count()).toBe(before)
  // Typed and sent at once: what it would mean is looked up before it is made.
  await page.getByLabel('Amount of an order').fill('51')
  await page.getByLabel('Amount of an order').press('Enter')
  await page.getByRole('dialog').getByText(message).waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Create it all the same' }).click()
  await page.getByText('listens').first().waitFor()
  expect(await count()).toBe(before + 1)
  expect(person.wrong).toEqual([])
})

test("detaching a position in a bot's settings is asked first", async () => {
  await alert(api, made.hook, { symbol: 'BTCUSDT', side: 'buy' })
  await page.goto(`/bots/${made.botId}`)
  await page.getByRole('tab', { name: 'Settings' }).click()
  await page.getByLabel('Symbol').fill('ETHUSDT')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByRole('checkbox', { name: 'Detach position' }).first().check()
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByRole('dialog').getByText('Detach the position?').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
  expect(good<{ symbol: string }>(await api.call('GET', `/bots/${made.botId}`)).symbol).toBe('BTCUSDT')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Detach and save' }).click()
  await page.getByText('The bot trades by the new settings').waitFor()
  expect(
    good<{ symbol: string; position: string }>(await api.call('GET', `/bots/${made.botId}`)),
  ).toMatchObject({ symbol: 'ETHUSDT', position: '0' })
})

test('deleting the old connection after its key was replaced is asked first', async () => {
  const [old, next] = [
    await connected(place, api, 'binance', 'futures'),
    await connected(place, api, 'binance', 'futures'),
  ]
  await page.goto(`/connections/${old}/replace`)
  await page.getByRole('combobox', { name: 'Connected already' }).click()
  await page.getByRole('option').first().click()
  await page.getByRole('button', { name: 'Take this one' }).click()
  await page.getByRole('button', { name: 'Move the bots', exact: true }).click()
  await page.getByRole('button', { name: 'Delete the old connection' }).click()
  await page.getByRole('dialog').getByText('Its key is destroyed for good').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
  expect((await api.call('GET', `/connections/${old}`)).status).toBe(200)
  await page.getByRole('button', { name: 'Delete the old connection' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete the old connection' }).click()
  await page.getByRole('heading', { name: 'Connections', level: 1 }).waitFor()
  expect((await api.call('GET', `/connections/${old}`)).status).toBe(404)
  expect((await api.call('GET', `/connections/${next}`)).status).toBe(200)
  expect(person.wrong).toEqual([])
})

test("once the look-ups came to no end a person's word ends an uncertain order, asked for twice", async () => {
  await eventually(async () => (await uncertain())?.needsPerson, 'it needs a person')
  await page.goto(`/orders/${(await uncertain())?.id ?? ''}`)
  await page.getByText('it needs you').waitFor()
  await page.getByRole('button', { name: 'End it as failed' }).click()
  await page.getByRole('dialog').getByText('Is it really not at the exchange?').waitFor()
  expect(await barriers(page)).toEqual([])
  person.sent.length = 0
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('textbox', { name: 'Exchange order ID' }).fill('4711')
  await page.getByRole('button', { name: 'Adopt it' }).click()
  await page.getByRole('dialog').getByText('Adopt order 4711?').waitFor()
  expect(person.sent).toEqual([])
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('button', { name: 'End it as failed' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'End it as failed' }).click()
  await page.getByText('The order is now: failed').waitFor()
  expect(await uncertain()).toBeUndefined()
  expect(person.wrong).toEqual([])
})
