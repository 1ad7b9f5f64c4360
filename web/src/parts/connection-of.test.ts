import { expect, test } from 'vitest'
import { isSimulated, practiceNote } from './connection-of.ts'

const EXCHANGES = [{ id: 'binance', practice: true }, { id: 'bybit', practice: true }, { id: 'kraken', practice: false }]
const BINANCE = { name: 'Practice', exchange: 'binance' }
const BYBIT = { name: 'Second', exchange: 'bybit' }
const KRAKEN = { name: 'Savings', exchange: 'kraken' }

test('that no real money moves is said only where all connections are simulated', () => {
  expect(practiceNote([BINANCE, BYBIT], false, EXCHANGES)).toEqual({ kind: 'all' })
  expect(practiceNote([BINANCE, KRAKEN], false, EXCHANGES)).toEqual({ kind: 'some', names: ['Practice'] })
  expect(practiceNote([BINANCE, BYBIT], true, EXCHANGES)).toEqual({ kind: 'some', names: ['Practice', 'Second'] })
  expect(practiceNote([KRAKEN], false, EXCHANGES)).toBeNull()
})

test('where nothing is connected yet it is said only where nothing else can be', () => {
  expect(practiceNote([], false, EXCHANGES)).toBeNull()
  expect(practiceNote([], false, EXCHANGES.slice(0, 2))).toEqual({ kind: 'all' })
  expect(practiceNote([], false, [])).toBeNull()
})

test('what the connection says of itself holds, whatever its exchange is now', () => {
  expect(isSimulated({ ...BINANCE, simulated: false }, EXCHANGES)).toBe(false)
  expect(isSimulated({ ...KRAKEN, simulated: true }, EXCHANGES)).toBe(true)
  expect(practiceNote([{ ...BINANCE, simulated: false }, BYBIT], false, EXCHANGES)).toEqual({ kind: 'some', names: ['Second'] })
})
