import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '#clock'
import type { Freeze } from '#model'
import { openSafeguards, type Guarded, type Safeguards } from '#safeguards'

let folder: string
const opened: Safeguards[] = []
beforeEach(() => { folder = mkdtempSync(path.join(tmpdir(), 'safeguards-')) })
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close()
  rmSync(folder, { recursive: true })
})
async function start(): Promise<Safeguards> {
  const { safeguards } = await openSafeguards(folder, systemClock, false)
  opened.push(safeguards)
  return safeguards
}
const order = (fields: Partial<Guarded> = {}): Guarded => ({ connectionId: 'c1', userId: 'u1', kind: 'open', ...fields })
const freeze = (scope: Freeze['scope'], id: string | null, mode: Freeze['mode'] = 'entries'): Freeze => ({ scope, id, mode, reason: 'why', at: 1, by: 'u1' })

describe('a freeze', () => {
  test.each([
    ['connection', 'c1'], ['user', 'u1'], ['all', null],
  ] as const)('of %s stops entries, or all orders, from the call on', async (scope, id) => {
    const safeguards = await start()
    const kept = safeguards.freeze(freeze(scope, id))
    expect(safeguards.stops(order())).toMatchObject({ code: 'frozen', text: expect.stringContaining('why') })
    expect(safeguards.stops(order({ kind: 'close' }))).toBeNull()
    await kept
    void safeguards.freeze(freeze(scope, id, 'all'))
    expect(safeguards.stops(order({ kind: 'close' }))).toMatchObject({ code: 'frozen' })
  })

  test('of others stops nothing', async () => {
    const safeguards = await start()
    await safeguards.freeze(freeze('connection', 'c2', 'all'))
    await safeguards.freeze(freeze('user', 'u2', 'all'))
    await safeguards.freeze(freeze('user', 'c1', 'all'))
    expect(safeguards.stops(order())).toBeNull()
  })

  test('survives a restart, and a thaw of one leaves the others', async () => {
    const first = await start()
    await first.freeze(freeze('connection', 'c1', 'all'))
    await first.freeze(freeze('user', 'u1'))
    await first.close()
    const second = await start()
    expect(second.stops(order({ kind: 'close' }))).not.toBeNull()
    const held = second.held('connection', 'c1')!
    expect(await second.thaw(held)).toBe(true)
    expect(await second.thaw(held)).toBe(false)
    const third = await start()
    expect([third.stops(order({ kind: 'close' })), third.stops(order())]).toEqual([null, expect.objectContaining({ code: 'frozen' })])
  })

  test('is never made weaker by another freeze', async () => {
    const safeguards = await start()
    await safeguards.freeze(freeze('all', null, 'all'))
    expect(await safeguards.freeze(freeze('all', null, 'entries'))).toMatchObject({ mode: 'all' })
    expect((await start()).stops(order({ kind: 'close' }))).not.toBeNull()
  })

  test('that comes while a thaw is being written holds', async () => {
    const safeguards = await start()
    await safeguards.freeze(freeze('all', null))
    const [thawed] = await Promise.all([safeguards.thaw(safeguards.held('all', null)!), safeguards.freeze(freeze('all', null))])
    expect(thawed).toBe(false)
    expect(safeguards.stops(order())).not.toBeNull()
    expect((await start()).stops(order())).not.toBeNull()
  })

  test('is not lifted by a thaw of the one before it', async () => {
    const safeguards = await start()
    await safeguards.freeze(freeze('all', null))
    const before = safeguards.held('all', null)!
    await safeguards.freeze(freeze('all', null))
    expect(await safeguards.thaw(before)).toBe(false)
    expect(safeguards.stops(order())).not.toBeNull()
    expect((await start()).stops(order())).not.toBeNull()
  })

  test('of everything is possible however many there are', async () => {
    const safeguards = await start()
    await Promise.all(Array.from({ length: 5000 }, (_, n) => safeguards.freeze(freeze('user', `x${n}`))))
    await expect(safeguards.freeze(freeze('user', 'one more'))).rejects.toMatchObject({ code: 'too_many' })
    await safeguards.freeze(freeze('all', null))
    expect(safeguards.stops(order())).not.toBeNull()
  })
})

describe('a fencing token', () => {
  const fenced = (safeguards: Safeguards, token: number, scope = 's'): boolean => safeguards.stops(order({ fence: { scope, token } })) !== null

  test('that is lower than one that was seen is refused, at once and after a restart', async () => {
    const first = await start()
    const rising = first.raiseFence({ scope: 's', token: 7 })
    expect([fenced(first, 6), fenced(first, 7), fenced(first, 6, 'other')]).toEqual([true, false, false])
    await rising
    await first.close()
    expect([fenced(await start(), 6), fenced(await start(), 7)]).toEqual([true, false])
  })

  test('costs a disk wait only when it rises; whoever comes meanwhile waits for the same one', async () => {
    const safeguards = await start()
    const rising = safeguards.raiseFence({ scope: 's', token: 1 })
    expect(rising).not.toBeNull()
    expect(safeguards.raiseFence({ scope: 's', token: 1 })).toBe(rising)
    await rising
    expect(safeguards.raiseFence({ scope: 's', token: 1 })).toBeNull()
    const higher = safeguards.raiseFence({ scope: 's', token: 2 })
    expect(higher).not.toBeNull()
    await higher
  })

  test('has a limited number of scopes', async () => {
    const safeguards = await start()
    await Promise.all(Array.from({ length: 65_536 }, async (_, n) => safeguards.raiseFence({ scope: `s${n}`, token: 1 })))
    await expect(safeguards.raiseFence({ scope: 'one more', token: 1 })).rejects.toMatchObject({ code: 'too_many' })
    await safeguards.raiseFence({ scope: 's5', token: 2 })
  })
})

test('a tombstone stands for ever, and takes the freeze and the row version with it', async () => {
  const safeguards = await start()
  await safeguards.freeze(freeze('connection', 'c1'))
  await safeguards.raiseVersion('c1', 4)
  await safeguards.bury('c1')
  await safeguards.bury('c1')
  const after = await start()
  expect([after.isGone('c1'), after.freezes(), after.lowestVersion('c1')]).toEqual([true, [], 1])
})

test('an older row version than one that was seen is known, after a restart too', async () => {
  const safeguards = await start()
  expect(safeguards.raiseVersion('c1', 1)).toBeNull()
  await safeguards.raiseVersion('c1', 3)
  expect(safeguards.raiseVersion('c1', 2)).toBeNull()
  expect((await start()).lowestVersion('c1')).toBe(3)
})
