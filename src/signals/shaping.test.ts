import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parsePayload } from './parse.ts'

const AT = Date.parse('2026-11-23T10:00:00.500Z')

/** What an alert of that side has beside symbol and side, and which of it keeps it from opening. */
function stops(side: string, fields: string): readonly string[] {
  const body = `{"symbol":"BTCUSDT","side":"${side}",${fields}}`
  const parsed = parsePayload(new TextEncoder().encode(body), AT)
  if (!parsed.ok) throw new Error(`${body}: ${JSON.stringify(parsed.errors)}`)
  return parsed.draft.unsupportedFields
}

/** Alerts by the heading that they stand under. */
function alerts(file: string): [string, string[]][] {
  const text = readFileSync(new URL(`../../tests/vectors/alerts/${file}.txt`, import.meta.url), 'utf8')
  const sections = text.split(/^# /m).map((section) => section.trim().split('\n'))
  return sections.flatMap(([title = '', ...lines]): [string, string[]][] => (lines.length === 0 ? [] : [[title, lines]]))
}

const OPENING = alerts('that-open')
const REFUSED = alerts('that-do-not-open')

it('there are a hundred ordinary alerts, and more than a hundred and fifty that must not open', () => {
  expect(OPENING.flatMap(([, lines]) => lines).length).toBeGreaterThanOrEqual(100)
  expect(REFUSED.flatMap(([, lines]) => lines).length).toBeGreaterThanOrEqual(150)
})

describe.each(OPENING)('an ordinary alert to %s opens', (side, lines) => {
  it.each(lines)('%s', (fields) => expect(stops(side, fields)).toEqual([]))
})

describe.each(REFUSED)('an alert that says %s does not open', (_what, lines) => {
  it.each(lines)('%s', (fields) => expect(stops('buy', fields)).not.toEqual([]))
})

describe('a field that keeps an alert from opening', () => {
  it('is named with those that it stands in, and why', () => {
    const parsed = parsePayload(new TextEncoder().encode('{"symbol":"A","side":"sell","strategy":{"market_position":"flat"},"contracts":1}'), AT)
    expect(parsed).toMatchObject({ ok: true, draft: { unsupportedFields: ['strategy.market_position', 'contracts'] } })
    if (parsed.ok) expect(parsed.draft.warnings.map(({ message }) => message).join()).toMatch(/strategy\.market_position` says that a position ends.*contracts` shapes/)
  })

  it('is found however deep it stands, and among many', () => {
    const deep = `${'{"a":'.repeat(20)}{"sl":5}${'}'.repeat(20)}`
    expect(stops('buy', `"x":${deep}`)).toEqual(['x.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.sl'])
    expect(stops('buy', `"${'x'.repeat(100)}":{"market_position":"flat"}`)[0]).toMatch(/^….*\.market_position$/)
    const many = Array.from({ length: 200 }, (_, index) => `"field${index}":"x"`).join()
    expect(stops('buy', `${many},"market_position":"flat"`)).toEqual(['market_position'])
  })

  it('hides behind no mass of others: an alert with more fields than anybody sends opens nothing', () => {
    const many = Array.from({ length: 1500 }, (_, index) => `"f${index}":1`).join()
    expect(stops('buy', `${many},"market_position":"flat"`)).not.toEqual([])
  })

  it('does not count in `debug`, which is anything', () => expect(stops('buy', '"debug":{"sl":5,"exit":true}')).toEqual([]))
})
