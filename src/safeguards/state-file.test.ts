import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { systemClock } from '#clock'
import { freezeKey, type Freeze } from '#model'
import { openSafeguards, SafeguardError, type Safeguards } from '#safeguards'
import { apply, emptyContent, type Content } from './content.ts'
import { lineOf, readEntries, type Entry } from './entry.ts'
import { openStateFile } from './state-file.ts'

let folder: string
let file: string
const opened: Safeguards[] = []
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'safeguards-'))
  file = path.join(folder, 'state.log')
})
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close()
  rmSync(folder, { recursive: true })
})

async function start(expected = true): Promise<Safeguards> {
  const { safeguards } = await openSafeguards(folder, systemClock, expected)
  opened.push(safeguards)
  return safeguards
}
const freeze = (id: string | null, mode: Freeze['mode'] = 'entries', scope: Freeze['scope'] = id === null ? 'all' : 'connection'): Freeze =>
  ({ scope, id, mode, reason: 'a test', at: 1, by: 'user-1' })
const opens = (safeguards: Safeguards, connectionId = 'c1', userId = 'u1'): boolean => safeguards.stops({ connectionId, userId, kind: 'open' }) === null
const closes = (safeguards: Safeguards, connectionId = 'c1', userId = 'u1'): boolean => safeguards.stops({ connectionId, userId, kind: 'close' }) === null

// Few ids, so that entries meet.
const ids = fc.constantFrom('a', 'b')
const scoped = fc.oneof(fc.record({ scope: fc.constant('all' as const), id: fc.constant(null) }), fc.record({ scope: fc.constantFrom('connection' as const, 'user' as const), id: ids }))
const entry: fc.Arbitrary<Entry> = fc.oneof(
  fc.tuple(scoped, fc.constantFrom('entries' as const, 'all' as const), fc.string({ unit: 'binary', maxLength: 40 }))
    .map(([where, mode, reason]): Entry => ({ set: 'freeze', ...where, mode, reason: reason.toWellFormed(), at: 1.5, by: null })),
  scoped.map((where): Entry => ({ set: 'thaw', ...where })),
  ids.map((connectionId): Entry => ({ set: 'gone', connectionId })),
  fc.tuple(ids, fc.integer({ min: 1, max: 5 })).map(([connectionId, rowVersion]): Entry => ({ set: 'version', connectionId, rowVersion })),
  fc.tuple(ids, fc.integer({ min: 0, max: 5 })).map(([scope, token]): Entry => ({ set: 'fence', scope, token })),
)
const contentOf = (entries: readonly Entry[]): Content => entries.reduce((content, one) => { apply(content, one); return content }, emptyContent())

describe('a write that is torn at any byte', () => {
  test('loses nothing that was acknowledged, and lets through nothing that was not asked for', async () => {
    await fc.assert(fc.asyncProperty(fc.array(entry, { maxLength: 6 }), fc.array(entry, { minLength: 1, maxLength: 2 }), async (before, torn) => {
      const lines = [{ set: 'begin', format: 1 } as const, ...before].map((one, at) => lineOf(at + 1, one)).join('')
      const more = Buffer.from(torn.map((one, at) => lineOf(before.length + 2 + at, one)).join(''))
      for (let cut = 0; cut <= more.length; cut += 1) {
        const whole = more.subarray(0, cut).filter((byte) => byte === 0x0a).length
        for (const zeros of [0, 700]) {
          const read = readEntries(Buffer.concat([Buffer.from(lines), more.subarray(0, cut), Buffer.alloc(zeros)]))
          if (read.state === 'damaged' || read.entries.length !== 1 + before.length + whole) expect(read, `cut at ${cut}`).toBeNull()
        }
      }
      expect(contentOf(readEntries(Buffer.concat([Buffer.from(lines), more])).entries)).toEqual(contentOf([...before, ...torn]))
      // The same through the file, once: what comes after a torn end is read again.
      writeFileSync(file, Buffer.concat([Buffer.from(lines), more.subarray(0, more.length - 2)]))
      const first = await openStateFile(folder)
      await first.file.append([{ set: 'gone', connectionId: 'z' }])
      await first.file.close()
      const second = await openStateFile(folder)
      expect(second.found).toBe('clean')
      expect(second.file.content).toEqual(first.file.content)
      expect(second.file.content.gone.has('z')).toBe(true)
      await second.file.close()
    }), { numRuns: 20 })
  })

  test('of the file that replaces another leaves the other one standing', async () => {
    const safeguards = await start(false)
    await safeguards.freeze(freeze('c1'))
    const whole = readFileSync(file)
    for (let cut = 0; cut < whole.length; cut += 61) {
      writeFileSync(path.join(folder, 'state.new'), whole.subarray(0, cut))
      expect(opens(await start())).toBe(false)
    }
  })
})

