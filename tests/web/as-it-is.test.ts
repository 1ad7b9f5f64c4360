import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Browser as Api } from '../browser.ts'
import { barriers, type Person } from './chromium.ts'
import { good, type Place } from './place.ts'
import { openRoom, type Room } from './room.ts'
import { alert, connected, desk, type Desk } from './seed.ts'

// What stands on the page is so: figures, the order of events, what is frozen, and whose money moves.

let room: Room
let place: Place
let api: Api
let person: Person
let page: Page
let made: Desk
let inBtc: string

beforeAll(async () => {
  room = await openRoom(
    '/bots',
    async (at, caller) => {
      made = await desk(at, caller, { name: 'Dollars' })
      const btc = await connected(at, caller, 'binance', 'spot', { balances: { BTC: '10', USDT: '1000' } })
      await at.control('binance', 'PUT', '/prices/ETHBTC', { price: '0.05' })
      inBtc = good<{ id: string }>(
        await caller.call('POST', '/bots', {
          webhookId: made.webhookId,
          connectionId: btc,
          symbol: 'ETHBTC',
          amount: '0.1',
          amountIn: 'quote',
          name: 'Bitcoins',
        }),
      ).id
      for (const [symbol, before, after] of [
        ['ETHBTC', '0.05', '0.05195'],
        ['BTCUSDT', '97000', '96956.6'],
      ] as const) {
        await at.control('binance', 'PUT', `/prices/${symbol}`, { price: before })
        await alert(caller, made.hook, { symbol, side: 'buy' })
        await at.control('binance', 'PUT', `/prices/${symbol}`, { price: after })
        await alert(caller, made.hook, { symbol, side: 'sell' })
      }
    },
    { exchanges: ['binance'], env: { TOWERFLOW_PRACTICE: 'true' } },
  )
  ;({ place, api, person, page } = room)
})
afterAll(() => room.leave())

const profitOf = async (botId: string): Promise<string> =>
  good<{ items: { realizedProfit: string }[] }>(await api.call('GET', `/positions?botId=${botId}`)).items[0]
    ?.realizedProfit ?? ''
/** What a figure on the page says, without its looks. */
const read = (shown: string): string => shown.replaceAll(/[^\d.−-]/gu, '').replace('−', '-')

test('a profit in BTC is shown with its digits, one of a few cents with the cents, the same everywhere', async () => {
  const [btc, usdt] = [await profitOf(inBtc), await profitOf(made.botId)]
  expect(Math.abs(Number(btc))).toBeLessThan(0.005)
  expect(btc).not.toBe('0')
  const shown = async (): Promise<readonly string[]> =>
    await page.locator(`[title="${btc} BTC"], [title="${usdt} USDT"]`).allTextContents()
  await page.goto('/bots')
  await page.locator(`[title="${btc} BTC"]`).waitFor()
  const inList = await shown()
  for (const [id, unit] of [
    [inBtc, 'BTC'],
    [made.botId, 'USDT'],
  ] as const) {
    await page.goto(`/bots/${id}`)
    await page.locator(`[title$=" ${unit}"]`).first().waitFor()
    const text = (await shown())[0] ?? ''
    expect(inList).toContain(text)
    expect(Number(read(text))).not.toBe(0)
  }
  expect(read(inList.find((text) => text.includes('BTC')) ?? '')).toBe(
    String(Number(btc)).length > 10 ? Number(btc).toFixed(8).replace(/0+$/, '') : btc,
  )
  expect(inList.join()).not.toMatch(/[-−]0\.00\b/)
})

test("on the overview the bots' rows add up to the total as they are shown, in each currency", async () => {
  await page.goto('/')
  const profits = page.getByRole('region', { name: 'Profit' })
  for (const quote of ['BTC', 'USDT']) {
    await profits.getByRole('combobox', { name: 'Quote currency' }).click()
    await page.getByRole('option', { name: quote }).click()
    const rows = await profits.getByRole('table', { name: 'By bot' }).getByRole('row').allTextContents()
    expect(
      rows.every((row) => row.endsWith(quote)),
      rows.join(),
    ).toBe(true)
    const figures = rows.map((row) => read(/[+−]?[\d ]+(\.\d+)? \w+$/u.exec(row)?.[0] ?? ''))
    const total = figures.pop() ?? ''
    expect(figures.length).toBeGreaterThan(0)
    const places = total.split('.')[1]?.length ?? 0
    expect(figures.reduce((sum, one) => sum + Number(one), 0).toFixed(places)).toBe(
      Number(total).toFixed(places),
    )
    expect(await page.getByText(rows.at(-1)?.replace('Total', '') ?? '?').count()).toBeGreaterThan(1)
  }
  expect(person.wrong).toEqual([])
})

