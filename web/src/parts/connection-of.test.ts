import { expect, test } from 'vitest'
import { practiceNote } from './connection-of.ts'

const [SIMULATED, LIVE] = [{ simulated: true }, { simulated: false }]
const PRACTICE = { name: 'Practice', simulated: true }
const SECOND = { name: 'Second', simulated: true }
const SAVINGS = { name: 'Savings', simulated: false }

test('that no real money moves is said only where all connections are simulated', () => {
  const exchanges = [SIMULATED, SIMULATED, LIVE]
  expect(practiceNote([PRACTICE, SECOND], false, exchanges)).toEqual({ kind: 'all' })
  expect(practiceNote([PRACTICE, SAVINGS], false, exchanges)).toEqual({ kind: 'some', names: ['Practice'] })
  expect(practiceNote([PRACTICE, SECOND], true, exchanges)).toEqual({
    kind: 'some',
    names: ['Practice', 'Second'],
  })
  expect(practiceNote([SAVINGS], false, exchanges)).toBeNull()
})

test('where nothing is connected yet it is said only where nothing else can be', () => {
  expect(practiceNote([], false, [SIMULATED, LIVE])).toBeNull()
  expect(practiceNote([], false, [SIMULATED, SIMULATED])).toEqual({ kind: 'all' })
  expect(practiceNote([], false, [])).toBeNull()
})
