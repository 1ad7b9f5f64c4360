import { appendFileSync, closeSync, mkdtempSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { open as openFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { AuditError, openAuditWriter, verifyAuditChain, type AuditEntry, type AuditEvent, type AuditReport, type AuditWriter } from '#audit'
import { systemClock } from '#clock'

let folder: string
let path: string
const open: { writer?: AuditWriter; fd: number }[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'audit-'))
  path = join(folder, 'audit.jsonl')
})
afterEach(async () => {
  for (const { writer, fd } of open.splice(0)) { await writer?.close(); closeSync(fd) }
  rmSync(folder, { recursive: true })
})

/** As at a start of the executor: the descriptor comes from the supervisor, the end of the chain from the file. */
async function start(): Promise<AuditWriter> {
  const opened: { writer?: AuditWriter; fd: number } = { fd: openSync(path, 'a', 0o600) }
  open.push(opened)
  opened.writer = await openAuditWriter({ fd: opened.fd, path, clock: systemClock })
  return opened.writer
}

const submit = (n: number): AuditEvent => ({ event: 'submit', connectionId: 'connection-1', orderId: `order-${n}`, clientOrderId: `tf${n}`, leg: 0 })
const content = (): Buffer => readFileSync(path)
const lines = (): string[] => content().toString().split('\n').slice(0, -1)
/** In pieces of odd sizes, as a stream may bring them. */
async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size))
}
const verifyBytes = (bytes: string | Buffer): Promise<AuditReport> => verifyAuditChain(pieces(Buffer.from(bytes), 97))

async function written(count: number): Promise<AuditWriter> {
  const writer = await start()
  for (let n = 1; n <= count; n++) writer.append(submit(n))
  return writer
}

describe('a use of a key', () => {
  test('stands in the file when append returns', async () => {
    const writer = await start()
    const entry = writer.append(submit(1))
    expect(JSON.parse(content().toString())).toEqual(JSON.parse(JSON.stringify(entry)))
    expect(entry).toMatchObject({ seq: 1, event: 'submit', orderId: 'order-1', leg: 0 })
    expect(writer.head()).toMatchObject({ seq: 1, hash: entry.hash })
  })

  test('is flushed to disk without asking, and once for many', async () => {
    const writer = await written(10)
    await writer.flush()
    const handle = await openFile(path, 'r')
    await handle.close()
    const datasync = vi.spyOn(Object.getPrototypeOf(handle) as { datasync: () => Promise<void> }, 'datasync')
    try {
      for (let n = 11; n <= 20; n++) writer.append(submit(n))
      await vi.waitFor(() => expect(datasync).toHaveBeenCalled(), { interval: 5, timeout: 5000 })
      await writer.flush()
      expect(datasync).toHaveBeenCalledTimes(1)
    } finally {
      datasync.mockRestore()
    }
  })

  test('is refused after a flush that failed: what is on disk is not known any more', async () => {
    const writer = await written(1)
    await writer.flush()
    const handle = await openFile(path, 'r')
    await handle.close()
    const datasync = vi.spyOn(Object.getPrototypeOf(handle) as { datasync: () => Promise<void> }, 'datasync')
      .mockRejectedValue(Object.assign(new Error('disk'), { code: 'EIO' }))
    try {
      writer.append(submit(2))
      await expect(writer.flush()).rejects.toThrow(expect.objectContaining({ code: 'not_durable', message: expect.stringContaining('EIO') }))
      expect(() => writer.append(submit(3))).toThrow(expect.objectContaining({ code: 'not_durable' }))
      expect(lines()).toHaveLength(2)
    } finally {
      datasync.mockRestore()
      await expect(writer.close()).rejects.toThrow(AuditError)
      delete open[0]?.writer
    }
  })

  test('chains to the one before it, over restarts', async () => {
    const first = (await written(3)).head()
    const second = (await start()).append(submit(4))
    expect(second).toMatchObject({ seq: 4, prev: first.hash })
    expect(await verifyAuditChain(path)).toEqual({
      ok: true, entries: 4, gaps: 0, head: { seq: 4, hash: second.hash }, tornBytes: 0, firstBad: null,
    })
  })

  test('writes only the fields it knows, so a credential cannot slip in', async () => {
    const writer = await start()
    writer.append({ ...submit(1), secret: 'TEST-secret', credentials: { apiKey: 'TEST-key' } } as AuditEvent)
    expect(content().toString()).not.toContain('TEST')
  })

  test('stays one line whatever the strings hold', async () => {
    const writer = await start()
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 128 }), fc.string({ unit: 'binary', maxLength: 400 }), (orderId, outcome) => {
      writer.append({ event: 'outcome', of: 1, orderId, outcome: `${outcome}\n"},"hash":"` })
    }), { numRuns: 200 })
    expect(await verifyAuditChain(path)).toMatchObject({ ok: true, entries: 200 })
  })

  test('has limits: texts are cut, ids that are too long are refused and write nothing', async () => {
    const writer = await start()
    expect(writer.append({ event: 'outcome', outcome: 'x'.repeat(5000) }).outcome).toHaveLength(200)
    for (const event of [{ orderId: 'x'.repeat(129) }, { leg: 1.5 }, { orders: Array.from({ length: 101 }, () => 'o') }]) {
      expect(() => writer.append({ event: 'submit', ...event })).toThrow(expect.objectContaining({ name: 'AuditError', code: 'invalid_event' }))
    }
    expect(lines()).toHaveLength(1)
  })
})

