import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseLongList, parseLongMap } from './long-list.ts'

const all = (text: string, member: string | null, now = () => 0): Promise<unknown[] | null> => parseLongList(text, member, (row) => row, now)

test('what comes out is what JSON.parse gives, however it is written', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.dictionary(fc.string(), fc.jsonValue())), fc.integer({ min: 0, max: 2 }), async (rows, indent) => {
    const plain = JSON.parse(JSON.stringify(rows)) as unknown[]
    expect(await all(JSON.stringify(rows, null, indent), null)).toEqual(plain)
    expect(await all(JSON.stringify({ head: 'x', symbols: rows, tail: [1] }, null, indent), 'symbols')).toEqual(plain)
  }))
})

test('what is not whole, or no list of objects, is none', async () => {
  for (const text of ['', '{}', '{"symbols":{}}', '{"symbols":[', '{"symbols":[{"a":1}', '{"symbols":[{"a":"}', '{"symbols":[1]}', '{"symbols":[{"a":}]}']) {
    expect(await all(text, 'symbols'), text).toBeNull()
  }
})

test('others get their turn in between', async () => {
  let now = 0
  let turns = 0
  const counting = setInterval(() => { turns += 1 }, 0)
  await all(JSON.stringify(Array.from({ length: 50 }, (_, a) => ({ a }))), null, () => { now += 5; return now })
  await new Promise((resolve) => { setTimeout(resolve, 5) })
  clearInterval(counting)
  expect(turns).toBeGreaterThan(0)
})

test('a map comes out with its names, and what is not whole is none', async () => {
  const named = (text: string): Promise<unknown[] | null> => parseLongMap(text, 'result', (row, name) => [name, row], () => 0)
  await fc.assert(fc.asyncProperty(fc.dictionary(fc.string(), fc.dictionary(fc.string(), fc.jsonValue())), fc.integer({ min: 0, max: 2 }), async (rows, indent) => {
    const source = JSON.stringify({ error: [], result: rows }, null, indent)
    expect(await named(source)).toEqual(Object.entries((JSON.parse(source) as { result: object }).result))
  }))
  for (const text of ['', '{"result":[]}', '{"result":{', '{"result":{"a"', '{"result":{"a":', '{"result":{"a":1}}', '{"result":{"a":{"b":1}', '{"result":{{}}}']) expect(await named(text), text).toBeNull()
})
