import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { EXCHANGES } from '#exchanges'
import type { Market } from '#model'
import { SIMULATED_EXCHANGES } from '#simulator'
import type { Fixture } from './fixture.ts'
import { CASES, without } from './suite.ts'

const here = (name: string): string[] => readdirSync(new URL(name, import.meta.url))

test('every exchange of the registry has a simulator, a fixture for each of its markets, and its file of cases', async () => {
  expect(EXCHANGES.length).toBeGreaterThan(2)
  for (const { description: { id, markets } } of EXCHANGES) {
    expect(SIMULATED_EXCHANGES).toContain(id)
    expect(here('.')).toContain(`${id}.test.ts`)
    const { [id]: fixture } = await import(`./fixtures/${id}.ts`) as Record<string, Fixture>
    expect(Object.keys(fixture?.markets ?? {})).toEqual([...markets])
    expect(fixture?.exchange).toBe(id)
  }
})

test('every exchange with futures says how a close is written there, and what keeps it from opening in the other position mode', () => {
  const futures = EXCHANGES.filter(({ description }) => description.markets.includes('futures'))
  expect(futures.length).toBeGreaterThan(9)
  for (const { description: { id, facts } } of futures) expect(facts.futures?.closing?.otherMode.length, id).toBeGreaterThan(20)
})

test('cases have numbers of their own; what a fixture leaves out is a case, with a reason', async () => {
  const numbers = CASES.map(({ id }) => id)
  expect(new Set(numbers).size).toBe(numbers.length)
  expect(numbers.every((id) => /^TC-\d\d$/.test(id))).toBe(true)
  for (const { description: { id } } of EXCHANGES) {
    const { [id]: fixture } = await import(`./fixtures/${id}.ts`) as Record<string, Fixture>
    for (const [left, reason] of Object.entries(fixture?.without ?? {})) {
      const [number, market] = left.split(' ')
      expect(numbers, `${id}: ${left}`).toContain(number)
      expect(market === undefined || market === 'spot' || market === 'futures').toBe(true)
      expect(reason.length, left).toBeGreaterThan(8)
    }
    // Most of it has to be held: a fixture that leaves everything out proves nothing.
    for (const market of Object.keys(fixture?.markets ?? {}) as Market[]) {
      const held = CASES.filter((one) => fixture !== undefined && without(fixture, one, market) === undefined)
      expect(held.length, `${id} ${market}`).toBeGreaterThan(CASES.length / 2)
    }
  }
})
