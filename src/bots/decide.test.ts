import { describe, expect, it } from 'vitest'
import { decide, planFlipOpening } from './decide.ts'
import { NOW, RULES, SELL, SPOT, decided, inputOf, leg, type Change } from './decide.samples.ts'
import type { PlannedLeg } from './decision.ts'
import { replanClose } from './replan.ts'

describe('orders', () => {
  it.each<[string, Change, string, PlannedLeg[]]>([
    ['opens long', {}, 'open', [leg('buy', '0.002')]],
    ['opens short', { signal: SELL }, 'open', [leg('sell', '0.002')]],
    ['adds', { signal: { dilution: true }, in: { position: '0.5' } }, 'add', [leg('buy', '0.002')]],
    ['adds to a short', { signal: { ...SELL, dilution: true }, in: { position: '-0.5' } }, 'add', [leg('sell', '0.002')]],
    ['closes a long', { signal: SELL, in: { position: '0.5' } }, 'close', [leg('sell', '0.5', { kind: 'close', reduceOnly: true })]],
    ['closes a short', { in: { position: '-0.5' } }, 'close', [leg('buy', '0.5', { kind: 'close', reduceOnly: true })]],
    ['REVERSE inverts first', { signal: { flags: ['REVERSE'] }, in: { position: '0.5' } }, 'close', [leg('sell', '0.5', { kind: 'close', reduceOnly: true })]],
    ['spot buys by quote', { spot: true }, 'open', [leg('buy', '', { quantity: null, quoteQuantity: '100' })]],
    ['spot buys by base where the bot says so', { spot: true, bot: { amountIn: 'base', amount: '0.0123456' } }, 'open', [leg('buy', '0.01234')]],
    ['spot closes without reduce-only', { spot: true, signal: SELL, in: { position: '0.123456' } }, 'close', [leg('sell', '0.12345', { kind: 'close' })]],
    ['hedge mode opens by side', { signal: SELL, in: { positionMode: 'hedge' } }, 'open', [leg('sell', '0.002', { positionSide: 'short' })]],
    ['hedge mode closes by side, not by reduce-only', { signal: SELL, in: { positionMode: 'hedge', position: '0.5' } }, 'close', [leg('sell', '0.5', { kind: 'close', positionSide: 'long' })]],
  ])('%s', (_name, change, code, legs) => {
    expect(decided(change)).toMatchObject({ outcome: 'order', code, legs, flip: null, notes: [] })
  })

  it('a close larger than the largest order is split', () => {
    const { legs, reason } = decided({ signal: SELL, in: { position: '25' } })
    expect(legs.map(({ quantity }) => quantity)).toEqual(['10', '10', '5'])
    expect(reason).toContain('in 3 orders')
  })

  it('a size is quote when it opens and base when it closes, whatever the bot\'s amount is in', () => {
    for (const amountIn of ['quote', 'base'] as const) {
      expect(decided({ signal: { size: '200' }, bot: { amountIn } }).legs[0]?.quantity).toBe('0.004')
      expect(decided({ signal: { ...SELL, size: '0.2' }, bot: { amountIn }, in: { position: '0.5' } }).legs[0]?.quantity).toBe('0.2')
      expect(decided({ signal: { size: '200', dilution: true }, bot: { amountIn }, in: { position: '0.5' } }).legs[0]?.quantity).toBe('0.004')
    }
  })

  it('leverage never multiplies an amount', () => expect(decided({ bot: { leverage: 20 } }).legs).toEqual([leg('buy', '0.002')]))

  it('a close is capped at the position', () => {
    const { legs, reason } = decided({ signal: { ...SELL, size: '500' }, in: { position: '0.5' } })
    expect(legs[0]?.quantity).toBe('0.5')
    expect(reason).toBe('Closes 0.5 of 0.5 BTC long (500 asked for).')
  })

  it('a spot close decided anew takes no more than is free', () => {
    const input = { spot: true, signal: SELL, in: { position: '0.5', freeBalance: '0.4999' } } satisfies Change
    expect(decided(input).legs[0]?.quantity).toBe('0.4999')
    expect(decided({ ...input, in: { ...input.in, freeBalance: '7' } }).legs[0]?.quantity).toBe('0.5')
  })

  it('dust counts as flat', () => {
    expect(decided({ spot: true, in: { position: '0.00004', dust: true } }).code).toBe('open')
    expect(decided({ spot: true, signal: SELL, in: { position: '0.00004', dust: true } }).code).toBe('nothing_to_close')
  })

  it('a position whose value fell below the minimum is none the less a position: its exit is refused, and names ways out', () => {
    const { code, reason } = decided({ spot: true, signal: SELL, in: { position: '0.00004' } })
    expect(code).toBe('amount_below_minimum')
    expect(reason).toContain('worth 2 USDT where the exchange wants 5')
    expect(reason).toContain('towerflow bots position bot --quantity=-0.00004 --reason')
  })

  it('futures closes are exempt from the minimum value where the exchange exempts them', () => {
    expect(decided({ signal: SELL, in: { position: '0.001', price: { price: '100', at: NOW } } }).outcome).toBe('order')
    expect(decided({ signal: SELL, in: { position: '0.001', price: { price: '100', at: NOW }, rules: { ...RULES, minNotionalOnClose: true } } }).code).toBe('amount_below_minimum')
  })
})

