import { createSecretKey } from 'node:crypto'
import ccxt from 'ccxt'
import { describe, expect, test } from 'vitest'
import { DATA_ALLOWED, LIVE_ALLOWED, PAPER_ALLOWED } from './alpaca/description.ts'
import { signed as signAlpaca } from './alpaca/sign.ts'
import { FUTURES_ALLOWED, SPOT_ALLOWED } from './binance/description.ts'
import { signed as signBinance } from './binance/sign.ts'
import { Host, NotAllowed } from './host.ts'

// ccxt describes every endpoint that it knows. Whatever is not on our lists must not get signed, above all what moves
// money or manages keys.

const key = { apiKey: Buffer.from('key'), secret: createSecretKey(Buffer.from('secret')), passphrase: null }
const MOVES = /withdraw|transfer|api-?key|apikey|sub-?account|wallet|loan|borrow|repay|convert|pay|giftcard|mint|redeem|staking|journal|ach|bank|funding/i

/** `{get: {'path': cost}}`, nested or as lists → every path with its method. */
function* endpoints(node: unknown, method: string | null = null): Generator<{ method: string; path: string }> {
  if (Array.isArray(node)) {
    for (const path of node) if (method !== null && typeof path === 'string') yield { method, path }
    return
  }
  for (const [name, child] of Object.entries(node as Record<string, unknown>)) {
    if (['get', 'post', 'put', 'delete', 'patch'].includes(name)) yield* endpoints(child, name.toUpperCase())
    else if (method !== null) yield { method, path: name }
    else yield* endpoints(child)
  }
}

const PREFIXES = ['/sapi/v1/', '/sapi/v2/', '/sapi/v3/', '/sapi/v4/', '/fapi/v1/', '/fapi/v2/', '/fapi/v3/', '/dapi/v1/', '/eapi/v1/', '/papi/v1/', '/api/v3/', '/api/v1/', '/']
const binanceHosts = [new Host('binance', 'https://x', SPOT_ALLOWED), new Host('binance:futures', 'https://x', FUTURES_ALLOWED)]
const alpacaHosts = [new Host('alpaca', 'https://x', LIVE_ALLOWED), new Host('alpaca:paper', 'https://x', PAPER_ALLOWED), new Host('alpaca:data', 'https://x', DATA_ALLOWED)]
const allowed = new Set([...SPOT_ALLOWED, ...FUTURES_ALLOWED, ...LIVE_ALLOWED, ...PAPER_ALLOWED, ...DATA_ALLOWED].map(({ method, path }) => `${method} ${String(path)}`))

const signsBinance = (host: Host, method: string, path: string): void => { signBinance(host, method as never, path, {}, key, { timestamp: 1, recvWindow: 1 }) }
const signsAlpaca = (host: Host, method: string, path: string): void => { signAlpaca(host, method as never, path, {}, key) }

describe.each([
  { name: 'binance', hosts: binanceHosts, signs: signsBinance, prefixes: PREFIXES, atLeast: 500, movesAtLeast: 100 },
  { name: 'alpaca', hosts: alpacaHosts, signs: signsAlpaca, prefixes: ['/', '/v2/'], atLeast: 30, movesAtLeast: 3 },
] as const)('$name', ({ name, hosts, signs, prefixes, atLeast, movesAtLeast }) => {
  const known = [...endpoints(new ccxt[name]().describe().api)]

  test('no endpoint that ccxt knows is signed unless it is on our list', () => {
    let refused = 0
    for (const { method, path } of known) {
      for (const prefix of prefixes) {
        const full = prefix + path.replace(/^\//, '').replaceAll(/\{\w+\}/g, 'x')
        if (allowed.has(`${method} ${full}`)) continue
        for (const host of hosts) expect(() => { signs(host, method, full) }, `${method} ${full}`).toThrow(NotAllowed)
        refused += 1
      }
    }
    expect(known.length).toBeGreaterThan(atLeast)
    expect(refused).toBeGreaterThan(atLeast)
  })

  test('none of ours moves money or manages keys', () => {
    expect(known.filter(({ path }) => MOVES.test(path)).length).toBeGreaterThan(movesAtLeast)
    for (const entry of allowed) expect(entry).not.toMatch(MOVES)
  })
})

test('every request on our lists is one that ccxt knows too, or stands in the documentation', () => {
  const known = new Set([...endpoints(new ccxt.binance().describe().api)].map(({ method, path }) => `${method} ${path}`))
  for (const { method, path } of [...SPOT_ALLOWED, ...FUTURES_ALLOWED]) {
    const bare = String(path).replace(/^\/(?:s?api|fapi)\/v\d\//, '')
    expect(known.has(`${method} ${bare}`), `${method} ${String(path)}`).toBe(true)
  }
})
