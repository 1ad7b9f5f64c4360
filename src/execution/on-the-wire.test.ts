import { expect, test } from 'vitest'
import { OnTheWire, venueOf } from './on-the-wire.ts'

const SPOT = { exchange: 'binance', market: 'spot' } as const
const STOCKS = { exchange: 'alpaca', market: 'spot' } as const

/** Orders that end when they are told to. */
function hanging(wire: OnTheWire, count: number): { end(count: number): Promise<void> } {
  const ends: (() => void)[] = []
  for (let index = 0; index < count; index += 1) void wire.during(SPOT, () => new Promise<void>((resolve) => { ends.push(resolve) }))
  return { end: async (some) => { for (const end of ends.splice(0, some)) end(); await settled() } }
}
const settled = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve) })

test('a fan-out waits while an exchange has too many orders, and goes on when some have ended', async () => {
  const wire = new OnTheWire()
  const orders = hanging(wire, 250)
  const went: string[] = []
  for (const name of ['first', 'second']) void wire.room(venueOf(SPOT), 64).then(() => { went.push(name) })
  await settled()
  expect(went).toEqual([])
  await orders.end(57)
  expect(went).toEqual([])
  await orders.end(2)
  expect(went.sort()).toEqual(['first', 'second'])
})

test('an exchange that hangs holds up nobody else', async () => {
  const wire = new OnTheWire()
  hanging(wire, 1000)
  await wire.room(venueOf(STOCKS), 64)
})

test('however large a chunk is, it goes once nothing else is out, and a submit that fails is out no more', async () => {
  const wire = new OnTheWire()
  await expect(wire.during(SPOT, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  await wire.room(venueOf(SPOT), 10_000)
})
