import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { AuditError, openAuditWriter, verifyAuditChain, type AuditEvent } from '#audit'
import type { Clock } from '#clock'

let folder: string
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'audit-writer-')) })
afterEach(() => rmSync(folder, { recursive: true }))

// A pipe without a reader is a disk that fills up and can be emptied: a write stops in the middle of a line.
test.each([1, 3])('a line that the disk took only in part is closed by a gap, within the same process (%i at once)', async (atOnce) => {
  const path = join(folder, 'fifo')
  execFileSync('mkfifo', [path])
  const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK)
  // No flush: a pipe cannot be flushed.
  const clock: Clock = { now: () => 1_700_000_000_000, randomBytes: (length) => new Uint8Array(length), after: () => () => undefined, nextTurn: () => undefined }
  const writer = await openAuditWriter({ fd, path, clock })
  const large: AuditEvent = { event: 'gap', orders: Array.from({ length: 100 }, (_, n) => `order-${String(n).padStart(100, '0')}`) }
  const taken: Buffer[] = []
  const drain = (): void => {
    const buffer = Buffer.alloc(1 << 20)
    for (let read = 1; read > 0;) {
      try { read = readSync(fd, buffer) } catch (error) {
        expect(error).toMatchObject({ code: 'EAGAIN' })
        return
      }
      taken.push(Buffer.from(buffer.subarray(0, read)))
    }
  }
  let told = 0
  const fill = (): void => {
    for (;;) {
      const results = writer.appendAll(Array.from({ length: atOnce }, () => large))
      for (const one of results) if (!(one instanceof AuditError)) told = one.seq
      const failed = results.find((one) => one instanceof AuditError)
      if (failed !== undefined) throw failed
    }
  }

  for (let round = 0; round < 4; round++) {
    const before = writer.head().seq
    expect(fill).toThrow(expect.objectContaining({ name: 'AuditError', code: 'not_written' }))
    expect(fill).toThrow(expect.objectContaining({ code: 'not_written' }))
    expect(writer.head().seq).toBeGreaterThan(before)
    expect(told).toBe(writer.head().seq) // whoever was told that his entry stands there can rely on it, and nobody else was
    drain()
  }
  const last = writer.append({ event: 'submit', orderId: 'order-1' })
  drain()
  closeSync(fd)
  const bytes = Buffer.concat(taken)
  const report = await verifyAuditChain((async function* () { yield await Promise.resolve(bytes) })())
  expect(report).toMatchObject({ ok: true, head: { seq: last.seq, hash: last.hash }, entries: last.seq, tornBytes: 0 })
  expect(bytes.toString()).toContain('"reason":"torn line"')
})

const EXECUTOR = `
  import { fdatasyncSync, openSync, unlinkSync } from 'node:fs'
  import { openAuditWriter } from '#audit'
  import { systemClock } from '#clock'
  const path = process.argv[1]
  const writer = await openAuditWriter({ fd: 3, path, clock: systemClock })
  writer.append({ event: 'submit', orderId: 'order-1' })
  await writer.flush()
  const codes = [() => openSync(path, 'a'), () => unlinkSync(path), () => fdatasyncSync(3)].map((run) => {
    try { run(); return 'done' } catch (error) { return error.code }
  })
  await writer.close()
  process.stdout.write(codes.join())`

test('the executor appends and flushes under the permission model, without any right to write or remove', async () => {
  const root = fileURLToPath(new URL('../../', import.meta.url))
  const path = join(folder, 'audit.jsonl')
  const fd = openSync(path, 'a', 0o600)
  const flags = ['--permission', `--allow-fs-read=${root}`, `--allow-fs-read=${path}`, '--input-type=module', '-e', EXECUTOR, path]
  const child = spawn(process.execPath, flags, { cwd: root, stdio: ['ignore', 'pipe', 'inherit', fd], env: {} })
  try {
    const [answer] = await Promise.all([text(child.stdout ?? expect.unreachable()), once(child, 'exit')])
    // Opening it for writing, removing it, and the flush that Node refuses on a descriptor.
    expect(answer).toBe('ERR_ACCESS_DENIED,ERR_ACCESS_DENIED,ERR_ACCESS_DENIED')
    expect(await verifyAuditChain(path)).toMatchObject({ ok: true, entries: 1 })
  } finally {
    child.kill('SIGKILL')
    closeSync(fd)
  }
})
