import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Browser as Api } from '../browser.ts'
import { barriers, type Person } from './chromium.ts'
import { good } from './place.ts'
import { openRoom, type Room } from './room.ts'
import { desk, type Desk } from './seed.ts'

let room: Room
let api: Api
let person: Person
let page: Page
let made: Desk

beforeAll(async () => {
  room = await openRoom(
    '/bots',
    async (place, caller) => {
      await place.control('binance', 'PUT', '/prices/BTCUSDT', { price: '97000' })
      made = await desk(place, caller)
    },
    { exchanges: ['binance'] },
  )
  ;({ api, person, page } = room)
})
afterAll(() => room.leave())
beforeEach(() => {
  person.sent.length = 0
})

const preview = () => page.getByRole('region', { name: 'Next order' })

test('"10,000" is asked about with both readings; until then nothing is green and nothing can be sent', async () => {
  await page.goto('/bots/new')
  await page.getByLabel('Symbol').fill('BTCUSDT')
  await page.getByLabel('Amount of an order').fill('10,000')
  await page.getByText('Which amount is meant?').waitFor()
  await preview().getByText('An amount is in question').waitFor()
  await page.getByLabel('Amount of an order').press('Enter')
  await page.getByRole('button', { name: 'Make bot' }).click()
  expect(await page.evaluate<string>('document.activeElement.value')).toBe('10,000')
  expect(await barriers(page)).toEqual([])
  expect(person.sent).toEqual([])
  await page.getByRole('button', { name: '10000 (ten thousand)' }).click()
  await preview().getByText('Opens long: buy 10000 USDT.').waitFor()
  await page.getByLabel('Amount of an order').fill('10,000')
  await page.getByRole('button', { name: '10 (ten)', exact: true }).click()
  await preview().getByText('Opens long: buy 10 USDT.').waitFor()
  expect(await page.getByLabel('Amount of an order').inputValue()).toBe('10')
})

test('an amount that can mean one thing only is read, and stands in the field as it is read', async () => {
  await page.goto('/bots/new')
  await page.getByLabel('Symbol').fill('BTCUSDT')
  await page.getByLabel('Amount of an order').fill('1.000,5')
  await page.getByText('Which amount is meant?').waitFor()
  await page.getByLabel('Amount of an order').fill('12.345,50')
  await page.getByRole('button', { name: '12345.5 (twelve thousand' }).waitFor()
  await page.getByLabel('Amount of an order').fill('1,000,000.5')
  await page.getByText('“1,000,000.5” is read as 1000000.5').waitFor()
  await page.getByLabel('Amount of an order').fill('250,5')
  await page.getByLabel('Symbol').focus()
  expect(await page.getByLabel('Amount of an order').inputValue()).toBe('250.5')
  await page.getByText('“250,5” is read as 250.5').waitFor()
  await preview().getByText('Opens long: buy 250.5 USDT.').waitFor()
})

test('a question under "More settings" is in sight as long as it is open', async () => {
  await page.goto('/bots/new')
  await page.getByLabel('Symbol').fill('BTCUSDT')
  await page.getByLabel('Amount of an order').fill('50')
  await page.getByRole('button', { name: 'More settings' }).click()
  await page.getByLabel('Largest opening').fill('1.000')
  await page.getByText('Which amount is meant?').waitFor()
  await page.getByRole('button', { name: 'Fewer settings' }).click()
  expect(await page.getByLabel('Largest opening').isVisible()).toBe(true)
  await page.getByRole('button', { name: 'Make bot' }).click()
  expect(person.sent.filter((body) => body.includes('1.000'))).toEqual([])
  await page.getByRole('button', { name: '1000 (one thousand)' }).click()
  await preview().getByText('Opens long').waitFor()
})

/** Where else an amount is typed: the page, its tab, the field, and the button that sends it. */
const FIELDS: readonly (readonly [
  page: () => string,
  tab: string | null,
  field: string,
  text: string,
  readings: readonly string[],
  send: string | null,
])[] = [
  [() => `/bots/${made.botId}`, 'Settings', 'Amount of an order', '1.500', ['1500', '1.5'], 'Save'],
  [
    () => `/bots/${made.botId}`,
    'Settings',
    'Difference in base (BTC)',
    '-1,000',
    ['-1', '-1000'],
    'Correct the position',
  ],
  [() => `/webhooks/${made.webhookId}`, 'Send a signal', 'Size', '1 000', ['1000', '1'], 'Send test'],
  [() => `/webhooks/${made.webhookId}`, 'Address and message', 'Size', '2.000', ['2000', '2'], null],
  [() => `/webhooks/${made.webhookId}`, 'Settings', 'At most a second', '1e2', ['100'], 'Save'],
  [() => `/webhooks/${made.webhookId}`, 'Settings', 'Same message within', '1,000', ['1000', '1'], 'Save'],
  [() => `/connections/${made.connectionId}`, null, 'Orders a minute', '１０', ['10'], 'Save'],
  [
    () => `/connections/${made.connectionId}`,
    null,
    'Worth of one order',
    '10.000,5',
    ['10000.5', '10.0005'],
    'Save',
  ],
  [() => `/connections/${made.connectionId}`, null, 'Worth a day', '١٠٠٠', ['1000'], 'Save'],
]

test('so is every other amount of the page, and its form is not sent before', async () => {
  for (const [address, tab, field, text, readings, send] of FIELDS) {
    await page.goto(address())
    if (tab !== null) await page.getByRole('tab', { name: tab }).click()
    const input = page.getByRole('textbox', { name: field, exact: true })
    await input.fill(text)
    if (field.startsWith('Difference')) await page.getByRole('textbox', { name: 'Reason' }).fill('by hand')
    await page.getByRole('group', { name: 'Readings' }).waitFor()
    const offered = await page.getByRole('group', { name: 'Readings' }).getByRole('button').allTextContents()
    expect(
      offered.map((one) => one.split('\u00a0')[0]),
      field,
    ).toEqual(readings)
    person.sent.length = 0
    if (send !== null) {
      await input.press('Enter')
      await page.getByRole('button', { name: send, exact: true }).last().click()
    } else {
      expect(await page.getByRole('textbox', { name: 'Message' }).inputValue()).toContain(
        `"size": "${text}?"`,
      )
      await page.getByText('must be a plain number').waitFor()
    }
    expect(
      person.sent.filter((body) => !body.includes('connectionId')),
      field,
    ).toEqual([])
    await page.getByRole('group', { name: 'Readings' }).getByRole('button').first().click()
    expect(await input.inputValue(), field).toBe(readings[0])
  }
  expect(person.wrong).toEqual([])
})

test('what the server wrote is not asked about: a bot with 1.234 as its amount is saved as it stands', async () => {
  good(
    await api.call('PATCH', `/bots/${made.botId}`, { amountIn: 'base', amount: '1.234', maxSize: '1000000' }),
  )
  await page.goto(`/bots/${made.botId}`)
  await page.getByRole('tab', { name: 'Settings' }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('Renamed')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('The bot trades by the new settings').waitFor()
  expect(good<{ amount: string; name: string }>(await api.call('GET', `/bots/${made.botId}`))).toMatchObject({
    amount: '1.234',
    name: 'Renamed',
  })
  expect(await page.getByText('Which amount is meant?').count()).toBe(0)
})

test('a placeholder of TradingView stands in a message in place of a size', async () => {
  await page.goto(`/webhooks/${made.webhookId}`)
  await page.getByRole('textbox', { name: 'Size' }).fill('{{strategy.order.contracts}}')
  await page.getByText('with size 1').waitFor()
  expect(person.wrong).toEqual([])
})
