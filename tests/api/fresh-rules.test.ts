import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually, startInstallation, type Answer, type Installation } from '../installation.ts'

let installation: Installation
const spot = { id: '' }

beforeAll(async () => {
  installation = await startInstallation()
  spot.id = (await installation.connect('binance', 'spot', await installation.makeKey('binance'))).body.id
})
afterAll(() => installation.stop())

const call = (method: string, path: string, body?: unknown): Promise<Answer> => installation.call(method, path, { body })
const newWebhook = async (): Promise<{ id: string; hash: string }> => (await call('POST', '/webhooks', {})).body

describe('rules that changed since they were read', () => {
  const markets = (rules: object) => installation.control('binance', 'POST', '/markets', rules)
  /** How often the exchange was asked for its rules. */
  const reads = async (): Promise<number> => {
    const { body } = await installation.control('binance', 'GET', '/requests')
    const counted = Object.entries(body as Record<string, number>).filter(([path]) => path.includes('/api/v3/exchangeInfo'))
    return counted.reduce((sum, [, count]) => sum + count, 0)
  }
  const made = (more: object) => call('POST', '/bots', { connectionId: spot.id, amount: '100', amountIn: 'quote', ...more })
  /** Fresh rules are asked for at most once in ten seconds: until they may be again. */
  const whenTheyMayBeReadAgain = <T>(look: () => Promise<T | false>, what: string) => eventually(look, what)

  test('a symbol that was listed meanwhile is found, and the exchange is not asked for each that is not', async () => {
    const webhookId = (await newWebhook()).id
    expect((await made({ webhookId, symbol: 'BTCUSDT' })).status).toBe(201)
    await markets({ market: 'spot', symbol: 'FRESHUSDT', base: 'FRESH', quote: 'USDT', price: '2' })
    await markets({ market: 'spot', symbol: 'LOWUSDT', base: 'LOW', quote: 'USDT', price: '2', minNotional: '100', stepSize: '0.1' })
    await whenTheyMayBeReadAgain(async () => {
      const answer = await made({ webhookId, symbol: 'FRESHUSDT' })
      return answer.status === 201 && answer.body.symbol === 'FRESHUSDT'
    }, 'the bot is made')
    const before = await reads()
    expect(before).toBeGreaterThan(0)
    for (const symbol of ['NOSUCHUSDT', 'NONEUSDT', 'FRESHUSTD']) {
      const answer = await made({ webhookId, symbol })
      expect([answer.status, answer.body.code]).toEqual([422, 'unknown_symbol'])
    }
    expect((await made({ webhookId, symbol: 'FRESHUSTD' })).body.candidates).toEqual(['FRESHUSDT'])
    expect(await reads() - before).toBeLessThanOrEqual(1)
  })

  test('a minimum that was lowered meanwhile is not enforced: on a preview, a bot, a signal', async () => {
    const webhook = await newWebhook()
    const bot = { webhookId: webhook.id, connectionId: spot.id, symbol: 'LOWUSDT', amount: '200', amountIn: 'quote' }
    const id = (await whenTheyMayBeReadAgain(async () => {
      const answer = await call('POST', '/bots', bot)
      return answer.status === 201 && answer.body as { id: string }
    }, 'the bot is made')).id
    expect(id).toMatch(/\w/)
    await markets({ market: 'spot', symbol: 'LOWUSDT', base: 'LOW', quote: 'USDT', price: '2', minNotional: '10', stepSize: '0.1' })
    await whenTheyMayBeReadAgain(async () => {
      const sent = await installation.call('POST', `/hooks/${webhook.hash}`, { raw: `{"symbol":"LOWUSDT","side":"BUY","size":50,"id":"${Math.random()}"}`, token: null })
      const seen = await eventually(async () => {
        const [decision] = (await call('GET', `/signals/${sent.body.signalId as string}`)).body.decisions as { outcome: string; code: string }[]
        return decision
      }, 'it is decided')
      expect(['open', 'amount_below_minimum']).toContain(seen.code)
      return seen.code === 'open'
    }, 'the signal opens')
    const preview = await call('POST', '/bots/preview', { ...bot, amount: '50' })
    expect(preview.body).toMatchObject({ outcome: 'test', code: 'open' })
  })
})
