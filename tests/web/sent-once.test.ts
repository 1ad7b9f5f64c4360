import type { Page, Route } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Browser as Api } from '../browser.ts'
import { eventually } from '../installation.ts'
import { good, type Place } from './place.ts'
import { openRoom, type Room } from './room.ts'
import { alert, desk, type Desk } from './seed.ts'

let room: Room
let place: Place
let api: Api
let page: Page
let made: Desk
/** Webhooks to which no bot listens yet. */
let spare: readonly string[]

beforeAll(async () => {
  room = await openRoom(
    '/bots',
    async (at, caller) => {
      made = await desk(at, caller, { name: 'First' })
      await alert(caller, made.hook, { symbol: 'BTCUSDT', side: 'buy' })
      good(await caller.call('POST', '/users', { name: 'grace', invite: true }))
      spare = await Promise.all(
        ['one', 'two', 'three'].map(
          async (name) => good<{ id: string }>(await caller.call('POST', '/webhooks', { name })).id,
        ),
      )
    },
    { exchanges: ['binance'], env: { TOWERFLOW_PRACTICE: 'true' } },
  )
  ;({ place, api, page } = room)
})
afterAll(() => room.leave())

/** Whether a request of the page is of this route. */
const isOf =
  (route: string) =>
  (one: { method(): string; url(): string }): boolean =>
    `${one.method()} ${new URL(one.url()).pathname.replace('/api/v1', '')}` === route

/** Counts the page's requests of a route while something is done. */
async function sentWhile(route: string, what: () => Promise<void>): Promise<number> {
  let count = 0
  const see = (request: { method(): string; url(): string }): void => {
    if (isOf(route)(request)) count += 1
  }
  page.on('request', see)
  await what()
  page.off('request', see)
  return count
}

/** Presses so fast that the page has no time to show anything in between. */
const pressTwice = (button: string): Promise<void> =>
  page
    .getByRole('button', { name: button, exact: true })
    .last()
    .evaluate((one) => {
      const pressed = one as unknown as { click(): void }
      pressed.click()
      pressed.click()
    })
const enterTwice = async (field: string): Promise<void> => {
  await page
    .getByRole('textbox', { name: field, exact: true })
    .last()
    .evaluate((one) => {
      const { form } = one as unknown as { form: { requestSubmit(): void } }
      form.requestSubmit()
      form.requestSubmit()
    })
}

interface Form {
  readonly route: () => string
  readonly at: () => string
  readonly tab?: string
  readonly fill: () => Promise<unknown>
  readonly press: () => Promise<void>
  readonly after: string
}
const fill = (field: string, text: string): Promise<void> =>
  page.getByRole('textbox', { name: field, exact: true }).last().fill(text)