describe('verification', () => {
  test('of nothing, and of an empty file, is fine', async () => {
    expect(await verifyBytes('')).toMatchObject({ ok: true, entries: 0, head: { seq: 0 } })
  })

  test('shows every entry in order', async () => {
    await written(20)
    const seen: AuditEntry[] = []
    await verifyAuditChain(pieces(content(), 13), (entry) => seen.push(entry))
    expect(seen.map((entry) => entry.orderId)).toEqual(Array.from({ length: 20 }, (_, i) => `order-${i + 1}`))
  })

  test('finds any one byte that was changed', async () => {
    await written(4)
    const good = content()
    const newlines = new Set([...good.keys()].filter((at) => good[at] === 0x0a))
    for (let at = 0; at < good.length; at++) {
      if (newlines.has(at)) continue
      const changed = Buffer.from(good)
      changed[at] = (good[at] ?? 0) ^ 1
      const report = await verifyBytes(changed)
      // A last line that lost its end is what a crash leaves; it is reported as such and its entry does not count.
      expect(report.ok && report.entries === 4, `byte ${at}`).toBe(false)
      if (report.ok) expect(report.tornBytes, `byte ${at}`).toBeGreaterThan(0)
    }
  })

  test('finds a line that was removed, repeated, moved or invented', async () => {
    await written(6)
    const all = lines()
    const [a = '', b = '', c = '', ...rest] = all
    const file = (...some: string[]): string => `${some.join('\n')}\n`
    expect(await verifyBytes(file(a, c, ...rest))).toMatchObject({ ok: false, entries: 1, firstBad: { line: 2, reason: 'chain_broken' } })
    expect(await verifyBytes(file(b, c, ...rest))).toMatchObject({ ok: false, firstBad: { line: 1, offset: 0, reason: 'chain_broken' } })
    expect(await verifyBytes(file(a, b, b, c, ...rest))).toMatchObject({ ok: false, firstBad: { line: 3 } })
    expect(await verifyBytes(file(a, c, b, ...rest))).toMatchObject({ ok: false, firstBad: { line: 2 } })
    expect(await verifyBytes(file(a, '{"seq":2}', b, c))).toMatchObject({ ok: false, firstBad: { line: 2, offset: a.length + 1, reason: 'damaged_line' } })
    expect(await verifyBytes(file(a, '', b, c))).toMatchObject({ ok: false, firstBad: { line: 2, reason: 'damaged_line' } })
  })

  test('finds an entry of another chain, although its number and its own hash are right', async () => {
    await written(4)
    const here = lines()
    path = join(folder, 'another.jsonl')
    const another = await start()
    for (let n = 1; n <= 4; n++) another.append(submit(10 + n))
    const mixed = [here[0], here[1], lines()[2], here[3]].join('\n')
    expect(await verifyBytes(`${mixed}\n`)).toMatchObject({ ok: false, entries: 2, firstBad: { line: 3, reason: 'chain_broken' } })
  })

  test('finds the fork that two writers make', async () => {
    const [one, other] = [await start(), await start()]
    one.append(submit(1))
    other.append(submit(2))
    expect(await verifyAuditChain(path)).toMatchObject({ ok: false, firstBad: { line: 2, reason: 'chain_broken' } })
  })

  test('does not see entries cut off at the end, but its head tells', async () => {
    await written(5)
    expect(await verifyBytes(`${lines().slice(0, 3).join('\n')}\n`)).toMatchObject({ ok: true, entries: 3, head: { seq: 3 } })
  })

  test('of a file without newlines ends, with its memory bounded', async () => {
    async function* zeros(): AsyncGenerator<Uint8Array> {
      for (let i = 0; i < 10_000; i++) yield await Promise.resolve(new Uint8Array(65_536))
    }
    expect(await verifyAuditChain(zeros())).toMatchObject({ ok: false, firstBad: { line: 1, reason: 'damaged_line' } })
  })
})

