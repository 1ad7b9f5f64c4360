import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isDecimal } from '#model'
import type { SignalDraft } from './draft.ts'
import { MAX_BODY_BYTES, parsePayload } from './parse.ts'
import { redactedExcerpt } from './redact.ts'

const AT = Date.parse('2026-11-23T10:00:00.500Z')
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const base = { symbol: 'BTCUSDT', side: 'BUY' }
const parse = (body: unknown) => parsePayload(bytes(typeof body === 'string' ? body : JSON.stringify(body)), AT)
const draft = (body: unknown): SignalDraft => {
  const parsed = parse(body)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors))
  return parsed.draft
}
const errors = (body: unknown): string[] => {
  const parsed = parse(body)
  return parsed.ok ? [] : parsed.errors.map(({ path, message }) => `${path}: ${message}`)
}
const codes = (body: unknown): string[] => draft(body).warnings.map(({ code }) => code)

describe('the body', () => {
  it('is a signal when it is what TradingView sends', () => {
    const body = '{"symbol":"BINANCE:BTCUSDT.P","side":"buy","size":"250","time":"2026-11-23T09:59:59Z","id":"Long Entry"}'
    expect(draft(body)).toEqual({
      symbol: 'BINANCE:BTCUSDT.P', side: 'BUY', size: '250', dilution: false, flags: [], label: 'Long Entry',
      firedAt: Date.parse('2026-11-23T09:59:59Z'), ageFrom: Date.parse('2026-11-23T09:59:59Z'), warnings: [], unsupportedFields: [], payload: body,
    })
  })

  it.each(['\ufeff', '\n', '\r\n \t'])('may stand among byte-order marks and stray line breaks (%j)', (stray) => {
    expect(draft(`${stray}{"symbol":"BTCUSDT",\n"side":"SELL"}${stray}`)).toMatchObject({ symbol: 'BTCUSDT', side: 'SELL' })
  })

  it.each([
    ['', 'empty'], ['buy BTCUSDT', 'plain text'], ['[{"symbol":"A"}]', 'one signal'], ['"BUY"', 'not a JSON object'],
    ['{"symbol":"A","side":"BUY",}', 'comma before the closing bracket'],
  ])('%j is refused with a remedy', (body, what) => expect(errors(body).join()).toContain(what))

  it('is refused when it is not UTF-8, or too large', () => {
    const broken = parsePayload(Uint8Array.of(0x7b, 0xff, 0x7d), AT)
    expect(!broken.ok && broken.errors[0]?.message).toContain('UTF-8')
    const utf16 = parsePayload(Uint8Array.of(0xff, 0xfe, 0x7b, 0), AT)
    expect(!utf16.ok && utf16.errors[0]?.message).toContain('UTF-16')
    expect(parsePayload(new Uint8Array(MAX_BODY_BYTES + 1).fill(32), AT).ok).toBe(false)
  })

  it('never makes it throw, whatever the bytes', () => {
    const any = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.json().map(bytes), fc.string({ unit: 'binary' }).map(bytes))
    fc.assert(fc.property(any, (body) => {
      const parsed = parsePayload(body, AT)
      expect(parsed.ok || parsed.errors.length > 0).toBe(true)
      expect(typeof redactedExcerpt(body)).toBe('string')
    }), { numRuns: 2000 })
  })

  it('never makes it throw, whatever stands in a known field', () => {
    const field = fc.constantFrom('symbol', 'side', 'size', 'key', 'dilution', 'flag', 'id', 'time', 'debug', 'type', 'test')
    fc.assert(fc.property(fc.dictionary(field, fc.jsonValue()), (fields) => {
      const parsed = parse({ ...base, ...fields })
      if (parsed.ok) expect(parsed.draft.size === null || isDecimal(parsed.draft.size)).toBe(true)
    }), { numRuns: 1000 })
  })

  it('names every mistake at once', () => {
    expect(errors({ symbol: '', side: 'hold', size: '-1', flag: 'LIVE' }).map((error) => error.split(':')[0])).toEqual(['symbol', 'side', 'size', 'flag'])
  })
})

