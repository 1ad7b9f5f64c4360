import { createSecretKey } from 'node:crypto'
import ccxt from 'ccxt'
import { describe, expect, test } from 'vitest'
import { systemClock } from '#clock'
import { Desk } from './desk.ts'
import { NotAllowed, openHosts } from './host.ts'
import { Http } from './http.ts'
import type { ExchangeModule } from './port.ts'
import { EXCHANGES } from './registry.ts'

// ccxt describes every endpoint that it knows. Whatever is not on our lists must not get signed, above all what moves
// money or manages keys.

/** Where an exchange has another name in ccxt, or several. */
const IN_CCXT: Readonly<Record<string, readonly string[]>> = { kraken: ['kraken', 'krakenfutures'] }
/** Everything goes to one or two addresses there; which actions are signed, and no others, `sign.test.ts` of the folder holds. */
const BY_ACTION: ReadonlySet<string> = new Set(['hyperliquid'])
/** Allowed requests that read although they are no GET. */
const READING: ReadonlySet<string> = new Set(['POST /0/private/GetApiKeyInfo'])
const MOVES = /withdraw|transfer|api-?key|query-api|sub-?account|wallet|loan|borrow|repay|convert|pay|giftcard|mint|redeem|staking|journal|ach|bank|funding/i

const key = { apiKey: Buffer.from('key'), secret: createSecretKey(Buffer.from('secret')), passphrase: Buffer.from('pass'), site: null }
const http = new Http(systemClock)

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

const knownTo = (id: string): { method: string; path: string }[] =>
  (IN_CCXT[id] ?? [id]).flatMap((name) => [...endpoints((new (ccxt as unknown as Record<string, new () => { describe(): { api: unknown } }>)[name]!()).describe().api)])

/** Every beginning that an allowed path has: `/`, `/api/`, `/api/v3/` … */
function prefixes({ hosts }: ExchangeModule): string[] {
  const found = new Set(['/'])
  for (const path of hosts.flatMap(({ allowed }) => allowed).map((one) => String(one.path).replaceAll(/^\/\^|\\/g, ''))) {
    for (let at = path.indexOf('/', 1); at > 0; at = path.indexOf('/', at + 1)) found.add(path.slice(0, at + 1))
  }
  return [...found]
}

describe.each(EXCHANGES.map((module) => ({ id: module.description.id, module })))('$id', ({ id, module }) => {
  const known = knownTo(id)
  const allowed = new Set(module.hosts.flatMap((host) => host.allowed).map(({ method, path }) => `${method} ${String(path)}`))
  const desk = new Desk(http, systemClock, module.manner, openHosts(module.hosts, id, {}), () => Promise.resolve([]))

  test('no endpoint that ccxt knows is signed unless it is on our list', () => {
    const moving = known.filter(({ path }) => MOVES.test(path))
    let refused = 0
    for (const { method, path } of known) {
      for (const prefix of prefixes(module)) {
        const full = prefix + path.replace(/^\//, '').replaceAll(/\{\w+\}/g, 'x')
        if (allowed.has(`${method} ${full}`)) continue
        for (const host of desk.hosts.values()) expect(() => desk.sign(host, { method: method as never, path: full }, key), `${method} ${full}`).toThrow(NotAllowed)
        refused += 1
      }
    }
    if (BY_ACTION.has(id)) return
    expect(moving.length).toBeGreaterThan(2)
    expect(refused).toBeGreaterThanOrEqual(known.length - allowed.size)
    expect(refused).toBeGreaterThan(20)
  })

  test('none of ours moves money or manages keys: what is named like that is only read', () => {
    for (const entry of allowed) if (!entry.startsWith('GET ') && !READING.has(entry)) expect(entry).not.toMatch(MOVES)
  })

  test('every market has a host, its facts, and ids that fit them', () => {
    expect(desk.host(id)).toBeDefined()
    for (const market of module.description.markets) {
      const facts = module.description.facts[market]
      if (facts === undefined) throw new Error(`${id} has no facts of ${market}`)
      const ours = `T${'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.repeat(2).slice(0, Math.min(facts.maxLength, 28) - 1)}`
      const written = module.orderIds(market).write(ours)
      expect(written).toMatch(new RegExp(facts.idForm))
      expect(module.orderIds(market).read(written)).toBe(ours)
    }
    for (const market of ['spot', 'futures'] as const) expect(module.description.markets.includes(market)).toBe(module.description.missing[market] === undefined)
  })
})

test('every request on Binance\'s lists is one that ccxt knows too', () => {
  const known = new Set(knownTo('binance').map(({ method, path }) => `${method} ${path}`))
  const binance = EXCHANGES.find(({ description }) => description.id === 'binance')
  for (const { method, path } of binance?.hosts.flatMap(({ allowed }) => allowed) ?? []) {
    const bare = String(path).replace(/^\/(?:s?api|fapi)\/v\d\//, '')
    expect(known.has(`${method} ${bare}`), `${method} ${String(path)}`).toBe(true)
  }
})