const FORMS: Readonly<Record<string, Form>> = {
  'a webhook, by Enter': {
    route: () => 'POST /webhooks',
    at: () => '/webhooks/new',
    fill: () => fill('Name', 'Twice'),
    press: () => enterTwice('Name'),
    after: 'Twice is ready',
  },
  'a webhook, by the button': {
    route: () => 'POST /webhooks',
    at: () => '/webhooks/new',
    fill: () => fill('Name', 'Again'),
    press: () => pressTwice('Make webhook'),
    after: 'Again is ready',
  },
  'a bot, by Enter': {
    route: () => 'POST /bots',
    at: () => `/bots/new?connection=${made.connectionId}&webhook=${spare[0] ?? ''}`,
    fill: async () => {
      await fill('Symbol', 'BTCUSDT')
      await fill('Amount of an order', '50')
      await fill('Name', 'By Enter')
    },
    press: () => enterTwice('Amount of an order'),
    after: 'By Enter listens',
  },
  'a bot, by the button': {
    route: () => 'POST /bots',
    at: () => `/bots/new?connection=${made.connectionId}&webhook=${spare[1] ?? ''}`,
    fill: async () => {
      await fill('Symbol', 'BTCUSDT')
      await fill('Amount of an order', '50')
      await fill('Name', 'By button')
    },
    press: () => pressTwice('Make bot'),
    after: 'By button listens',
  },
  'a practice account': {
    route: () => 'POST /connections',
    at: () => '/connections/new',
    fill: () => page.getByRole('radio', { name: 'Binance' }).click(),
    press: () => pressTwice('Connect a practice account'),
    after: 'Binance spot 2 is connected',
  },
  'a connection, by Enter': {
    route: () => 'POST /connections',
    at: () => '/connections/new',
    press: () => enterTwice('Name'),
    after: 'Typed is connected',
    fill: async () => {
      const key = await place.makeKey('binance')
      await page.getByRole('radio', { name: 'Binance' }).click()
      await page.getByLabel('API Key').first().fill(key.apiKey)
      await page.getByLabel('Secret Key').first().fill(key.secret)
      await fill('Name', 'Typed')
    },
  },
  'a token': {
    route: () => 'POST /tokens',
    at: () => '/settings/tokens',
    fill: () => fill('Name', 'nightly'),
    press: () => enterTwice('Name'),
    after: 'The token, shown this once',
  },
  'an invitation': {
    route: () => 'POST /users',
    at: () => '/settings/users',
    fill: () => fill('Name', 'alan'),
    press: () => pressTwice('Invite'),
    after: 'Give this link to alan',
  },
  'a share': {
    route: () => `POST /webhooks/${made.webhookId}/shares`,
    at: () => `/webhooks/${made.webhookId}`,
    tab: 'Settings',
    fill: () => fill('Name of the user', 'grace'),
    press: () => enterTwice('Name of the user'),
    after: 'Shared',
  },
  'a signal by hand': {
    route: () => `POST /webhooks/${made.webhookId}/signals`,
    at: () => `/webhooks/${made.webhookId}`,
    tab: 'Send a signal',
    fill: () => fill('Size', '30'),
    press: () => enterTwice('Size'),
    after: 'The signal was stored.',
  },
  'a correction of a position': {
    route: () => `POST /bots/${made.botId}/position`,
    at: () => `/bots/${made.botId}`,
    tab: 'Settings',
    fill: async () => {
      await fill('Difference in base (BTC)', '-0.0001')
      await fill('Reason', 'sold by hand')
    },
    press: () => pressTwice('Correct the position'),
    after: 'The position was corrected',
  },
  'a close': {
    route: () => `POST /bots/${made.botId}/close`,
    at: () => `/bots/${made.botId}`,
    fill: () => page.getByRole('button', { name: 'Close position' }).click(),
    press: () => pressTwice('Close position'),
    after: 'The close is on its way',
  },
}

test.each(Object.entries(FORMS))(
  '%s: sent twice at once it is sent once',
  async (_name, { route, at, tab, fill: type, press, after }) => {
    await page.goto(at())
    if (tab !== undefined) await page.getByRole('tab', { name: tab, exact: true }).click()
    await type()
    const sent = await sentWhile(route(), async () => {
      await press()
      await page.getByText(after).first().waitFor()
      await page.waitForLoadState('networkidle').catch(() => undefined)
    })
    expect(sent).toBe(1)
    expect(room.person.wrong).toEqual([])
  },
)

/** The server does it, and its answer is lost, once. Answers the keys of all requests of the route. */
async function loseAnswer(path: string): Promise<string[]> {
  const keys: string[] = []
  await page.route(`**/api/v1${path}`, async (route: Route) => {
    if (route.request().method() !== 'POST') return route.fallback()
    keys.push(route.request().headers()['idempotency-key'] ?? '')
    if (keys.length > 1) return route.fallback()
    await route.fetch()
    return route.abort()
  })
  return keys
}

test('an answer that is lost: the same form sent again is one webhook; a changed one is another wish', async () => {
  const named = async (name: string): Promise<number> =>
    good<{ items: { name: string }[] }>(await api.call('GET', '/webhooks')).items.filter(
      (one) => one.name === name,
    ).length
  await page.goto('/webhooks/new')
  const keys = await loseAnswer('/webhooks')
  await fill('Name', 'Lost')
  await page.getByRole('checkbox', { name: 'Ask for a key' }).check()
  await page.getByRole('button', { name: 'Make webhook' }).click()
  await page.getByText('It may have been done all the same.').waitFor()
  await page.getByRole('button', { name: 'Make webhook' }).click()
  await page.getByText('Lost is ready').waitFor()
  await page.getByText('the answer that showed the key was lost').waitFor()
  expect(keys[0]).toMatch(/^[0-9a-f]{32}$/)
  expect(keys[1]).toBe(keys[0])
  expect(await named('Lost')).toBe(1)
  await page.goto('/webhooks/new')
  await fill('Name', 'Another')
  await page.getByRole('button', { name: 'Make webhook' }).click()
  await page.getByText('Another is ready').waitFor()
  expect(keys[2]).not.toBe(keys[0])
  await page.unrouteAll()
})