describe('symbol and side', () => {
  it('are required, and a near miss is named', () => {
    expect(errors('{}')).toEqual([expect.stringContaining('symbol: is missing'), expect.stringContaining('side: is missing')])
    expect(errors({ ticker: 'BTCUSDT', action: 'buy' }).join()).toMatch(/`ticker`: name it `symbol`.*`action`: name it `side`/)
    expect(errors({ Symbol: 'BTCUSDT', side: 'BUY' }).join()).toContain('`Symbol`: name it `symbol`')
  })

  it('say so when a placeholder was not replaced', () => {
    expect(errors({ symbol: '{{ticker}}', side: '{{strategy.order.action}}' })).toEqual([expect.stringContaining('placeholder'), expect.stringContaining('placeholder')])
  })

  it.each(['buy', 'Buy', ' BUY '])('side %j is BUY', (side) => expect(draft({ ...base, side }).side).toBe('BUY'))
  it.each([true, 1, 'long', 'b', null, ['BUY'], 'BUYSELL', ''])('side %j is refused', (side) => expect(errors({ ...base, side }).join()).toContain('side:'))
  it.each([1, '', '  ', 'BTC USDT', 'BTC\u0000USDT', 'x'.repeat(65), {}])('symbol %j is refused', (symbol) => expect(errors({ ...base, symbol }).join()).toContain('symbol:'))
})

describe('size', () => {
  it.each([
    ['100', '100'], ['0.1', '0.1'], ['1e-7', '0.0000001'], ['12345678901234567.123', '12345678901234567.123'], ['1.50', '1.50'], ['2.5E+3', '2500'],
    ['"0.001"', '0.001'], ['" 5 "', '5'], ['".5"', '0.5'], ['"5."', '5'], ['"1e2"', '100'], ['"007"', '7'], ['"+3"', '3'],
    ['0', null], ['-0', null], ['"0.000"', null], ['""', null], ['null', null], ['0e5', null], ['"  "', null],
  ])('%s is %s, exactly', (written, size) => expect(draft(`{"symbol":"BTCUSDT","side":"BUY","size":${written}}`).size).toBe(size))

  it.each([
    ['-5', 'negative'], ['"-0.1"', 'negative'], ['"10%"', 'percentage'], ['"NaN"', 'not a number'], ['"na"', 'not a number'], ['"Infinity"', 'not a number'],
    ['"1,000"', 'thousands'], ['"100 USDT"', 'unit'], ['true', 'number'], ['[]', 'number'], ['{}', 'number'], ['"0x10"', 'plain number'], ['"{{x}}"', 'placeholder'],
    ['1e40', 'digits'], ['1e-40', 'digits'], ['1e9999', 'digits'], [`"${'9'.repeat(31)}"`, 'digits'], ['"."', 'plain number'], ['"1e"', 'number'],
  ])('%s is refused: %s', (written, what) => expect(errors(`{"symbol":"BTCUSDT","side":"BUY","size":${written}}`).join()).toContain(what))

  it('keeps every digit of any number that fits', () => {
    fc.assert(fc.property(fc.stringMatching(/^[1-9]\d{0,29}(\.\d{1,30})?$/), fc.boolean(), (number, quoted) => {
      expect(draft(`{"symbol":"A","side":"BUY","size":${quoted ? `"${number}"` : number}}`).size).toBe(number)
    }))
  })
})

describe('flags', () => {
  it.each([['test', ['TEST']], [['Test', 'reverse'], ['TEST', 'REVERSE']], [[' DEBUG ', 'debug'], ['DEBUG']], [[], []]])('%j are %j', (flag, flags) => {
    expect(draft({ ...base, flag }).flags).toEqual(flags)
  })

  it.each(['', 'tset', 'LIVE', null, true, 0, {}, ['TEST', 'x'], [['TEST']], 'TEST,DEBUG', 'TEST '.repeat(2)])('%j is no flag and never a live order', (flag) => {
    expect(errors({ ...base, flag }).join()).toContain('flag:')
  })

  it.each([
    'test', 'Test', 'TEST', 'flags', 'Flag', 'FLAGS', 'dryRun', 'dry_run', 'dry-run', 'isTest', 'is_test', 'testMode', 'paper', 'simulate', 'reverse', 'sandbox',
  ])('a field %s could have been meant to stop a live order: refused, whatever it says', (name) => {
    for (const value of [true, false, null, 'no']) expect(errors({ ...base, [name]: value }).join()).toContain('flag')
  })
})

