import { expect, test } from 'vitest'
import { futuresRules, spotRules } from './markets.ts'

// Rows as docs-v5 "Get instruments" shows them, shortened.
const spot = { instId: 'BTC-USDT', instType: 'SPOT', baseCcy: 'BTC', quoteCcy: 'USDT', lotSz: '0.00000001', minSz: '0.00001', tickSz: '0.1', state: 'live', maxMktAmt: '1000000', maxMktSz: '' }
const swap = { instId: 'BTC-USDT-SWAP', instType: 'SWAP', ctType: 'linear', ctVal: '0.01', ctMult: '1', ctValCcy: 'BTC', settleCcy: 'USDT', lotSz: '0.01', minSz: '0.01', maxMktSz: '12000', tickSz: '0.1', state: 'live' }

test('sizes of contracts become base', () => {
  expect(futuresRules(swap)).toMatchObject({ symbol: 'BTC-USDT-SWAP', base: 'BTC', quote: 'USDT', contractSize: '0.01', quantityStep: '0.0001', minQuantity: '0.0001', maxQuantity: '120', trading: true })
  expect(futuresRules({ ...swap, ctVal: '10', ctMult: '2', lotSz: '1' })).toMatchObject({ contractSize: '20', quantityStep: '20' })
})

test.each([
  ['coin-margined', { ctType: 'inverse', settleCcy: 'BTC', instId: 'BTC-USD-SWAP' }], ['settled in another stablecoin than its name says', { instId: 'BTC-USD_UM-SWAP', settleCcy: 'USDC' }],
  ['without a size', { ctVal: '' }], ['without a lot', { lotSz: '' }],
])('a contract that is %s is left out', (_name, fields) => { expect(futuresRules({ ...swap, ...fields })).toBeNull() })

test('only what is live trades', () => {
  for (const state of ['suspend', 'rebase', 'post_only', 'preopen', 'test']) expect(futuresRules({ ...swap, state })?.trading).toBe(false)
  expect(spotRules({ ...spot, state: 'preopen' })?.trading).toBe(false)
})

test.each([['BTC-USDT', 'USDT', '0.1', '0.1'], ['PEPE-USDT', 'USDT', '0.000000001', '0.01'], ['ETH-BTC', 'BTC', '0.00001', '0.00001']])('a quote amount on %s', (instId, quoteCcy, tickSz, quoteStep) => {
  expect(spotRules({ ...spot, instId, quoteCcy, tickSz })).toMatchObject({ quoteStep, minQuantity: '0.00001', quantityStep: '0.00000001', maxQuantity: null })
})