describe('after a crash', () => {
  test('a torn last line, cut anywhere, is a gap and not tampering', async () => {
    await written(3)
    const good = content()
    const from = good.lastIndexOf(0x0a, good.length - 2) + 1
    for (let size = from + 1; size < good.length - 1; size += 11) {
      writeFileSync(path, good.subarray(0, size))
      expect(await verifyAuditChain(path)).toMatchObject({ ok: true, entries: 2, gaps: 0, tornBytes: size - from })
      const writer = await start()
      writer.append(submit(4))
      expect(await verifyAuditChain(path), `cut at ${size}`).toMatchObject({ ok: true, entries: 4, gaps: 1, tornBytes: 0 })
    }
  })

  test('a line that only lost its newline still counts', async () => {
    await written(3)
    writeFileSync(path, content().subarray(0, -1))
    const writer = await start()
    expect(writer.head().seq).toBe(3)
    writer.append(submit(4))
    expect(await verifyAuditChain(path)).toMatchObject({ ok: true, entries: 4, gaps: 0 })
  })

  test('zeros that a power cut left behind are a gap', async () => {
    await written(2)
    appendFileSync(path, Buffer.concat([Buffer.from('{"seq":3,"at'), Buffer.alloc(5000)]))
    const writer = await start()
    expect(writer.head()).toMatchObject({ seq: 3, event: 'gap' })
    expect(await verifyAuditChain(path)).toMatchObject({ ok: true, entries: 3, gaps: 1 })
  })

  test('again and again, also while closing the gap, the chain goes on', async () => {
    await written(1)
    for (let crash = 0; crash < 5; crash++) {
      const writer = await start()
      writer.append(submit(2 + crash))
      const size = content().length
      appendFileSync(path, `{"seq":${crash}`)
      await start()
      // The crash hits the gap entry itself.
      writeFileSync(path, content().subarray(0, size + 40))
    }
    await start()
    expect(await verifyAuditChain(path)).toMatchObject({ ok: true, entries: 11, gaps: 5 })
  })

  test('the first line of all may be the torn one', async () => {
    writeFileSync(path, '{"seq":1,"at":"20')
    const writer = await start()
    expect(writer.head()).toMatchObject({ seq: 1, torn: 17 })
    expect(await verifyAuditChain(path)).toMatchObject({ ok: true, entries: 1, gaps: 1 })
  })

  test('a changed last line does not become a gap by starting again', async () => {
    await written(3)
    writeFileSync(path, content().toString().replace('order-3', 'order-9'))
    expect(await verifyAuditChain(path)).toMatchObject({ ok: false, firstBad: { line: 3, reason: 'damaged_line' } })
    const writer = await start()
    writer.append(submit(4))
    expect(await verifyAuditChain(path)).toMatchObject({ ok: false, firstBad: { line: 3, reason: 'damaged_line' } })
  })

  test('a gap cannot account for other remains than there are', async () => {
    await written(1)
    appendFileSync(path, '{"seq":2')
    await start()
    expect(await verifyBytes(content().toString().replace('{"seq":2\n', '{"seq":3\n'))).toMatchObject({ ok: false, firstBad: { line: 2, reason: 'damaged_line' } })
    expect(await verifyBytes(content().toString().replace('{"seq":2\n', ''))).toMatchObject({ ok: false, firstBad: { line: 2, reason: 'gap_mismatch' } })
  })

  test('orders that the store knows and the file lost are named by a gap entry', async () => {
    const writer = await written(1)
    writer.append({ event: 'gap', reason: 'power cut', orders: ['order-2', 'order-3'] })
    expect(await verifyAuditChain(path)).toMatchObject({ ok: true, entries: 2, gaps: 1 })
  })

  test('a file with no entry near its end is not written on', async () => {
    writeFileSync(path, Buffer.alloc(2_000_000))
    await expect(start()).rejects.toThrow(expect.objectContaining({ name: 'AuditError', code: 'unreadable' }))
    expect(content()).toHaveLength(2_000_000)
  })

  test('a long chain is taken up from its end', async () => {
    const writer = await start()
    for (let n = 1; n <= 6000; n++) writer.append({ ...submit(n), reason: 'r'.repeat(150) })
    expect(content().length).toBeGreaterThan(1_100_000)
    expect((await start()).head().seq).toBe(6000)
  })
})

describe('nothing is signed without the audit', () => {
  test('a full disk refuses the entry, and the head stays where it was', async () => {
    const fd = openSync('/dev/full', 'a')
    const writer = await openAuditWriter({ fd, path: '/dev/full', clock: systemClock })
    expect(() => writer.append(submit(1))).toThrow(expect.objectContaining({ name: 'AuditError', code: 'not_written', message: expect.stringContaining('ENOSPC') }))
    expect(writer.head().seq).toBe(0)
    await writer.close()
    closeSync(fd)
  })

  test('a closed writer refuses', async () => {
    const writer = await written(1)
    await writer.close()
    expect(() => writer.append(submit(2))).toThrow(AuditError)
    expect(lines()).toHaveLength(1)
  })

  test('a path that is not the descriptor’s file is refused', async () => {
    const fd = openSync(path, 'a')
    renameSync(path, `${path}.old`)
    writeFileSync(path, '')
    await expect(openAuditWriter({ fd, path, clock: systemClock })).rejects.toThrow(expect.objectContaining({ code: 'wrong_file' }))
    closeSync(fd)
  })
})