describe('other fields', () => {
  it.each([
    'limit', 'stop', 'sl', 'tp', 'take', 'leverage', 'reduceOnly', 'reduce_only', 'ReduceOnly', 'qty', 'quantity', 'Quantity', 'amount', 'percent', 'account',
    'stopLoss', 'stop_loss', 'takeProfit', 'tp1', 'take_profit_2', 'order_type', 'orderType',
  ])('%s shapes an order that we would not send', (name) => {
    expect(draft({ ...base, [name]: '5' })).toMatchObject({ unsupportedFields: [name], warnings: [{ code: 'unsupported_field' }] })
  })

  it('type market shapes nothing, every other type does', () => {
    for (const type of ['market', 'MARKET', ' Market ']) expect(draft({ ...base, type }).unsupportedFields).toEqual([])
    for (const type of ['limit', 'stop_market', 5]) expect(draft({ ...base, type }).unsupportedFields).toEqual(['type'])
  })

  it('empty values shape nothing', () => {
    expect(draft({ ...base, sl: '', tp: null, reduceOnly: false })).toMatchObject({ unsupportedFields: [], warnings: [] })
  })

  it('that are unknown are a warning, never silently ignored', () => {
    expect(draft({ ...base, price: 5, constructor: 1 }).warnings).toEqual([
      { code: 'unknown_field', message: '`price` is not a field of a signal and was ignored' },
      { code: 'unknown_field', message: '`constructor` is not a field of a signal and was ignored' },
    ])
    expect(draft({ ...base, Symbol: 'X' }).warnings[0]?.message).toContain('did you mean `symbol`?')
  })

  it('dilution is true or false, as text too', () => {
    expect(draft({ ...base, dilution: true }).dilution).toBe(true)
    expect(draft({ ...base, dilution: 'True' }).dilution).toBe(true)
    expect(draft({ ...base, dilution: 'false' }).dilution).toBe(false)
    expect(errors({ ...base, dilution: 'yes' }).join()).toContain('dilution:')
    expect(errors({ ...base, dilution: 1 }).join()).toContain('dilution:')
  })

  it('id is a label: cut, cleaned, never a reason to lose a signal', () => {
    expect(draft({ ...base, id: ' a\u0000\nb ' }).label).toBe('a b')
    expect(draft({ ...base, id: 42 }).label).toBe('42')
    expect(draft({ ...base, id: {} })).toMatchObject({ label: null, warnings: [{ code: 'id_ignored' }] })
    expect(draft({ ...base, id: 'x'.repeat(100) })).toMatchObject({ label: 'x'.repeat(64), warnings: [{ code: 'id_cut' }] })
  })

  it('debug is anything, within a limit', () => {
    expect(draft({ ...base, debug: [1, { a: null }] }).payload).toContain('"debug":[1,{"a":null}]')
    expect(errors({ ...base, debug: 'x'.repeat(20_000) }).join()).toContain('debug:')
  })
})

