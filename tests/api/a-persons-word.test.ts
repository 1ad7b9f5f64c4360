import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually, startInstallation, type Answer, type Installation } from '../installation.ts'

// An order of which nobody knows what became: when a person's word is taken, and what its timeline says meanwhile.

let installation: Installation
let connectionId: string
beforeAll(async () => {
  installation = await startInstallation()
  await installation.control('binance', 'PUT', '/prices/BTCUSDT', { price: '50000' })
  connectionId = (await installation.connect('binance', 'spot', await installation.makeKey('binance'))).body.id as string
})
afterAll(() => installation.stop())

const call = (method: string, path: string, body?: unknown): Promise<Answer> => installation.call(method, path, { body })
const say = (id: string, answer: string, more: object = {}): Promise<Answer> => call('POST', `/orders/${id}/resolve`, { answer, ...more })

test('ending an uncertain order is refused until a person is needed, with the time; `check` is always taken', async () => {
  const webhookId = (await call('POST', '/webhooks', {})).body.id as string
  const bot = await call('POST', '/bots', { webhookId, connectionId, symbol: 'BTCUSDT', amount: '100', amountIn: 'quote' })
  await installation.control('binance', 'POST', '/faults', { method: 'POST', path: '/api/v3/order', fault: 'drop-request' })
  await installation.control('binance', 'POST', '/faults', { method: 'GET', path: '/api/v3/order', fault: 'status', status: 500, times: 10_000 })
  await installation.call('POST', `/webhooks/${webhookId}/signals`, { raw: JSON.stringify({ symbol: 'BTCUSDT', side: 'BUY' }) })
  const order = await eventually(async () => {
    const [one] = (await call('GET', `/orders?botId=${bot.body.id as string}`)).body.items as Answer['body'][]
    return one?.state === 'uncertain' ? one : null
  }, 'the order is uncertain')
  const id = order.id as string
  expect(order.needsPerson).toBe(false)

  // Past its own deadline too: the exchange has not been asked long enough.
  await eventually(async () => Date.now() > Date.parse(order.notAfter as string) + 1500, 'its deadline has passed')
  for (const [answer, more] of [['absent', {}], ['exists', { exchangeOrderId: '1' }]] as const) {
    const early = await say(id, answer, more)
    expect([early.status, early.body.code]).toEqual([409, 'too_early'])
    const by = /needs a person, by (\S+); until then only `check`/.exec(early.body.detail as string)?.[1] ?? ''
    const doubt = (order.timeline as { event: string; at: string }[]).find(({ event }) => event === 'uncertain')?.at ?? ''
    expect(Date.parse(by) - Date.parse(doubt)).toBe(60_000)
  }
  const checked = await say(id, 'check')
  expect([checked.status, checked.body.state]).toEqual([200, 'uncertain'])

  await eventually(async () => (await call('GET', `/orders/${id}`)).body.needsPerson as boolean, 'a person is needed', 70_000)
  const ended = await say(id, 'absent')
  expect([ended.status, ended.body.state, ended.body.rejectCode]).toEqual([200, 'failed', 'declared_absent'])
  expect((await say(id, 'check')).body.code).toBe('order_not_uncertain')

  const timeline = ended.body.timeline as { event: string; ms: number }[]
  expect(timeline.slice(0, 4).map(({ event }) => event)).toEqual(['stored', 'submitting', 'sent', 'uncertain'])
  expect(timeline.map(({ ms }) => ms)).toEqual(timeline.map(({ ms }) => ms).toSorted((a, b) => a - b))
}, 120_000)