describe('skips', () => {
  it.each<[string, Change, string]>([
    ['another symbol', { signal: { symbol: 'ETHUSDT' } }, 'symbol_mismatch'],
    ['a dated contract', { signal: { symbol: 'BTCUSDT_261225' } }, 'symbol_mismatch'],
    ['spot, flat, SELL', { spot: true, signal: SELL }, 'nothing_to_close'],
    ['long already', { in: { position: '1' } }, 'already_long'],
    ['short already', { signal: SELL, in: { position: '-1' } }, 'already_short'],
    ['the side that is not traded', { signal: SELL, bot: { direction: 'long' } }, 'nothing_to_close'],
    ['adding to the side that is not traded', { signal: { ...SELL, dilution: true }, bot: { direction: 'long' }, in: { position: '-1' } }, 'direction_not_traded'],
    ['paused', { bot: { paused: true } }, 'bot_paused'],
    ['paused and long already', { bot: { paused: true }, in: { position: '1' } }, 'bot_paused'],
    ['disconnected', { bot: { connectionId: null } }, 'bot_disconnected'],
    ['disconnected, a close', { bot: { connectionId: null }, signal: SELL, in: { position: '1' } }, 'bot_disconnected'],
    ['unhealthy', { in: { guards: { connection: 'unhealthy', freeze: 'none' } } }, 'connection_unhealthy'],
    ['entries frozen', { in: { guards: { connection: 'active', freeze: 'entries' } } }, 'frozen'],
    ['all frozen, a close', { signal: SELL, in: { position: '1', guards: { connection: 'active', freeze: 'all' } } }, 'frozen'],
    ['an entry too old', { signal: { ageFrom: NOW - 60_001 } }, 'signal_too_old'],
    ['a close too old', { signal: { ...SELL, ageFrom: NOW - 900_001 }, in: { position: '1' } }, 'signal_too_old'],
  ])('%s', (_name, change, code) => {
    expect(decided(change)).toMatchObject({ outcome: 'skipped', code, legs: [], flip: null })
  })

  it.each<[string, Change]>([
    ['paused', { bot: { paused: true } }],
    ['unhealthy', { in: { guards: { connection: 'unhealthy', freeze: 'none' } } }],
    ['entries frozen', { in: { guards: { connection: 'active', freeze: 'entries' } } }],
    ['older than an entry may be', { signal: { ageFrom: NOW - 900_000 } }],
    ['unsupported fields', { signal: { unsupportedFields: ['sl'] } }],
    ['without a price', { in: { price: null, unavailable: ['price'] } }],
  ])('%s: closes pass', (_name, change) => {
    for (const spot of [true, false]) {
      expect(decided({ ...change, spot, signal: { ...change.signal, ...SELL }, in: { ...change.in, position: '0.5' } })).toMatchObject({ outcome: 'order', code: 'close' })
    }
  })

  it('age: the limit itself still goes, 0 means no limit, a replay has no age', () => {
    expect(decided({ signal: { ageFrom: NOW - 60_000 } }).outcome).toBe('order')
    expect(decided({ signal: { ageFrom: 0 }, bot: { maxSignalAgeSeconds: 0 } }).outcome).toBe('order')
    expect(decided({ signal: { ageFrom: 0, source: 'replay' } }).outcome).toBe('test')
    expect(decided({ signal: { ageFrom: NOW - 75_300 } }).reason).toBe('The signal is 75.3 s old; this bot sends openings for 60 s.')
  })

  it('a signal that was too old when it came is told what its time should be: the alert\'s moment, not the bar\'s', () => {
    const day = Math.floor(NOW / 86_400_000) * 86_400_000
    const reason = (firedAt: number, receivedAt = NOW): string => decided({ signal: { firedAt, ageFrom: firedAt, receivedAt } }).reason
    for (const bar of [day, day - 86_400_000, NOW - (NOW % 3_600_000) - 3_600_000]) {
      expect(reason(bar)).toMatch(/bar's opening, .*\{\{time\}\} gives: write \{\{timenow\}\}/)
    }
    expect(reason(NOW - 61_234)).toContain('{{timenow}}')
    expect(reason(NOW - 61_234, NOW - 60_000)).not.toContain('{{timenow}}') // it waited here
  })
})

describe('refusals', () => {
  it.each<[string, Change, string]>([
    ['a size above the limit', { signal: { size: '1000.01' } }, 'size_above_limit'],
    ['a base amount worth more than the limit', { bot: { amountIn: 'base', amount: '0.0201' } }, 'size_above_limit'],
    ['an exit\'s base quantity as an entry', { signal: { size: '35000000' } }, 'size_above_limit'],
    ['below the step', { signal: { size: '49' } }, 'amount_below_minimum'],
    ['below the minimum value after cutting', { signal: { size: '4.9' }, in: { price: { price: '4500', at: NOW } } }, 'amount_below_minimum'],
    ['a quote order below the minimum value', { spot: true, signal: { size: '4.99' } }, 'amount_below_minimum'],
    ['an entry above the largest order', { signal: { size: '900000' }, bot: { maxSize: '1000000' } }, 'amount_above_maximum'],
    ['a quote order above the largest order', { spot: true, signal: { size: '900000' }, bot: { maxSize: '1000000' } }, 'amount_above_maximum'],
    ['a field that shapes the order', { signal: { unsupportedFields: ['sl', 'tp'] } }, 'unsupported_field'],
    ['another bot on the other side', { in: { others: [{ quantity: '-0.1', opening: null }] } }, 'opposite_position_on_account'],
    ['another bot opening the other side', { in: { others: [{ quantity: '0', opening: null }, { quantity: '0', opening: 'short' }] } }, 'opposite_position_on_account'],
    ['no price', { in: { price: null, unavailable: ['price'] } }, 'price_unavailable'],
    ['a price that is 2.001 s old', { in: { price: { price: '50000', at: NOW - 2001 }, unavailable: ['price'] } }, 'price_unavailable'],
    ['no rules', { in: { rules: null, unavailable: ['rules', 'price'] } }, 'rules_unavailable'],
    ['no rules, a close', { signal: SELL, in: { position: '1', rules: null, unavailable: ['rules', 'price'] } }, 'rules_unavailable'],
    ['no position mode', { in: { positionMode: null, unavailable: ['account'] } }, 'account_unavailable'],
    ['no position mode, a close', { signal: SELL, in: { position: '1', positionMode: null, unavailable: ['account'] } }, 'account_unavailable'],
    ['halted', { in: { rules: { ...RULES, trading: false } } }, 'symbol_halted'],
    ['closed market', { spot: true, in: { rules: { ...SPOT, hours: 'calendar' }, marketOpen: false } }, 'market_closed'],
    ['closed market, a close', { spot: true, signal: SELL, in: { position: '1', rules: { ...SPOT, hours: 'calendar' }, marketOpen: false } }, 'market_closed'],
    ['unknown hours', { spot: true, in: { rules: { ...SPOT, hours: 'calendar' }, unavailable: ['hours'] } }, 'market_hours_unknown'],
  ])('%s', (_name, change, code) => {
    expect(decided(change)).toMatchObject({ outcome: 'refused', code, legs: [], flip: null })
  })

  it('name minimum, amount and price used', () => {
    expect(decided({ signal: { size: '49' } }).reason).toBe('49 USDT at 50000 is 0 BTC (step 0.001); the minimum is 0.001 BTC.')
    expect(decided({ spot: true, signal: { size: '4.99' } }).reason).toBe('4.99 USDT at 50000 is 0.0000998 BTC, worth 4.99 USDT; the minimum is 5 USDT.')
    expect(decided({ signal: { size: '1000.01' } }).reason).toBe('1000.01 USDT is above this bot\'s largest size of 1000 USDT.')
    expect(decided({ signal: { unsupportedFields: ['sl', 'tp'] } }).reason).toContain('sl, tp')
  })

  it('hedge mode and spot keep sides apart, so other bots stand in nobody\'s way', () => {
    const others = [{ quantity: '-0.1', opening: 'short' }] as const
    expect(decided({ in: { positionMode: 'hedge', others } }).outcome).toBe('order')
    expect(decided({ spot: true, in: { others } }).outcome).toBe('order')
    expect(decided({ in: { others: [{ quantity: '0.1', opening: 'long' }, { quantity: '0', opening: null }] } }).outcome).toBe('order')
  })
})

describe('what is asked for first', () => {
  it.each<[string, Change, string[]]>([
    ['a price to open', { in: { price: null } }, ['price']],
    ['a price that is 2 s old is not asked for again', { in: { price: { price: '50000', at: NOW - 2000 } } }, []],
    ['a price of nothing', { in: { price: { price: '0', at: NOW } } }, ['price']],
    ['no price for a quote order', { spot: true, in: { price: null } }, []],
    ['a price for a quote order without a minimum value', { spot: true, in: { price: null, rules: { ...SPOT, minNotional: null } } }, ['price']],
    ['no price for a futures close', { signal: SELL, in: { position: '1', price: null } }, []],
    ['a price for a spot close, because of its minimum value', { spot: true, signal: SELL, in: { position: '1', price: null } }, ['price']],
    ['everything at once', { in: { rules: null, positionMode: null, price: null } }, ['rules', 'account', 'price']],
    ['opening hours', { spot: true, in: { rules: { ...SPOT, hours: 'calendar' } } }, ['hours']],
    ['nothing for what is skipped anyway', { bot: { paused: true }, in: { rules: null, price: null } }, []],
    ['only what was not asked for in vain', { in: { rules: null, price: null, unavailable: ['price'] } }, ['rules']],
  ])('%s', (_name, change, what) => {
    const decision = decide(inputOf(change))
    expect(decision.outcome === 'needs' ? decision.what : []).toEqual(what)
  })
})

describe('flip', () => {
  const flipping = { onOpposite: 'flip' } as const

  it('closes all, then opens; the size is for the opening', () => {
    expect(decided({ signal: { ...SELL, size: '200' }, bot: flipping, in: { position: '0.5' } })).toMatchObject({
      outcome: 'order', code: 'flip', legs: [{ kind: 'close', side: 'sell', quantity: '0.5' }], flip: { direction: 'short' },
    })
  })

  it('closes all also where the size, taken for base, would be less', () => {
    expect(decided({ signal: { ...SELL, size: '0.2' }, bot: { ...flipping, direction: 'long' }, in: { position: '0.5' } })).toMatchObject({ code: 'close', legs: [{ quantity: '0.5' }] })
  })

  it.each<[string, Change, string]>([
    ['too old to open', { signal: { ageFrom: NOW - 61_000 } }, 'signal_too_old'],
    ['paused', { bot: { paused: true } }, 'bot_paused'],
    ['with fields that shape the opening', { signal: { unsupportedFields: ['sl'] } }, 'unsupported_field'],
    ['against another bot of the account', { in: { others: [{ quantity: '3', opening: null }] } }, 'opposite_position_on_account'],
  ])('%s: only closes, and says so', (_name, change, note) => {
    const decision = decided({ signal: { ...change.signal, ...SELL, size: '200' }, bot: { ...change.bot, ...flipping }, in: { ...change.in, position: '0.5' } })
    expect(decision).toMatchObject({ outcome: 'order', code: 'close', legs: [{ quantity: '0.5' }], flip: null })
    expect(decision.notes.map(({ code }) => code)).toContain(note)
    expect(decision.reason).toContain('short side is not opened')
  })

  it('a spot bot never flips', () => {
    expect(decided({ spot: true, signal: SELL, bot: flipping, in: { position: '0.5' } })).toMatchObject({ code: 'close', flip: null })
  })

  it('the opening is sized when the close is done', () => {
    const input = inputOf({ signal: { ...SELL, size: '200' }, bot: flipping })
    expect(planFlipOpening(input, { direction: 'short' })).toMatchObject({ outcome: 'order', code: 'open', legs: [leg('sell', '0.004')] })
    expect(planFlipOpening({ ...input, price: null }, { direction: 'short' })).toEqual({ outcome: 'needs', what: ['price'] })
    expect(planFlipOpening({ ...input, position: '0.0001', dust: true }, { direction: 'short' }).outcome).toBe('order')
  })

  it.each<[string, Change, string]>([
    ['what is still held', { in: { position: '0.2' } }, 'flip_incomplete'],
    ['the age of the signal', { signal: { ageFrom: NOW - 60_001 } }, 'signal_too_old'],
    ['a freeze meanwhile', { in: { guards: { connection: 'active', freeze: 'entries' } } }, 'frozen'],
    ['the largest size', { signal: { size: '5000' } }, 'size_above_limit'],
  ])('the opening is stopped by %s', (_name, change, code) => {
    expect(planFlipOpening(inputOf({ ...change, bot: flipping }), { direction: 'short' })).toMatchObject({ code, legs: [] })
  })
})

describe('somebody else\'s webhook', () => {
  const theirs = { userId: 'them' }
  it('size and dilution do not count unless the bot accepts them', () => {
    const open = decided({ signal: { ...theirs, size: '999' } })
    expect(open.legs).toEqual([leg('buy', '0.002')])
    expect(open.notes).toMatchObject([{ code: 'size_ignored' }])
    expect(decided({ signal: { ...theirs, ...SELL, size: '0.1' }, in: { position: '0.5' } }).legs[0]?.quantity).toBe('0.5')
    expect(decided({ signal: { ...theirs, dilution: true }, in: { position: '0.5' } }).code).toBe('already_long')
  })
  it('accepted, they count, capped by the largest size', () => {
    const bot = { acceptSize: true, acceptDilution: true }
    expect(decided({ signal: { ...theirs, size: '200' }, bot }).legs[0]?.quantity).toBe('0.004')
    expect(decided({ signal: { ...theirs, size: '1001' }, bot }).code).toBe('size_above_limit')
    expect(decided({ signal: { ...theirs, dilution: true }, bot, in: { position: '0.5' } }).code).toBe('add')
  })
})

describe('tests', () => {
  it.each<[string, Change]>([['TEST', { signal: { flags: ['TEST'] } }], ['replay', { signal: { source: 'replay' } }], ['on demand', { in: { test: true } }]])(
    '%s gives exactly the order that would have been sent', (_name, change) => {
      expect(decided(change)).toEqual({ ...decided({}), outcome: 'test' })
    })
  it('that would be skipped or refused say so', () => {
    expect(decided({ signal: { flags: ['TEST'] }, in: { position: '1' } })).toMatchObject({ outcome: 'skipped', code: 'already_long' })
    expect(decided({ signal: { flags: ['TEST'], size: '5000' } })).toMatchObject({ outcome: 'refused' })
  })
})

describe('replanClose', () => {
  const again = { rules: RULES, position: '0.5', positionMode: 'one-way', price: null } as const
  it('closes what is left of what was wanted and what is there', () => {
    expect(replanClose(again).legs).toEqual([leg('sell', '0.5', { kind: 'close', reduceOnly: true })])
    expect(replanClose({ ...again, wanted: '0.2', available: '0.3' }).legs[0]?.quantity).toBe('0.2')
    expect(replanClose({ ...again, wanted: '0.4', available: '0.3004' }).legs[0]?.quantity).toBe('0.3')
    expect(replanClose({ ...again, position: '-0.5', positionMode: 'hedge' }).legs).toEqual([leg('buy', '0.5', { kind: 'close', positionSide: 'short' })])
  })
  it('sends nothing where nothing can be sent, and says why', () => {
    expect(replanClose({ ...again, position: '0' })).toMatchObject({ legs: [], code: 'nothing_to_close' })
    expect(replanClose({ ...again, available: '0' })).toMatchObject({ legs: [], code: 'amount_below_minimum' })
    expect(replanClose({ ...again, available: '0.0009' }).reason).toContain('0.0009 are available')
    expect(replanClose({ ...again, positionMode: null })).toMatchObject({ legs: [], code: 'account_unavailable' })
  })
})


describe('a signal for another symbol', () => {
  it.each([
    ['BYBIT:BTCUSDT.P', {}, 'another exchange, BYBIT'], ['BTC\u200bUSDT', {}, 'U+200B'], ['\u0412TCUSDT', {}, 'Cyrillic'], ['BTCUSDT.P', { spot: true }, 'perpetual'],
  ])('%j is skipped, and told what is wrong with it', (symbol, change, what) => {
    expect(decided({ ...change, signal: { symbol } })).toMatchObject({ outcome: 'skipped', code: 'symbol_mismatch', reason: expect.stringContaining(what) })
  })
})