describe('time', () => {
  const ageOf = (time: unknown): number => AT - draft({ ...base, time }).ageFrom
  it.each([
    ['2026-11-23T09:59:30Z', 30_500], ['2026-11-23T09:59:30.250Z', 30_250], ['2026-11-23 09:59:30Z', 30_500], ['2026-11-23T10:59:30+01:00', 30_500],
    ['2026-11-23T04:29:30-0530', 30_500], ['2026-11-23T09:59Z', 60_500], [AT - 1000, 1000], [String(AT - 1000), 1000], ['2026-11-23T09:59:30.123456789Z', 30_377],
    [AT + 5000, -5000], [AT - 86_400_000, 86_400_000], ['2026-11-23 09:59:30+00', 30_500], ['2026-11-23 09:59:30 UTC', 30_500],
    ['2026/11/23 09:59:30Z', 30_500], ['Mon, 23 Nov 2026 09:59:30 GMT', 30_500], ['23 Nov 2026 10:59:30 +0100', 30_500],
    ['20261123T095930Z', 30_500], ['2026-11-23 09:59:30.250 +0000 UTC', 30_250], ['2026-11-23 10:59:30.250000+01:00', 30_250],
    ['Mon Nov 23 2026 10:59:30 GMT+0100 (Central European Standard Time)', 30_500],
  ])('%s counts', (time, age) => {
    expect(ageOf(time)).toBe(age)
    expect(codes({ ...base, time })).toEqual([])
  })

  it.each([
    ['a day and a second', 86_401], ['two days', 178_215], ['a year', 31_536_000], ['thirty years', 946_080_000],
  ])('%s ago is an age like any other, however it is written', (_name, seconds) => {
    const at = AT - seconds * 1000
    for (const time of [at, String(at), new Date(at).toISOString(), new Date(at).toISOString().replace('Z', '+00:00')]) {
      expect([time, ageOf(time), codes({ ...base, time })]).toEqual([time, seconds * 1000, []])
    }
    expect(ageOf(at / 1000)).toBeCloseTo(seconds * 1000, 0)
    for (const time of [Math.floor(at / 1000), String(Math.floor(at / 1000))]) expect(ageOf(time)).toBe(seconds * 1000 + 500)
    expect(ageOf(new Date(at).toISOString().replace('Z', ''))).toBe(seconds * 1000 - 12 * 3_600_000)
  })

  it.each([
    [Math.floor(AT / 1000) - 100, 'time_in_seconds', 100_500], [String(AT * 1000 - 100_000), 'time_in_microseconds', 100],
    [`${AT - 100}000000`, 'time_in_nanoseconds', 100], [0, 'time_in_seconds', AT], ['2026-11-20', 'time_without_zone', AT - Date.parse('2026-11-21T12:00:00Z')],
  ])('%s counts, with the warning %s', (time, code, age) => {
    expect(ageOf(time)).toBeCloseTo(age, 0)
    expect(codes({ ...base, time })).toEqual([code])
  })

  it.each([
    [AT + 5001, 'time_out_of_range'], ['2036-01-01T00:00:00Z', 'time_out_of_range'], ['2026-11-23T09:59:30', 'time_without_zone'],
    ['{{timenow}}', 'time_unreadable'], ['yesterday', 'time_unreadable'], ['2026-02-30T00:00:00Z', 'time_unreadable'], ['2026-11-23T25:00:00Z', 'time_unreadable'],
    [true, 'time_unreadable'], [{}, 'time_unreadable'], ['2026-11-23', 'time_without_zone'], ['23 Nxx 2026 09:59:30 GMT', 'time_unreadable'], ['11/23/2026 9:59 AM', 'time_unreadable'],
  ])('%s counts from receipt, with the warning %s', (time, code) => {
    expect(ageOf(time)).toBe(0)
    expect(codes({ ...base, time })).toEqual([code])
  })

  it('absent counts from receipt, without a warning', () => {
    expect(draft(base)).toMatchObject({ firedAt: null, ageFrom: AT, warnings: [] })
    expect(draft({ ...base, time: null }).warnings).toEqual([])
  })

  it('is always one that can be written as ISO 8601', () => {
    fc.assert(fc.property(fc.oneof(fc.double(), fc.integer(), fc.stringMatching(/^\d{1,16}$/), fc.string()), (time) => {
      const { firedAt } = draft({ ...base, time })
      if (firedAt !== null) expect(new Date(firedAt).toISOString()).toMatch(/^\d{4}-/)
    }))
  })
})

describe('what is shown of a refused delivery', () => {
  it('holds no half of a secret that its end went through', () => {
    for (let before = 1960; before < 2000; before += 1) {
      const shown = redactedExcerpt(bytes(`${'buy '.repeat(500).slice(0, before - 1)} Zm9vYmFyYmF6cXV4MTIzNDU2 ${'x '.repeat(3000)}`))
      expect(shown).not.toContain('Zm9')
      expect(shown.length).toBeLessThanOrEqual(2000)
    }
  })
})

