import { expect, test } from 'vitest'
import { addressOf, Host, NotAllowed } from './host.ts'
import { HOSTS as ALPACA } from './alpaca/description.ts'
import { HOSTS as BINANCE } from './binance/description.ts'

const UUID = '61e69015-8549-4bfd-b9c3-01e75843f47d'
const spot = new Host('binance', 'https://api.binance.com', BINANCE[0]?.allowed ?? [])
const alpaca = new Host('alpaca', 'https://gateway.example/alpaca/', ALPACA[0]?.allowed ?? [])

test('what is on the list is permitted, with any query', () => {
  expect(() => spot.permit('POST', '/api/v3/order?symbol=BTCUSDT')).not.toThrow()
  expect(() => alpaca.permit('DELETE', `/v2/orders/${UUID}`)).not.toThrow()
})

test.each([
  ['POST', '/sapi/v1/capital/withdraw/apply'], ['POST', '/api/v3/order/'], ['PUT', '/api/v3/order'], ['POST', '/api/v3/order/cancelReplace'], ['GET', '/api/v3/orders'],
  ['GET', '//api/v3/order'], ['GET', '/api/v3/../../sapi/v1/asset/transfer'], ['GET', '/api/v3/order#x'], ['GET', '/API/v3/order'], ['get', '/api/v3/order'],
])('%s %s is not', (method, path) => {
  expect(() => spot.permit(method, path)).toThrow(NotAllowed)
})

test.each(['/v2/orders', '/v2/orders/', `/v2/orders/${UUID}/`, `/v2/orders/${UUID}/x`, '/v2/orders/..', `/v2/orders/%2e%2e/${UUID}`, '/v2/positions', '/v2/positions/AAPL'])(
  'DELETE %s, which would end more than one order, is not', (path) => {
    expect(() => alpaca.permit('DELETE', path)).toThrow(NotAllowed)
  })

test('a gateway may stand under a path of its own', () => {
  expect([alpaca.origin, alpaca.prefix]).toEqual(['https://gateway.example', '/alpaca'])
})

test('once any address of an exchange is given, only given ones are used', () => {
  const of = (urls: Record<string, string>, name: string, derive?: (main: string) => string): string => addressOf(urls, 'alpaca', name, 'https://official', derive)
  expect(of({}, 'alpaca')).toBe('https://official')
  expect(of({ binance: 'http://b' }, 'alpaca')).toBe('https://official')
  expect(of({ alpaca: 'http://a' }, 'alpaca:data')).toBe('http://a')
  expect(of({ alpaca: 'http://a' }, 'alpaca:paper', (main) => `${main}/paper`)).toBe('http://a/paper')
  expect(of({ 'alpaca': 'http://a', 'alpaca:paper': 'http://p' }, 'alpaca:paper', (main) => `${main}/paper`)).toBe('http://p')
  expect(of({ 'alpaca:data': 'http://d' }, 'alpaca')).toBe('http://d')
})

test('a clock that was set since clocks were compared is noticed by the dates of answers, and not what is slow or counts seconds', () => {
  const host = new Host('x', 'https://x.example', [])
  const at = 1_795_000_000_000
  host.told(at - 999, at)
  host.told(null, at)
  expect(host.isClockInDoubt).toBe(false)
  host.told(at + 70_000, at)
  expect(host.isClockInDoubt).toBe(true)
  host.compared()
  expect(host.isClockInDoubt).toBe(false)
  host.told(at + 200_000 - 70_000, at + 130_000)
  expect(host.isClockInDoubt).toBe(true)
})
