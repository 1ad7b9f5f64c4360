import { afterAll, beforeAll, expect, test } from 'vitest'
import { startInstallation, type Answer, type Installation } from '../installation.ts'

// Two bots that trade one symbol from one webhook on one account: each alert becomes two orders.

let installation: Installation
const connections = { spot: '', other: '', futures: '' }

beforeAll(async () => {
  installation = await startInstallation({ exchanges: ['binance', 'bybit'] })
  for (const exchange of ['binance', 'bybit']) {
    for (const market of ['spot', 'futures']) await installation.control(exchange, 'PUT', '/prices/BTCUSDT', { price: '50000', market })
  }
  const connect = async (exchange: string, market: string): Promise<string> => (
    (await installation.connect(exchange, market, await installation.makeKey(exchange))).body.id as string)
  connections.spot = await connect('binance', 'spot')
  connections.other = await connect('binance', 'spot')
  connections.futures = await connect('bybit', 'futures')
})
afterAll(() => installation.stop())

const post = (path: string, body: object): Promise<Answer> => installation.call('POST', path, { body })
const newWebhook = async (): Promise<string> => (await post('/webhooks', {})).body.id as string
const settings = (webhookId: string, more: object = {}): object => (
  { webhookId, connectionId: connections.spot, symbol: 'BTCUSDT', amount: '100', amountIn: 'quote', ...more })
const codes = ({ body }: Answer): string[] => (body.warnings as { code: string }[]).map(({ code }) => code)

test('the preview of a bot, and the bot once it is made, say that each alert becomes two orders', async () => {
  const webhookId = await newWebhook()
  expect(codes(await post('/bots/preview', settings(webhookId)))).toEqual([])
  const first = await post('/bots', settings(webhookId, { name: 'The first' }))
  expect([first.status, first.body.warnings]).toEqual([201, []])
  for (const path of ['/bots/preview', '/bots']) {
    const second = await post(path, settings(webhookId, { symbol: 'btc/usdt', name: 'The second' }))
    expect(second.body.warnings).toEqual([{
      code: 'same_signals', bots: [{ id: first.body.id, name: 'The first' }],
      message: expect.stringMatching(/^"The first" already trades BTCUSDT from this webhook on this account: each alert becomes two orders\. /) as unknown,
    }])
  }
  const third = await post('/bots/preview', settings(webhookId))
  expect(third.body.warnings[0].message).toMatch(/^"The (first|second)" and "The (first|second)" already trade BTCUSDT .*: each alert becomes three orders\./)
})

test('it is said too where the order would be refused, and of futures on another exchange', async () => {
  const webhookId = await newWebhook()
  const futures = (more: object): object => settings(webhookId, { connectionId: connections.futures, ...more })
  await post('/bots', futures({ name: 'perpetual' }))
  const small = await post('/bots/preview', futures({ amount: '0.01' }))
  expect([small.body.outcome, codes(small)]).toEqual(['refused', ['same_signals']])
})

test('two keys of one account are one account', async () => {
  const webhookId = await newWebhook()
  const keys = [await installation.makeKey('binance', { uid: '77' }), await installation.makeKey('binance', { uid: '77' })]
  const ids: string[] = []
  for (const key of keys) ids.push((await installation.connect('binance', 'spot', key)).body.id as string)
  await post('/bots', settings(webhookId, { connectionId: ids[0] }))
  expect(codes(await post('/bots/preview', settings(webhookId, { connectionId: ids[1] })))).toEqual(['same_signals'])
})

test('nothing is said of another webhook, another account, another symbol, or of two bots of which one is long and one short', async () => {
  const webhookId = await newWebhook()
  await installation.control('binance', 'PUT', '/prices/ETHUSDT', { price: '3000', market: 'spot' })
  await post('/bots', settings(webhookId))
  await post('/bots', settings(webhookId, { connectionId: connections.futures, direction: 'long' }))
  for (const more of [
    { webhookId: await newWebhook() }, { connectionId: connections.other }, { symbol: 'ETHUSDT' }, { connectionId: connections.futures, direction: 'short' },
  ]) {
    const preview = await post('/bots/preview', settings(webhookId, more))
    expect([preview.status, preview.body.warnings], JSON.stringify(more)).toEqual([200, []])
  }
  expect(codes(await post('/bots/preview', settings(webhookId, { connectionId: connections.futures, direction: 'both' })))).toEqual(['same_signals'])
})

test('a paused one counts once it is resumed, and a change that makes two of them says so', async () => {
  const webhookId = await newWebhook()
  const paused = await post('/bots', settings(webhookId, { name: 'resting', paused: true }))
  const second = await post('/bots', settings(webhookId))
  expect(second.body.warnings[0].message).toContain('"resting" (paused) already trades BTCUSDT from this webhook on this account: once resumed, ')
  const elsewhere = await post('/bots', settings(await newWebhook(), { name: 'moves in' }))
  const moved = await installation.call('PATCH', `/bots/${elsewhere.body.id as string}`, { body: { webhookId } })
  expect(codes(moved)).toEqual(['same_signals'])
  const renamed = await installation.call('PATCH', `/bots/${paused.body.id as string}`, { body: { webhookId: await newWebhook() } })
  expect(codes(renamed)).toEqual([])
})

test('a relink that brings two of them together says so', async () => {
  const [webhookId, from, to] = [await newWebhook(), await installation.makeKey('binance'), await installation.makeKey('binance')]
  const [old, fresh] = [(await installation.connect('binance', 'spot', from)).body.id as string, (await installation.connect('binance', 'spot', to)).body.id as string]
  await post('/bots', settings(webhookId, { connectionId: old, name: 'moves' }))
  await post('/bots', settings(webhookId, { connectionId: fresh, name: 'was there' }))
  const moved = await post(`/connections/${old}/relink`, { to: fresh })
  expect([moved.status, moved.body.moved, codes(moved)]).toEqual([200, 1, ['same_signals']])
  expect(moved.body.warnings[0].bots.map(({ name }: { name: string }) => name)).toEqual(['was there'])
})

test('the preview of a bot that is there does not take it for another one', async () => {
  const webhookId = await newWebhook()
  const bot = await post('/bots', settings(webhookId))
  expect(codes(await post('/bots/preview', settings(webhookId, { botId: bot.body.id })))).toEqual([])
  expect(codes(await post('/bots/preview', settings(webhookId)))).toEqual(['same_signals'])
  const token = (await post('/users', { name: 'stranger' })).body.token as string
  const theirs = await installation.call('POST', '/bots/preview', { token, body: settings(webhookId, { botId: bot.body.id }) })
  expect([theirs.status, theirs.body.code]).toEqual([404, 'not_found'])
})