describe('the key', () => {
  const key = fc.stringMatching(/^[A-Za-z0-9_"\\/ü-]{8,40}$/).filter((text) => /[a-z]/.test(text) && !JSON.stringify({ ...base, key: '[redacted]', id: 'debug', list: 'again' }).includes(text))

  it('never appears in the draft, wherever and however often it was repeated', () => {
    fc.assert(fc.property(key, (secret) => {
      const body = {
        ...base, key: secret, id: `x${secret}y`, [`f${secret}`]: 1, list: [secret, { again: `${secret}${secret}` }],
        debug: { key: 'other', nested: { KEY: secret, note: `before ${secret} after` } },
      }
      const parsed = parse(body)
      expect(parsed.key).toBe(secret)
      if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors))
      const everything = JSON.stringify(parsed.draft)
      expect(everything).not.toContain(secret)
      expect(everything).not.toContain(JSON.stringify(secret).slice(1, -1))
      expect(JSON.stringify(JSON.parse(parsed.draft.payload))).not.toContain(secret)
    }), { numRuns: 500 })
  })

  it('never appears in an error, nor in what is shown of a refused delivery', () => {
    fc.assert(fc.property(key, fc.constantFrom('side', 'size', 'flag', 'symbol', 'dilution', 'debug2', 'test'), (secret, field) => {
      const parsed = parse({ ...base, key: secret, [field]: `{{${secret}}}`, [`test_${secret}`]: secret, flags: secret })
      expect(parsed.ok).toBe(false)
      if (!parsed.ok) expect(JSON.stringify(parsed.errors)).not.toContain(secret)
      const shown = redactedExcerpt(bytes(JSON.stringify({ key: secret, debug: [secret], side: 1 })))
      expect(shown).not.toContain(JSON.stringify(secret).slice(1, -1))
    }))
  })

  it('may not be repeated where it would have to be stored', () => {
    expect(errors({ symbol: 'AAAABBBBCCCC', side: 'BUY', key: 'AABBBBCC' }).join()).toContain('symbol: must not hold')
    expect(errors({ ...base, size: '1234567890', key: '123456789' }).join()).toContain('size: must not hold')
  })

  it('as a number is compared by its digits', () => {
    const parsed = parse('{"symbol":"A","side":"BUY","key":12345678901234567890,"debug":12345678901234567890}')
    expect(parsed).toMatchObject({ ok: true, key: '12345678901234567890', draft: { payload: '{"symbol":"A","side":"BUY","key":"[redacted]","debug":"[redacted]"}' } })
  })

  it('credentials of other services in the message are not stored either', () => {
    const { payload } = draft({ ...base, apiKey: 'AAAA', debug: { api_secret: 'BBBB', Passphrase: 'CCCC', list: [{ token: 'DDDD' }] } })
    expect(payload).not.toMatch(/AAAA|BBBB|CCCC|DDDD/)
  })

  it('is not shown of a body that is no JSON', () => {
    for (const body of [
      '{"symbol":"A","key":"hunter2hunter2",}', 'key=hunter2hunter2 buy', "{'key':'hunter2hunter2'}", '{“key”: “hunter2hunter2”}', 'secret: hunter2hunter2',
      'buy Zm9vYmFyYmF6cXV4MTIzNDU2 now', '{"webhook_key":"hunter2hunter2"',
    ]) expect(redactedExcerpt(bytes(body))).not.toMatch(/hunter2|Zm9v/)
    expect(redactedExcerpt(bytes('buy {"key" : "hun\\"ter2hunter2 \nx'))).not.toMatch(/ter2/)
    expect(redactedExcerpt(bytes('{"message":"key=hunter2hunter2 buy",'))).not.toMatch(/hunter2/)
    expect(redactedExcerpt(bytes('buy BTCUSDT please'))).toBe('buy BTCUSDT please')
  })
})