describe('damage', () => {
  test('of any one byte is found, freezes entries for everybody, and loses no other line', async () => {
    const safeguards = await start(false)
    await safeguards.freeze(freeze('c1', 'all'))
    await safeguards.bury('c2')
    const good = readFileSync(file)
    for (let at = 0; at < good.length; at += 1) {
      const bad = Buffer.from(good)
      bad[at] = (good[at] ?? 0) ^ 1
      // The last newline alone may be what a crash tore off, with a line that was then never acknowledged.
      if (at < good.length - 1) expect(readEntries(bad).state, `byte ${at}`).toBe('damaged')
      if (at % 29 !== 0) continue
      writeFileSync(file, bad)
      const after = await start()
      expect(opens(after, 'c3'), `byte ${at}`).toBe(false)
      if (good[at] !== 0x0a) expect([!closes(after), after.isGone('c2')], `byte ${at}`).toContain(true)
      await after.close()
    }
  })

  test.each([
    ['an empty file', () => { truncateSync(file) }],
    ['a line that is gone', () => { writeFileSync(file, readFileSync(file, 'utf8').split('\n').filter((_, at) => at !== 1).join('\n')) }],
    ['a beginning that is gone', () => { writeFileSync(file, readFileSync(file, 'utf8').split('\n').slice(1).join('\n')) }],
    ['lines in another order', () => { const [a, b, c] = readFileSync(file, 'utf8').split('\n'); writeFileSync(file, [a, c, b, ''].join('\n')) }],
    ['a line of something else', () => { appendFileSync(file, 'something else\n') }],
    ['a long end without a line', () => { appendFileSync(file, 'x'.repeat(5000)) }],
    ['a file that is gone, although keys were used', () => { rmSync(file) }],
  ])('%s: entries are frozen for everybody, closes are not; it stays so, and is lifted by a thaw alone', async (_name, harm) => {
    const safeguards = await start(false)
    await safeguards.bury('c2')
    await safeguards.bury('c3')
    harm()
    for (let times = 0; times < 2; times += 1) {
      const after = await start()
      expect([opens(after), closes(after)]).toEqual([false, true])
      expect(after.freezes()).toMatchObject([{ scope: 'all', mode: 'entries', by: null, reason: expect.stringMatching(/state file (was damaged|is missing).*then thaw/) }])
    }
    const last = await start()
    expect(await last.thaw(last.held('all', null)!)).toBe(true)
    expect(opens(await start())).toBe(true)
  })

  test('keeps the damaged file for people', async () => {
    await start(false)
    appendFileSync(file, 'something else\n')
    const damaged = readFileSync(file)
    await start()
    expect(readFileSync(path.join(folder, 'state.damaged'))).toEqual(damaged)
  })

  test('where nothing was used yet a missing file is a first start', async () => {
    expect(opens(await start(false))).toBe(true)
    expect(existsSync(file)).toBe(true)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(opens(await start(true))).toBe(true)
  })
})

describe('what is written', () => {
  test('is on disk when the call resolves, and calls of one moment share a flush', async () => {
    const safeguards = await start(false)
    const handle = await open(file, 'r')
    await handle.close()
    const datasync = vi.spyOn(Object.getPrototypeOf(handle) as { datasync: () => Promise<void> }, 'datasync')
    try {
      await Promise.all(Array.from({ length: 50 }, (_, n) => safeguards.bury(`c${n}`)))
      expect(datasync.mock.calls.length).toBeLessThanOrEqual(2)
    } finally {
      datasync.mockRestore()
    }
    expect(readEntries(readFileSync(file)).entries).toHaveLength(51)
  })

  test('grows no further than its content needs', async () => {
    const safeguards = await start(false)
    for (let token = 1; token <= 60; token += 1) {
      await Promise.all(Array.from({ length: 100 }, async (_, n) => safeguards.raiseFence({ scope: `s${n}`, token })))
    }
    expect(statSync(file).size).toBeLessThan(300 * 1024)
    const after = await start()
    expect(after.stops({ connectionId: 'c', userId: 'u', kind: 'open', fence: { scope: 's19', token: 59 } })).toMatchObject({ code: 'fenced' })
    expect(readEntries(readFileSync(file)).state).toBe('clean')
  })

  test('that cannot be flushed is refused; what was to stop still stops, and the next try writes all of it', async () => {
    const safeguards = await start(false)
    await safeguards.freeze(freeze('c9'))
    const handle = await open(file, 'r')
    await handle.close()
    const datasync = vi.spyOn(Object.getPrototypeOf(handle) as { datasync: () => Promise<void> }, 'datasync')
      .mockRejectedValue(Object.assign(new Error('disk'), { code: 'ENOSPC' }))
    try {
      await expect(safeguards.freeze(freeze('c1'))).rejects.toThrow(expect.objectContaining({ name: 'SafeguardError', code: 'not_durable', message: expect.stringContaining('ENOSPC') }))
      expect(opens(safeguards)).toBe(false)
      await expect(safeguards.thaw(safeguards.held('connection', 'c9')!)).rejects.toThrow(SafeguardError)
      expect(opens(safeguards, 'c9')).toBe(false)
    } finally {
      datasync.mockRestore()
    }
    await safeguards.bury('c2')
    const after = await start()
    expect([opens(after, 'c9'), after.isGone('c2')]).toEqual([false, true])
  })
})

test('keys of freezes cannot be mixed up', () => {
  expect(new Set([freezeKey('all', null), freezeKey('user', 'all'), freezeKey('connection', 'all'), freezeKey('user', 'x'), freezeKey('connection', 'x')]).size).toBe(5)
})
