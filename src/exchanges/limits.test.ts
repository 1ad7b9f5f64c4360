import { describe, expect, test } from 'vitest'
import { LIMITS as ALPACA } from './alpaca/limits.ts'
import { limitsOf, statedLimits } from './binance/limits.ts'
import { Limits, PLAIN_RULES, type LimitRules } from './limits.ts'

const NOW = 1_800_000_000_000 // the first millisecond of a minute
const ORDER = ['POST', '/api/v3/order?x=1'] as const
const limits = (rules: LimitRules): Limits => new Limits('binance', rules)
const told = (of: Limits, who: string, status: number, body: unknown = '', headers: Record<string, string> = {}, now = NOW): void =>
  of.told({ who }, { status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) }, now)
const wait = (of: Limits, who: string, urgency: 'exit' | 'entry' | 'question' | 'background' = 'exit', now = NOW): number | null =>
  of.hold({ who, urgency }, ...ORDER, now, 0)?.waitMs ?? null

describe('pauses', () => {
  test.each([
    ['Retry-After', 429, '', { 'retry-after': '7' }, 7000],
    ['none', 429, '', {}, 10_000],
    ['a date', 418, '', { 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' }, 10_000],
    ['a ban in the text', 418, { code: -1003, msg: `Way too much request weight used; IP banned until ${NOW + 90_000}.` }, {}, 90_000],
    ['a code without its status', 400, { code: -1003, msg: 'Too many requests.' }, {}, 10_000],
  ])('Binance, of the address: %s', (_name, status, body, headers, ms) => {
    const of = limits(limitsOf('spot'))
    told(of, 'a', status, body, headers as Record<string, string>)
    expect([wait(of, 'a'), wait(of, 'another')]).toEqual([ms, ms])
    expect(wait(of, 'a', 'exit', NOW + ms)).toBeNull()
  })

  test('Binance, too many orders: of the account alone, for as long as its window', () => {
    const of = limits(limitsOf('futures'))
    told(of, 'a', 429, { code: -1015, msg: 'Too many new orders; current limit is 300 orders per 10 SECOND.' })
    expect([wait(of, 'a'), wait(of, 'another')]).toEqual([10_000, null])
  })

  test('Alpaca: of the account, until the minute that its headers name', () => {
    const of = limits(ALPACA)
    told(of, 'a', 429, '', { 'x-ratelimit-limit': '200', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String((NOW + 25_000) / 1000) })
    expect([wait(of, 'a'), wait(of, 'another')]).toEqual([25_000, null])
  })

  test('a longer pause is not shortened by a shorter one', () => {
    const of = limits(PLAIN_RULES)
    told(of, 'a', 429, '', { 'retry-after': '60' })
    told(of, 'a', 429, '', { 'retry-after': '1' })
    expect(wait(of, 'a')).toBe(60_000)
  })
})

describe('what the headers say is used', () => {
  const stated = statedLimits('{"timezone":"UTC","rateLimits":[{"rateLimitType":"REQUEST_WEIGHT","interval":"MINUTE","intervalNum":1,"limit":6000},{"rateLimitType":"ORDERS","interval":"SECOND","intervalNum":10,"limit":100}],"symbols":[]}')

  test('the stated limits are read', () => expect(stated).toEqual([{ kind: 'weight', windowMs: 60_000, limit: 6000 }, { kind: 'orders', windowMs: 10_000, limit: 100 }]))

  test('short of the address\'s weight openings wait for the next minute, closes do not', () => {
    const of = limits(limitsOf('spot'))
    of.state(stated)
    told(of, 'a', 200, '', { 'x-mbx-used-weight-1m': '5750' }, NOW + 1000)
    expect(wait(of, 'b', 'entry', NOW + 2000)).toBe(58_000)
    expect(wait(of, 'b', 'exit', NOW + 2000)).toBeNull()
    expect(wait(of, 'b', 'entry', NOW + 60_000)).toBeNull()
    expect(of.used()).toEqual({ '1m': 5750 })
  })

  test('short of an account\'s orders only its openings wait', () => {
    const of = limits(limitsOf('spot'))
    of.state(stated)
    told(of, 'a', 200, '', { 'x-mbx-order-count-10s': '99' })
    expect([wait(of, 'a', 'entry'), wait(of, 'b', 'entry'), wait(of, 'a', 'exit')]).toEqual([10_000, null, null])
  })
})

describe('background work', () => {
  test('shares a quarter of the address\'s limit, and what others send does not count for it', () => {
    const of = limits(limitsOf('spot'))
    for (let n = 0; n < 75; n += 1) {
      expect(of.hold({ who: 'a', urgency: 'background' }, 'GET', '/api/v3/allOrders?symbol=X', NOW, 0)).toBeNull()
      of.sent({ who: 'a', urgency: 'background' }, 'GET', '/api/v3/allOrders?symbol=X', NOW)
      of.sent({ who: 'a', urgency: 'exit' }, ...ORDER, NOW)
    }
    expect(of.hold({ who: 'b', urgency: 'background' }, 'GET', '/api/v3/openOrders', NOW + 1000, 0)).toMatchObject({ waitMs: 59_000, scope: 'address' })
    expect(wait(of, 'a', 'question')).toBeNull()
    expect(of.hold({ who: 'b', urgency: 'background' }, 'GET', '/api/v3/openOrders', NOW + 60_000, 0)).toBeNull()
  })

  test('where the limit is a key\'s, each key has its own quarter', () => {
    const of = limits(ALPACA)
    for (let n = 0; n < 50; n += 1) of.sent({ who: 'a', urgency: 'background' }, 'GET', '/v2/orders', NOW)
    expect([wait(of, 'a', 'background'), wait(of, 'b', 'background')]).toEqual([60_000, null])
  })

  test('yields where others have used half of what the exchange states', () => {
    const of = limits(limitsOf('futures'))
    of.state([{ kind: 'weight', windowMs: 60_000, limit: 2400 }])
    told(of, 'a', 200, '', { 'x-mbx-used-weight-1m': '1200' })
    expect([wait(of, 'a', 'background'), wait(of, 'a', 'entry')]).toEqual([60_000, null])
  })
})
