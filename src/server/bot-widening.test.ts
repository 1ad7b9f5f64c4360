import { expect, test } from 'vitest'
import type { Bot } from '#model'
import { widens } from './bot-widening.ts'

const bot: Bot = {
  id: 'b', userId: 'u', name: 'bot', webhookId: 'w', connectionId: 'c', exchange: 'binance', market: 'futures', symbol: 'BTCUSDT', base: 'BTC', quote: 'USDT',
  amount: '100', amountIn: 'quote', direction: 'long', maxSize: '1000', onOpposite: 'close', leverage: 5, maxSignalAgeSeconds: 60, maxExitAgeSeconds: 900, exitAtOpen: false,
  acceptSize: false, acceptDilution: false, paused: false, createdAt: 0,
}

test.each([
  [{ amount: '100.01' }], [{ maxSize: '1001' }], [{ leverage: 6 }], [{ leverage: null }], [{ connectionId: 'other' }], [{ webhookId: 'other' }], [{ symbol: 'ETHUSDT' }],
  [{ amountIn: 'base' as const }], [{ direction: 'both' as const }], [{ direction: 'short' as const }], [{ onOpposite: 'flip' as const }], [{ acceptSize: true }],
  [{ acceptDilution: true }], [{ name: 'x', amount: '200' }], [{ a_field_to_come: 1 } as object],
])('%j widens', (change) => { expect(widens(bot, change)).toBe(true) })

test.each([
  [{}], [{ name: 'x', paused: false, maxSignalAgeSeconds: 0, maxExitAgeSeconds: 0, abandonPosition: true }], [{ amount: '100.000' }], [{ amount: '99' }], [{ maxSize: '1000' }],
  [{ leverage: 4 }], [{ leverage: 5 }], [{ connectionId: null }], [{ connectionId: 'c' }], [{ direction: 'long' as const }], [{ onOpposite: 'close' as const }],
  [{ acceptSize: false, acceptDilution: false }], [{ amount: undefined } as object],
])('%j does not', (change) => { expect(widens(bot, change)).toBe(false) })

test('from both sides to one, and from flipping to closing, does not', () => {
  expect(widens({ ...bot, direction: 'both', onOpposite: 'flip' }, { direction: 'short', onOpposite: 'close' })).toBe(false)
})
