import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startInstallation, type Answer, type Installation } from '../installation.ts'

// How people name markets, at exchanges that have names of their own.

let installation: Installation
const connections = new Map<string, string>()

beforeAll(async () => {
  installation = await startInstallation({ exchanges: ['binance', 'kraken', 'kucoin'] })
  for (const [exchange, market] of [['binance', 'spot'], ['binance', 'futures'], ['kraken', 'spot'], ['kraken', 'futures'], ['kucoin', 'futures']] as const) {
    const made = await installation.connect(exchange, market, await keyOf(exchange), { consent: true })
    expect(made.status, made.text).toBe(201)
    connections.set(`${exchange} ${market}`, made.body.id)
  }
})
afterAll(() => installation.stop())

/** Each exchange's keys look as it makes them. */
async function keyOf(exchange: string): Promise<{ apiKey: string; secret: string }> {
  const base64 = Buffer.alloc(64, 7).toString('base64')
  const more = exchange === 'kraken' ? { secret: base64 } : exchange === 'kucoin' ? { passphrase: 'TEST-passphrase' } : {}
  return { ...await installation.makeKey(exchange, more), ...more }
}

async function bot(place: string, symbol: string): Promise<Answer> {
  const webhook = await installation.call('POST', '/webhooks', { body: {} })
  return installation.call('POST', '/bots/preview', {
    body: { webhookId: webhook.body.id, connectionId: connections.get(place), symbol, amount: '100', amountIn: 'quote', maxSize: '1000' },
  })
}

describe('a market is found by every name that its exchange has for it', () => {
  test.each([
    ['kraken spot', 'XBTUSD', ['XBT/USD', 'XBTUSD', 'BTCUSD', 'BTC/USD', 'XXBTZUSD', 'KRAKEN:XBTUSD', 'xbt/usd']],
    ['kraken futures', 'PF_XBTUSD', ['PF_XBTUSD', 'XBTUSD.P', 'BTCUSD.P', 'BTC/USD:USD', 'KRAKEN:XBTUSD.P']],
    ['kucoin futures', 'XBTUSDTM', ['XBTUSDTM', 'BTCUSDTM', 'BTCUSDT.P', 'KUCOIN:BTCUSDT.P', 'BTC/USDT:USDT']],
    ['binance futures', 'BTCUSDT', ['BTCUSDT.P', 'BINANCE:BTCUSDT.P']],
  ])('%s: %s', async (place, native, names) => {
    for (const name of names) expect([name, (await bot(place, name)).body.symbol]).toEqual([name, native])
  })
})

describe('a name that means no market here is answered with the reason and what comes near', () => {
  test.each([
    ['binance spot', 'BTCUSDT.P', 'perpetual', 'BTCUSDT'], ['binance futures', 'BYBIT:BTCUSDT.P', 'another exchange, BYBIT', 'BTCUSDT'],
    ['binance spot', 'BTC\u200bUSDT', 'an invisible character (U+200B)', 'BTCUSDT'], ['binance spot', 'BTCUDST', '', 'BTCUSDT'],
    ['kraken spot', 'XBT', '', 'XBTUSD'], ['kraken spot', 'XBTUSDD', '', 'XBTUSD'], ['kraken futures', 'XBTUSDX', '', 'PF_XBTUSD'],
  ])('%s: %j', async (place, name, why, near) => {
    const { status, body } = await bot(place, name)
    expect([status, body.code]).toEqual([422, 'unknown_symbol'])
    expect(body.detail).toContain(why)
    expect(body.candidates).toContain(near)
  })
})
