import { describe, expect, it } from 'vitest'
import { carriesTime, countsForDuplicates, duplicateOf, effectiveSide, type DuplicateQuestion } from './duplicates.ts'

const question: DuplicateQuestion = { receivedAt: 40_000, windowMs: 30_000, carriesTime: false, sameBody: { id: 'b', receivedAt: 20_000 }, oppositeAt: null }

describe('duplicateOf', () => {
  it('the same body within the window is the same signal', () => expect(duplicateOf(question)).toBe('b'))
  it('the window ends when it ends', () => {
    expect(duplicateOf({ ...question, receivedAt: 50_000 })).toBe('b')
    expect(duplicateOf({ ...question, receivedAt: 50_000.1 })).toBeNull()
  })
  it('0 switches it off', () => expect(duplicateOf({ ...question, windowMs: 0, receivedAt: 20_000 })).toBeNull())
  it('another body is another signal', () => expect(duplicateOf({ ...question, sameBody: null })).toBeNull())
  it('an opposite signal in between makes a body without time new', () => {
    expect(duplicateOf({ ...question, oppositeAt: 30_000 })).toBeNull()
  })
  it('an opposite signal before it does not', () => expect(duplicateOf({ ...question, oppositeAt: 10_000 })).toBe('b'))
  it('a body with its time is the same firing, whatever came in between', () => {
    expect(duplicateOf({ ...question, carriesTime: true, oppositeAt: 30_000 })).toBe('b')
  })
})

describe('what the rule is asked with', () => {
  it('the side that is meant', () => {
    expect(effectiveSide({ side: 'BUY', flags: [] })).toBe('BUY')
    expect(effectiveSide({ side: 'BUY', flags: ['REVERSE', 'DEBUG'] })).toBe('SELL')
    expect(effectiveSide({ side: 'SELL', flags: ['REVERSE'] })).toBe('BUY')
  })
  it('tests leave no trace', () => {
    expect(countsForDuplicates({ flags: ['TEST'] })).toBe(false)
    expect(countsForDuplicates({ flags: ['DEBUG'] })).toBe(true)
    expect(carriesTime({ firedAt: 1 })).toBe(true)
    expect(carriesTime({ firedAt: null })).toBe(false)
  })
})