test("an order's timeline begins with that it was stored: nothing seems to leave before", async () => {
  const [order] = good<{ items: { id: string; signalId: string }[] }>(await api.call('GET', '/orders')).items
  for (const address of [`/orders/${order?.id ?? ''}`, `/signals/${order?.signalId ?? ''}`]) {
    await page.goto(address)
    const timeline = page.getByRole('list', { name: 'Timeline' })
    await timeline.waitFor()
    const events = await timeline.locator('b').allTextContents()
    expect(events.filter((event) => ['Stored', 'Sending', 'Sent', 'Accepted'].includes(event))).toEqual([
      'Stored',
      'Sending',
      'Sent',
      'Accepted',
    ])
  }
})

async function everyMark(): Promise<Readonly<Record<string, string>>> {
  const marks: Record<string, string> = {}
  for (const [name, address] of [
    ['bots', '/bots'],
    ['bot', `/bots/${made.botId}`],
    ['webhooks', '/webhooks'],
    ['webhook', `/webhooks/${made.webhookId}`],
    ['connections', '/connections'],
    ['connection', `/connections/${made.connectionId}`],
    ['overview', '/'],
  ] as const) {
    await page.goto(address)
    await page.getByRole('heading', { level: 1 }).waitFor()
    while (
      (await page.locator('[data-loading]').count()) > 0 ||
      (await page.getByText('Not known yet').count()) > 0
    )
      await page.waitForTimeout(20)
    marks[name] = (await page.locator('main [data-tone=teal], main [data-tone=blue]').allTextContents())
      .filter((text) => /frozen|Running|Receiving|Healthy/i.test(text))
      .join(', ')
  }
  return marks
}

test('nothing is green that is frozen: a person, a connection, everybody; entries or everything', async () => {
  const thaw = (body: object): Promise<unknown> => api.call('POST', '/thaw', body)
  expect(Object.values(await everyMark()).join()).not.toMatch(/frozen/i)
  for (const [scope, mode, word] of [
    ['user', 'entries', 'Entries frozen'],
    ['all', 'all', 'Frozen'],
  ] as const) {
    good(await api.call('POST', '/freeze', { scope, mode, reason: 'the news' }))
    const marks = await everyMark()
    expect(Object.values(marks).join(), `${scope} ${mode}`).not.toMatch(
      /Running|Healthy|Receiving(?!, bots frozen)/,
    )
    expect(marks, `${scope} ${mode}`).toMatchObject({
      bot: word,
      bots: `${word}, ${word}`,
      connection: word,
      webhook: 'Receiving, bots frozen',
    })
    await thaw({ scope })
  }
  good(
    await api.call('POST', '/freeze', {
      scope: 'connection',
      id: made.connectionId,
      mode: 'all',
      reason: 'the news',
    }),
  )
  expect(await everyMark()).toMatchObject({
    bot: 'Frozen',
    webhook: 'Receiving, 1 of 2 bots frozen',
    connection: 'Frozen',
  })
  await thaw({ scope: 'connection', id: made.connectionId })
  expect(person.wrong).toEqual([])
}, 300_000)

