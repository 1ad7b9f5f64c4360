import { expect, test } from 'vitest'
import { Problem, type MarketRules } from '#model'
import { baseOf, ContractSizes, contractsOf } from './contracts.ts'

test('base becomes contracts and comes back, exactly', () => {
  expect(contractsOf('0.13', '0.01')).toBe('13')
  expect(contractsOf('0.0005', '0.0001')).toBe('5')
  expect(contractsOf('1000', '10')).toBe('100')
  expect(contractsOf('0.001', '0.01', '0.1')).toBe('0.1')
  expect(baseOf('13', '0.01')).toBe('0.13')
  expect(baseOf('-3', '0.001')).toBe('-0.003')
})

test('a quantity between two contracts is none: it is never rounded', () => {
  expect(contractsOf('0.015', '0.01')).toBeNull()
  expect(contractsOf('1', '3')).toBeNull()
  expect(contractsOf('0.0015', '0.01', '0.1')).toBeNull()
})

test('sizes are read once, and replaced by every newer list', async () => {
  let loads = 0
  const rules = (contractSize: string): MarketRules[] => [{ symbol: 'BTC-USDT-SWAP', contractSize } as MarketRules]
  const sizes = new ContractSizes(() => { loads += 1; return Promise.resolve(rules('0.01')) })
  expect(await sizes.of('BTC-USDT-SWAP')).toBe('0.01')
  expect(await sizes.of('NOPE')).toBeNull()
  expect(loads).toBe(1)
  sizes.keep(rules('0.001'))
  expect(await sizes.of('BTC-USDT-SWAP')).toBe('0.001')
})

test('a list that cannot be had is no size, where an outcome asks; a mistake of ours stays one', async () => {
  expect(await new ContractSizes(() => Promise.reject(new Problem('exchange_unreachable', 'down'))).known('BTC-USDT-SWAP')).toBeNull()
  await expect(new ContractSizes(() => Promise.reject(new TypeError('ours'))).known('BTC-USDT-SWAP')).rejects.toThrow('ours')
})
