import type { FastifyRequest } from 'fastify'
import { describe, expect, test } from 'vitest'
import { AddressList, clientAddress, findMarket, maySend, parsePayload, redactedExcerpt, sameSymbol } from '#signals'
import { redact } from '../../src/log/redact.ts'
import { readJsonBody } from '../../src/server/json-body.ts'

// Whatever a stranger may send is read in time that grows with its length and no faster. Judged by the ratio of two
// sizes in the same run, the best of several turns each, so that a busy machine does not decide.

const SMALL = 4096
const LARGE = 65_536
const TURNS = 5
/** Quadratic would be 16 times this. The allowance is for caches and the garbage collector. */
const MOST = (LARGE / SMALL) * 4
/** Below this a clock tells little, ms. */
const LEAST_MS = 0.05

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text.slice(0, LARGE))
const cutTo = (unit: string, length: number): string => unit.repeat(Math.ceil(length / unit.length)).slice(0, length)

function bestOf(run: () => unknown): number {
  let best = Infinity
  for (let turn = 0; turn < TURNS; turn += 1) {
    const began = performance.now()
    run()
    best = Math.min(best, performance.now() - began)
  }
  return best
}

/** How many times longer `run` takes for the large input than for the small one. */
function growth(run: (length: number) => () => unknown): number {
  const [small, large] = [run(SMALL), run(LARGE)]
  small()
  large()
  return bestOf(large) / Math.max(bestOf(small), LEAST_MS)
}

const UNITS = [
  'key-', 'x', '1', '1x', 'key', 'key ', 'key:', 'key: "', 'secret=', 'token:::', ' ', '\t', 'a ', '"', '“', "'", '\\', '\\"', '{', '[', '{"a":', '[[],', '":"',
  '0', '-', '+/', '1 ', 'é', '\ud83d\ude00', '\u200b', '{{', 'a.b.', 'A1', 'stopLoss', 'tp1', 'close_', 'SL', '1e', '٣', 'keykeykey\n',
] as const

const signal = (more: string): string => `{"symbol":"BTCUSDT","side":"BUY",${more}}`

/** Bodies of a hook, made of one unit that is repeated wherever a sender may write. */
const BODIES: Readonly<Record<string, (unit: string, length: number) => string>> = {
  'a plain text': (unit, length) => cutTo(unit, length),
  'a text that begins as JSON': (unit, length) => `{"symbol":"A","side":${cutTo(unit, length - 30)}`,
  'a name of a field': (unit, length) => signal(`${JSON.stringify(`x${cutTo(unit, length / 2)}x`)}:1`),
  'a value': (unit, length) => signal(`"note":${JSON.stringify(cutTo(unit, length / 2))}`),
  'a value of a field that shapes': (unit, length) => signal(`"action":${JSON.stringify(cutTo(unit, length / 2))}`),
  'a size, time, id and flag': (unit, length) => signal(
    ['size', 'time', 'id', 'flag'].map((name) => `"${name}":${JSON.stringify(cutTo(unit, length / 8))}`).join(),
  ),
  'a symbol and a side': (unit, length) => `{"symbol":${JSON.stringify(cutTo(unit, length / 4))},"side":${JSON.stringify(cutTo(unit, length / 4))}}`,
  'a key, and what may repeat it': (unit, length) => signal(`"key":${JSON.stringify(`b${cutTo(unit, length / 4)}`)},"x":${JSON.stringify(cutTo(unit, length / 4))}`),
  'a short key, and what may repeat it': (unit, length) => signal(`"key":${JSON.stringify(`b${cutTo(unit, 200)}`)},"x":${JSON.stringify(cutTo(unit, length / 2))}`),
}

/** The best of them all against the small ones; a single slow one still shows, since each is judged by itself. */
function slowest(of: (unit: string, length: number) => () => unknown): readonly string[] {
  return UNITS.flatMap((unit) => {
    let ratio = Infinity
    // Whoever is truly slow is so every time.
    for (let attempt = 0; attempt < 3 && ratio > MOST; attempt += 1) ratio = growth((length) => of(unit, length))
    return ratio > MOST ? [`${JSON.stringify(unit)}: ${ratio.toFixed(0)} times`] : []
  })
}

describe.each(Object.entries(BODIES))('a body that is %s takes time in proportion to its length', (_name, body) => {
  test('when it is read as a signal', () => {
    expect(slowest((unit, length) => {
      const raw = bytes(body(unit, length))
      return () => parsePayload(raw, 1_800_000_000_000)
    })).toEqual([])
  })

  test('when it is shown to the webhook\'s owner', () => {
    expect(slowest((unit, length) => {
      const raw = bytes(body(unit, length))
      return () => redactedExcerpt(raw)
    })).toEqual([])
  })

  test('when it is the body of the API, and when it is logged', () => {
    expect(slowest((unit, length) => {
      const raw = Buffer.from(bytes(body(unit, length)))
      return () => readJsonBody({} as FastifyRequest, raw, (_error, value) => redact({ value, text: raw.toString(), [raw.toString()]: 1 }))
    })).toEqual([])
  })
})

test('many fields take time in proportion to their number', () => {
  expect(slowest((unit, length) => {
    // Longer than the names that are remembered: each is judged anew.
    const fields = Array.from({ length: Math.floor(length / 100) }, (_, index) => `${JSON.stringify(`${cutTo(unit, 66)}${index}`)}:"1"`)
    const raw = bytes(signal(fields.join()))
    return () => [parsePayload(raw, 1_800_000_000_000), redactedExcerpt(raw)]
  })).toEqual([])
})

test('symbols and addresses take time in proportion to their length', () => {
  const market = { exchange: 'binance', market: 'futures', symbol: 'BTCUSDT', base: 'BTC', quote: 'USDT' } as const
  const proxies = new AddressList([])
  expect(slowest((unit, length) => {
    const text = cutTo(unit, length)
    return () => [sameSymbol(`${text}${Math.random()}`, market), findMarket(text, [market])]
  })).toEqual([])
  expect(slowest((unit, length) => {
    const text = cutTo(`${unit},`, length)
    return () => [clientAddress('127.0.0.1', text, proxies), maySend(['10.0.0.0/8', '::1'], text), clientAddress(text, undefined, proxies)]
  })).toEqual([])
  expect(slowest((unit, length) => {
    const text = cutTo(`${unit === '1' ? '1:' : unit}`, length)
    return () => maySend(['10.0.0.0/8', '::1'], text)
  })).toEqual([])
})