test('what would not leave cannot be clicked: it says why, and how that ends', async () => {
  await place.control('binance', 'PUT', '/prices/BTCUSDT', { price: '97000' })
  await alert(api, made.hook, { symbol: 'BTCUSDT', side: 'buy' })
  await page.goto(`/bots/${made.botId}`)
  const close = page.getByRole('button', { name: 'Close position' })
  await close.waitFor()
  good(await api.call('POST', '/freeze', { scope: 'user', mode: 'entries', reason: 'the news' }))
  await page.getByText('Frozen: no position is opened').waitFor()
  expect(await close.isEnabled()).toBe(true)
  good(await api.call('POST', '/freeze', { scope: 'user', mode: 'all', reason: 'a key is in doubt' }))
  await page.getByText('Frozen: no order leaves, not even a close').waitFor()
  await page.getByText('All your bots are frozen (a key is in doubt)').waitFor()
  expect(await close.isDisabled()).toBe(true)
  await page.getByText('Frozen: a close would not leave. Thaw first.').waitFor()
  expect(await barriers(page)).toEqual([])
  await page.getByRole('tab', { name: 'Overview' }).waitFor()

  await page.goto(`/webhooks/${made.webhookId}`)
  await page.getByRole('tab', { name: 'Send a signal' }).click()
  expect(await page.getByRole('button', { name: 'Send test' }).isEnabled()).toBe(true)
  await page.getByRole('checkbox', { name: 'Only a test' }).uncheck()
  await page.getByText('Every bot that listens is frozen.').waitFor()
  expect(await page.getByRole('button', { name: 'Send', exact: true }).isDisabled()).toBe(true)
  expect(await page.getByText('sends a real order').count()).toBe(0)

  await page.goto('/bots/new')
  await page.getByLabel('Symbol').fill('BTCUSDT')
  await page.getByLabel('Amount of an order').fill('50')
  await page.getByRole('region', { name: 'Next order' }).getByText('Trading is frozen').waitFor()

  await page.goto(`/bots/${made.botId}`)
  await page.getByRole('button', { name: 'Thaw' }).click()
  await page.getByText('The freeze was lifted').waitFor()
  await page.getByText('Running').waitFor()
  await close.click()
  await page.getByRole('dialog').getByRole('button', { name: 'Close position' }).click()
  await page.getByText('Flat', { exact: true }).first().waitFor()
  expect(person.wrong).toEqual([])
})

const BANNER = /no real money/i

test('that no real money moves is said where all connections are simulated, and each is marked', async () => {
  await page.goto('/connections')
  await page.getByRole('note').getByText('Simulated exchanges: no real money moves.').waitFor()
  for (const address of [
    '/connections',
    `/connections/${made.connectionId}`,
    '/bots',
    `/bots/${made.botId}`,
    '/orders',
  ]) {
    await page.goto(address)
    await page.locator('main').getByText('Simulated', { exact: true }).first().waitFor()
  }
})

test('where one connection is real it says which are not; the real one and its bots carry no mark', async () => {
  // As the server answers of a connection that was made at the exchange itself.
  await page.route(/\/api\/v1\/connections(\?.*)?$/, async (route) => {
    const answer = await route.fetch()
    const body = (await answer.json()) as { items: { id: string }[] }
    await route.fulfill({
      response: answer,
      json: {
        ...body,
        items: body.items.map((one) => ({ ...one, simulated: one.id !== made.connectionId })),
      },
    })
  })
  await page.goto('/bots')
  await page
    .getByRole('note')
    .getByText('Simulated, no real money: Binance spot 2. All other connections trade real money.')
    .waitFor()
  const row = (name: string) => page.getByRole('row', { name })
  await row('Bitcoins').getByText('Simulated').waitFor()
  expect(await row('Dollars').getByText('Simulated').count()).toBe(0)
  await page.goto(`/bots/${made.botId}`)
  await page.getByText('Running').waitFor()
  expect(await page.locator('main').getByText('Simulated', { exact: true }).count()).toBe(0)
  await page.goto('/orders')
  await page.getByRole('listitem').first().waitFor()
  const rows = await page.getByRole('listitem').allTextContents()
  expect(rows.filter((text) => text.includes('ETHBTC') !== text.includes('Simulated'))).toEqual([])
  await page.unrouteAll()
})

test('where nothing is connected yet nothing is said for all, and the simulated exchanges are marked', async () => {
  const nobody = await room.browser.newContext({ baseURL: place.url })
  const other = await nobody.newPage()
  const { invitation } = good<{ invitation: { url: string } }>(
    await api.call('POST', '/users', { name: 'grace', invite: true }),
  )
  await other.goto(invitation.url.replace('127.0.0.1', 'localhost'))
  await other.getByRole('textbox', { name: 'Password' }).fill('seven green lanterns drift')
  await other.getByRole('button').last().click()
  await other.getByRole('button', { name: 'Account: grace' }).waitFor()
  await other.goto('/connections/new')
  await other.getByRole('radio', { name: 'Binance' }).waitFor()
  expect(await other.getByText(BANNER).count()).toBe(0)
  expect(await other.getByText('Simulated', { exact: true }).count()).toBe(1)
  await nobody.close()
})
