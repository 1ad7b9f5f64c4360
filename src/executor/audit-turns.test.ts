import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { AuditError, openAuditWriter, verifyAuditChain, type AuditEntry, type AuditWriter } from '#audit'
import { systemClock } from '#clock'
import { AuditTurns } from './audit-turns.ts'

let folder: string
let fd: number
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'audit-turns-'))
  path = join(folder, 'audit.log')
  fd = openSync(path, 'a', 0o600)
})
afterEach(() => {
  closeSync(fd)
  rmSync(folder, { recursive: true })
})

const lines = (): string[] => readFileSync(path, 'utf8').split('\n').filter((line) => line !== '')

/** Counts the calls that reach the file. */
function counted(writer: AuditWriter): { audit: AuditTurns; told: AuditEntry[]; calls: () => number } {
  let calls = 0
  const told: AuditEntry[] = []
  const counting = { head: () => writer.head(), appendAll: (events: Parameters<AuditWriter['appendAll']>[0]) => { calls += 1; return writer.appendAll(events) } }
  return { audit: new AuditTurns(counting, systemClock, (entry) => { told.push(entry) }), told, calls: () => calls }
}

test('uses that come in one turn are one write, and each stands in the file before its key may be touched', async () => {
  const writer = await openAuditWriter({ fd, path, clock: systemClock })
  const { audit, told, calls } = counted(writer)
  const uses = Array.from({ length: 50 }, async (_, index) => {
    const entry = await audit.use({ event: 'submit', orderId: `order-${index}` })
    expect(lines()[entry.seq - 1]).toContain(`"orderId":"order-${index}"`)
    return entry
  })
  expect(lines()).toEqual([])
  const entries = await Promise.all(uses)
  expect(calls()).toBe(1)
  expect(told).toEqual(entries)
  await writer.close()
  expect(await verifyAuditChain(path)).toMatchObject({ ok: true, entries: 50 })
})

test('outcomes wait for the end of the turn or the next use, and none is lost on an orderly end', async () => {
  const writer = await openAuditWriter({ fd, path, clock: systemClock })
  const { audit, calls } = counted(writer)
  audit.outcome({ event: 'outcome', of: 1, outcome: 'accepted' })
  audit.outcome({ event: 'outcome', of: 2, outcome: 'accepted' })
  expect(lines()).toEqual([])
  await new Promise((resolve) => { setImmediate(resolve) })
  expect(lines()).toHaveLength(2)
  audit.outcome({ event: 'outcome', of: 3, outcome: 'accepted' })
  await audit.use({ event: 'submit' })
  expect(calls()).toBe(2)
  audit.outcome({ event: 'outcome', of: 5, outcome: 'accepted' })
  audit.flush()
  await writer.close()
  expect(await verifyAuditChain(path)).toMatchObject({ ok: true, entries: 5 })
})

test('a use that cannot be written is refused, whatever else was to be written with it', async () => {
  const writer = await openAuditWriter({ fd, path, clock: systemClock })
  const { audit, told } = counted(writer)
  const [good, bad] = await Promise.allSettled([audit.use({ event: 'submit', orderId: 'order-1' }), audit.use({ event: 'submit', orderId: 'x'.repeat(200) })])
  expect(good).toMatchObject({ status: 'fulfilled', value: { seq: 1 } })
  expect(bad).toMatchObject({ status: 'rejected', reason: { code: 'invalid_event' } })
  expect(lines()).toHaveLength(1)
  await writer.close()
  await expect(audit.use({ event: 'submit' })).rejects.toBeInstanceOf(AuditError)
  expect(told).toHaveLength(1)
})
