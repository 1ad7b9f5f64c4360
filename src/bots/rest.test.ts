import { expect, it } from 'vitest'
import { decide } from './decide.ts'
import { NOW, RULES, SELL, decided, inputOf, leg, type Change } from './decide.samples.ts'
import type { PlannedLeg } from './decision.ts'

// What is left of a position below the exchange's minimum, because its value fell or the minimum rose.

it.each<[string, Change, string, PlannedLeg[]]>([
  ['value fell, spot', { spot: true, in: { position: '0.00004' } }, 'open', [leg('buy', '', { quantity: null, quoteQuantity: '100' })]],
  ['least quantity rose, futures', { in: { position: '0.004', rules: { ...RULES, minQuantity: '0.005' }, price: { price: '1000', at: NOW } } }, 'open', [leg('buy', '0.1')]],
  ['short, least quantity rose', { signal: SELL, in: { position: '-0.004', rules: { ...RULES, minQuantity: '0.005' }, price: { price: '1000', at: NOW } } }, 'open', [leg('sell', '0.1')]],
  ['hedge mode, same side', { in: { positionMode: 'hedge', position: '0.0005' } }, 'open', [leg('buy', '0.002', { positionSide: 'long' })]],
  ['value fell where closes are not exempt', { in: { position: '0.001', price: { price: '1000', at: NOW }, rules: { ...RULES, minNotionalOnClose: true } } }, 'open', [leg('buy', '0.1')]],
  ['a flip nets it', { signal: SELL, bot: { onOpposite: 'flip' }, in: { position: '0.0005' } }, 'open', [leg('sell', '0.002')]],
])('a rest below the exchange\'s minimum blocks no entry: %s', (_name, change, code, legs) => {
  expect(decided(change)).toMatchObject({ outcome: 'order', code, legs })
})

it.each<[string, Change, string]>([
  ['one that could be closed', { spot: true, in: { position: '0.0001' } }, 'already_long'],
  ['reduce-only closes are exempt', { in: { position: '0.001', price: { price: '100', at: NOW } } }, 'already_long'],
  ['the opposite signal is an exit, not an entry', { signal: SELL, in: { position: '0.0005' } }, 'amount_below_minimum'],
  ['a flip in hedge mode, where nothing nets it', { signal: SELL, bot: { onOpposite: 'flip' }, in: { positionMode: 'hedge', position: '0.0005' } }, 'amount_below_minimum'],
  ['no price is to be had', { spot: true, in: { position: '0.00004', price: null, unavailable: ['price'] } }, 'already_long'],
  ['paused', { spot: true, bot: { paused: true }, in: { position: '0.00004' } }, 'bot_paused'],
])('what is no such rest, or no entry: %s', (_name, change, code) => expect(decided(change).code).toBe(code))

it('whether it is one is judged by a fresh price, which is asked for', () => {
  expect(decide(inputOf({ spot: true, in: { position: '0.00004', price: null } }))).toEqual({ outcome: 'needs', what: ['price'] })
})
