import { describe, expect, test } from 'vitest'
import type { OrderEvent, OrderView, SignalView } from '#store'
import { orderTimeline, signalTimeline } from './history.ts'

const START = 1_800_000_000_000
const events = (...told: readonly (readonly [event: string, ms: number])[]): OrderEvent[] => told.map(([event, ms]) => ({ event, at: START + ms }))
const shown = (list: readonly { event: string; ms: number }[]): unknown[] => list.map(({ event, ms }) => [event, ms])

describe('an order\'s timeline', () => {
  test('begins with that it was stored: nothing seems to be sent before', () => {
    expect(shown(orderTimeline(events(['submitting', 0], ['stored', 2.4], ['sent', 3.1], ['accepted', 40], ['filled', 40]))))
      .toEqual([['stored', 0], ['submitting', 0], ['sent', 0.7], ['accepted', 37.6], ['filled', 37.6]])
  })

  test('shows a second leg as waiting first', () => {
    expect(shown(orderTimeline(events(['pending', 0], ['submitting', 500], ['stored', 503], ['sent', 504], ['rejected', 520]))))
      .toEqual([['pending', 0], ['stored', 503], ['submitting', 503], ['sent', 504], ['rejected', 520]])
  })

  test('never goes back, although the executor\'s clock is behind by a moment', () => {
    // As sorted by their times: what the executor tells came before what the server knew.
    const timeline = orderTimeline(events(['submitting', 0], ['sent', 1.8], ['stored', 2], ['accepted', 1.9], ['filled', 30]))
    expect(shown(timeline)).toEqual([['stored', 0], ['submitting', 0], ['sent', 0], ['accepted', 0], ['filled', 28]])
  })

  test('of one that is still on its way, or was cut off, is as it is', () => {
    expect(shown(orderTimeline(events(['submitting', 0])))).toEqual([['submitting', 0]])
    expect(shown(orderTimeline(events(['submitting', 0], ['uncertain', 9000], ['found', 9100], ['filled', 9100]))))
      .toEqual([['submitting', 0], ['uncertain', 9000], ['found', 9100], ['filled', 9100]])
  })

  test('keeps every entry: one that was sent again under the same id was sent twice', () => {
    const told = events(['submitting', 0], ['stored', 1], ['sent', 2], ['uncertain', 5000], ['sent_again', 6000], ['rejected', 6050])
    expect(orderTimeline(told)).toHaveLength(told.length)
    expect(shown(orderTimeline(told)).at(-1)).toEqual(['rejected', 6049])
  })
})

test('a signal\'s timeline runs from received to filled, and its orders are stored before they are sent', () => {
  const order = { order: { id: 'o', botId: 'b' }, timeline: events(['submitting', 1], ['stored', 3], ['sent', 2.9], ['accepted', 9]), fills: [] } as unknown as OrderView
  const view = { signal: { receivedAt: START }, decisions: [{ decision: { decidedAt: START + 1, outcome: 'order', code: 'open', botId: 'b' } }] } as unknown as SignalView
  expect(shown(signalTimeline(view, [order]))).toEqual([['received', 0], ['decided', 1], ['stored', 3], ['submitting', 3], ['sent', 3], ['accepted', 9]])
})
