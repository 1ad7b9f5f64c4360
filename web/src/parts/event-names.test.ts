import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { signals } from '../texts/signals.ts'
import { eventName } from './event-names.ts'

const namesOf = (
  entries: readonly { readonly event: string; readonly orderId?: string }[],
): readonly string[] => entries.map((_, index) => eventName(entries, index))

const EVENTS = ['stored', 'submitting', 'sent'].map((event) => ({ event }))

test('an order is created and stored before anything of it is called sending or sent', () => {
  expect(namesOf(['submitting', 'stored', 'sent', 'accepted', 'filled'].map((event) => ({ event })))).toEqual(
    ['Order created', 'Stored', 'Sent', 'Accepted', 'Filled'],
  )
  expect(namesOf(['pending', 'submitting', 'stored', 'sent'].map((event) => ({ event })))).toEqual([
    'Order created, waits its turn',
    'Its turn',
    'Stored',
    'Sent',
  ])
  expect(namesOf(EVENTS)).toEqual(['Stored', 'Sending', 'Sent'])
  expect(namesOf([{ event: 'pending' }, ...EVENTS])).toEqual([
    'Order created, waits its turn',
    'Stored',
    'Sending',
    'Sent',
  ])
})

test('so it is with each order of a signal, mixed as they come', () => {
  expect(
    namesOf([
      { event: 'received' },
      { event: 'decided' },
      { event: 'submitting', orderId: 'a' },
      { event: 'pending', orderId: 'b' },
      { event: 'stored', orderId: 'a' },
      { event: 'sent', orderId: 'a' },
      { event: 'submitting', orderId: 'b' },
      { event: 'submitting', orderId: 'c' },
      { event: 'stored', orderId: 'b' },
    ]),
  ).toEqual([
    'Received',
    'Decided',
    'Order created',
    'Order created, waits its turn',
    'Stored',
    'Sent',
    'Its turn',
    'Order created',
    'Stored',
  ])
})

test('an order that was taken over begins as such', () => {
  expect(namesOf([{ event: 'adopted' }, { event: 'sent' }, { event: 'filled' }])).toEqual([
    'Taken over',
    'Sent',
    'Filled',
  ])
})

test('every event that an order can have has a name of its own, none is a word of the journal', () => {
  const folder = path.resolve(import.meta.dirname, '../../../src/execution')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.test.ts'),
  )
  const events = files.flatMap((file) =>
    [
      ...readFileSync(path.join(folder, file), 'utf8').matchAll(
        /\bevent: '([a-z_]+)'|const (?:STALE|ADOPTED) = '([a-z_]+)'/g,
      ),
    ].map((match) => match[1] ?? match[2] ?? ''),
  )
  expect(new Set(events).size).toBeGreaterThan(15)
  expect([...new Set(events)].filter((event) => !(event in signals.page.events))).toEqual([])
})
