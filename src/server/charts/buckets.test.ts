import { expect, test } from 'vitest'
import { Problem } from '#model'
import { edgesOf, isTimeZone } from './buckets.ts'

const at = (text: string): number => Date.parse(text)
const shown = (edges: readonly number[]): string[] => edges.map((edge) => new Date(edge).toISOString().slice(0, 16))

test('days begin at midnight of the zone, whatever its offset', () => {
  expect(shown(edgesOf(at('2026-11-23T10:00:00Z'), at('2026-11-24T10:00:00Z'), 'day', 'UTC'))).toEqual(['2026-11-23T00:00', '2026-11-24T00:00', '2026-11-25T00:00'])
  expect(shown(edgesOf(at('2026-11-23T10:00:00Z'), at('2026-11-24T10:00:00Z'), 'day', 'Asia/Kathmandu'))).toEqual(['2026-11-22T18:15', '2026-11-23T18:15', '2026-11-24T18:15'])
  expect(shown(edgesOf(at('2026-11-23T10:00:00Z'), at('2026-11-23T12:00:00Z'), 'day', 'America/Los_Angeles'))).toEqual(['2026-11-23T08:00', '2026-11-24T08:00'])
})

test('a day on which clocks change has 23 or 25 hours', () => {
  expect(shown(edgesOf(at('2026-03-28T12:00:00Z'), at('2026-03-30T12:00:00Z'), 'day', 'Europe/Berlin'))).toEqual(['2026-03-27T23:00', '2026-03-28T23:00', '2026-03-29T22:00', '2026-03-30T22:00'])
  expect(shown(edgesOf(at('2026-10-24T12:00:00Z'), at('2026-10-26T12:00:00Z'), 'day', 'Europe/Berlin'))).toEqual(['2026-10-23T22:00', '2026-10-24T22:00', '2026-10-25T23:00', '2026-10-26T23:00'])
})

test('every day of years in many zones begins once, and ends where the next one begins', () => {
  for (const zone of ['UTC', 'Europe/London', 'America/New_York', 'Australia/Lord_Howe', 'Pacific/Apia', 'America/St_Johns', 'Asia/Kolkata']) {
    const edges = edgesOf(at('2026-01-01T00:00:00Z'), at('2027-01-30T00:00:00Z'), 'day', zone)
    for (const [index, edge] of edges.slice(1).entries()) {
      const hours = (edge - (edges[index] ?? 0)) / 3_600_000
      expect(hours >= 22.5 && hours <= 25.5, `${zone} ${new Date(edge).toISOString()} ${hours}`).toBe(true)
      expect(edge % 900_000, `${zone} begins on a quarter of an hour`).toBe(0)
    }
  }
})

test('hours are hours; too many, and a range that ends before it begins, are refused by name', () => {
  expect(shown(edgesOf(at('2026-11-23T10:59:59Z'), at('2026-11-23T12:00:01Z'), 'hour', 'UTC'))).toEqual(['2026-11-23T10:00', '2026-11-23T11:00', '2026-11-23T12:00', '2026-11-23T13:00'])
  for (const [from, to, path] of [['2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z', 'from'], ['2026-01-02T00:00:00Z', '2026-01-01T00:00:00Z', 'to']] as const) {
    const error: unknown = (() => { try { return edgesOf(at(from), at(to), 'hour', 'UTC') } catch (reason) { return reason } })()
    expect((error as Problem).errors[0]?.path).toBe(path)
  }
})

test('zones are known by their names', () => {
  expect(['Europe/Berlin', 'UTC', 'Mars/Olympus', '', '../etc'].map(isTimeZone)).toEqual([true, true, false, false, false])
})
