import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cutToStep, decimal, isDecimal, raiseToStep, smaller, text, ZERO } from './decimal.ts'

const plain = fc.tuple(fc.boolean(), fc.stringMatching(/^\d{1,30}$/), fc.stringMatching(/^\d{0,30}$/))
  .map(([negative, whole, fraction]) => `${negative ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`)
const positive = plain.map((value) => value.replace('-', '')).filter((value) => /[1-9]/.test(value))
const step = fc.tuple(fc.constantFrom('1', '2', '5', '25'), fc.integer({ min: 0, max: 18 }))
  .map(([digit, places]) => (places === 0 ? digit : `0.${digit.padStart(places, '0')}`)).filter((value) => /[1-9]/.test(value))

describe('decimal', () => {
  it('reads and writes every plain number without losing a digit', () => {
    fc.assert(fc.property(plain, (value) => {
      const written = text(decimal(value))
      expect(decimal(written).equals(decimal(value))).toBe(true)
      expect(isDecimal(written)).toBe(true)
      expect(written).not.toMatch(/e|\.$|^-0$|\.\d*0$/)
    }))
  })

  it('refuses everything that is no plain number', () => {
    for (const value of ['', ' 1', '1e5', '+1', 'NaN', 'Infinity', '0x10', '1,5', '.5', '5.', '--1', '1'.repeat(31), `0.${'1'.repeat(31)}`]) {
      expect(isDecimal(value)).toBe(false)
      expect(() => decimal(value)).toThrow(RangeError)
    }
  })

  it('writes quotients that have no end so that they can be read again', () => {
    fc.assert(fc.property(positive, positive, (a, b) => {
      const quotient = decimal(a).dividedBy(decimal(b))
      if (quotient.lessThan('1e30')) expect(decimal(text(quotient)).lessThanOrEqualTo(quotient)).toBe(true)
    }))
    expect(text(decimal('2').dividedBy(decimal('3')))).toBe(`0.${'6'.repeat(30)}`)
  })

  it('cuts down to a multiple of the step, never up, and by less than a step', () => {
    fc.assert(fc.property(positive, step, (value, size) => {
      const cut = cutToStep(decimal(value), decimal(size))
      expect(cut.lessThanOrEqualTo(decimal(value))).toBe(true)
      expect(decimal(value).minus(cut).lessThan(decimal(size))).toBe(true)
      expect(cut.modulo(decimal(size)).isZero()).toBe(true)
      expect(cutToStep(decimal(value).negated(), decimal(size)).negated().equals(cut)).toBe(true)
    }))
  })

  it('raises up to a multiple of the step', () => {
    expect(text(raiseToStep(decimal('0.0101'), decimal('0.01')))).toBe('0.02')
    expect(text(raiseToStep(decimal('0.02'), decimal('0.01')))).toBe('0.02')
  })

  it('tells the smaller of two', () => {
    expect(text(smaller(decimal('2'), decimal('-3')))).toBe('-3')
    expect(text(ZERO)).toBe('0')
  })
})