test('an answer that is lost: a real signal by hand sent again is one signal and one order', async () => {
  const orders = async (): Promise<number> =>
    ((await place.control('binance', 'GET', '/orders')) as unknown[]).length
  const before = await orders()
  await page.goto(`/webhooks/${made.webhookId}`)
  await page.getByRole('tab', { name: 'Send a signal' }).click()
  await page.getByRole('checkbox', { name: 'Only a test' }).uncheck()
  await fill('Size', '40')
  const keys = await loseAnswer(`/webhooks/${made.webhookId}/signals`)
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await page.getByText('It may have been done all the same.').waitFor()
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await page.getByText('recognised as the one just before').waitFor()
  expect(keys[1]).toBe(keys[0])
  // Each of the bots that listen buys once.
  const listening = good<{ items: unknown[] }>(await api.call('GET', `/bots?webhookId=${made.webhookId}`))
    .items.length
  await eventually(async () => (await orders()) === before + listening, 'each bot sent one order')
  expect(room.person.wrong.filter((line) => !line.includes('net::ERR_FAILED'))).toEqual([])
})

test('an answer that is lost: so it is with a bot, a token, an invitation and a correction of a position', async () => {
  const count = async (route: string): Promise<number> =>
    good<{ items: unknown[] }>(await api.call('GET', route)).items.length
  const twice = async (path: string, button: string): Promise<void> => {
    const keys = await loseAnswer(path)
    await page.getByRole('button', { name: button, exact: true }).last().click()
    await page.getByText('It may have been done all the same.').waitFor()
    await page.getByRole('button', { name: button, exact: true }).last().click()
    await eventually(() => Promise.resolve(keys.length === 2), 'it is sent again')
    expect(keys[1], path).toBe(keys[0])
  }
  const before = { bots: await count('/bots'), tokens: await count('/tokens'), users: await count('/users') }
  await page.goto(`/bots/new?connection=${made.connectionId}&webhook=${spare[2] ?? ''}`)
  await fill('Symbol', 'ETHUSDT')
  await fill('Amount of an order', '50')
  await twice('/bots', 'Make bot')
  await page.getByText('ETHUSDT listens').waitFor()
  await page.goto('/settings/tokens')
  await fill('Name', 'once')
  await twice('/tokens', 'Make token')
  await page.getByText('the answer that showed it was lost').waitFor()
  await page.goto('/settings/users')
  await fill('Name', 'edsger')
  await twice('/users', 'Invite')
  await page.getByText('The link for edsger was made, but the answer that showed it was lost').waitFor()
  expect({
    bots: await count('/bots'),
    tokens: await count('/tokens'),
    users: await count('/users'),
  }).toEqual({ bots: before.bots + 1, tokens: before.tokens + 1, users: before.users + 1 })
  const position = async (): Promise<number> =>
    Number(good<{ position: string }>(await api.call('GET', `/bots/${made.botId}`)).position)
  const held = await position()
  await page.goto(`/bots/${made.botId}`)
  await page.getByRole('tab', { name: 'Settings' }).click()
  await fill('Difference in base (BTC)', '0.5')
  await fill('Reason', 'bought by hand')
  await twice(`/bots/${made.botId}/position`, 'Correct the position')
  await page.getByText('The position was corrected').waitFor()
  expect(await position()).toBeCloseTo(held + 0.5)
  await page.unrouteAll()
})

test('what is wished for while the line is down fails at once, and is not sent when it is back', async () => {
  await page.goto(`/bots/${made.botId}`)
  await page.getByRole('button', { name: 'Pause' }).waitFor()
  await page.context().setOffline(true)
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByText('The server cannot be reached.').waitFor()
  const sent = await sentWhile(`PATCH /bots/${made.botId}`, async () => {
    await page.context().setOffline(false)
    await page.goto('/bots')
    await page.waitForLoadState('networkidle').catch(() => undefined)
  })
  expect(sent).toBe(0)
  expect(good<{ paused: boolean }>(await api.call('GET', `/bots/${made.botId}`)).paused).toBe(false)
})
