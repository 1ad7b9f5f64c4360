import { execFileSync } from 'node:child_process'
import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs'
import path from 'node:path'

// Looks for secrets in whatever bytes there are. A secret is looked for in pieces, so that a part of it is found too,
// and each piece in every form in which programs write bytes down.

/** One form of one piece of one secret. */
interface Needle { readonly secret: string; readonly form: string; readonly bytes: Buffer }

/** What was found, and in which form. */
export interface Trace { readonly secret: string; readonly form: string; readonly place: string }

const PIECE = 16
const LEAST = 4
const LONGEST = 512
const TABLE_BITS = 20

/** Searches bytes for any number of secrets at once, in one pass. */
export class Search {
  readonly #names = new Map<string, readonly Needle[]>()
  readonly #byStart = new Map<number, Needle[]>()
  readonly #table = new Uint8Array(1 << TABLE_BITS)

  /** `secrets`: by the name under which a finding is reported; a report must not show the secret itself. */
  constructor(secrets: Readonly<Record<string, string | Uint8Array>>) {
    for (const [name, secret] of Object.entries(secrets)) {
      const needles = needlesOf(name, typeof secret === 'string' ? Buffer.from(secret) : Buffer.from(secret))
      if (needles.length === 0) throw new Error(`${name} is too short to be looked for`)
      this.#names.set(name, needles)
      for (const needle of needles) {
        const start = needle.bytes.readInt32LE(0)
        this.#byStart.set(start, [...this.#byStart.get(start) ?? [], needle])
        this.#table[Math.imul(start, 0x9e3779b1) >>> (32 - TABLE_BITS)] = 1
      }
    }
  }

  get names(): readonly string[] { return [...this.#names.keys()] }

  /** Everything that these bytes hold, each secret and form once. */
  in(bytes: Uint8Array | string, place: string): Trace[] {
    const hay = typeof bytes === 'string' ? Buffer.from(bytes) : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const found = new Map<string, Trace>()
    const table = this.#table
    let window = 0
    for (let at = 0; at < hay.length; at += 1) {
      window = (window >>> 8) | (hay[at] as number) << 24
      if (at < LEAST - 1 || table[Math.imul(window, 0x9e3779b1) >>> (32 - TABLE_BITS)] === 0) continue
      for (const { secret, form, bytes: needle } of this.#byStart.get(window | 0) ?? []) {
        const from = at - LEAST + 1
        if (hay.compare(needle, 0, needle.length, from, Math.min(from + needle.length, hay.length)) === 0) found.set(`${secret} ${form}`, { secret, form, place })
      }
    }
    return [...found.values()]
  }

  /** All files below a folder, except those that `leaveOut` names. Fails where it saw none. */
  inFolder(folder: string, leaveOut: (file: string) => boolean = () => false): { traces: Trace[]; files: string[] } {
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
      .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name))).filter((file) => !leaveOut(file))
    if (files.length === 0) throw new Error(`there is no file in ${folder}`)
    return { files, traces: files.flatMap((file) => this.in(readFileSync(path.join(folder, file)), file)) }
  }

  /**
   * The whole memory of a running process that it could read itself, what is swapped out too (Linux; needs the right to
   * trace it). Pages that were never touched are left out: they hold nothing.
   */
  inMemory(pid: number): { traces: Trace[]; bytes: number } {
    const traces: Trace[] = []
    let total = 0
    const memory = openSync(`/proc/${pid}/mem`, 'r')
    const chunk = Buffer.alloc(16 * 1024 * 1024)
    try {
      for (const { from, to, name } of readableMaps(pid).flatMap((range) => touched(pid, range))) {
        // Chunks overlap, so that nothing hides on a border.
        for (let at = from; at < to; at += chunk.length - LONGEST) {
          const count = readAt(memory, chunk, at, Math.min(chunk.length, to - at))
          if (count === 0) break
          total += count
          traces.push(...this.in(chunk.subarray(0, count), `memory of ${pid}: ${name}`))
        }
      }
    } finally {
      closeSync(memory)
    }
    return { traces, bytes: total }
  }
}

function readAt(file: number, into: Buffer, at: number, length: number): number {
  try {
    return readSync(file, into, 0, length, at)
  } catch (error) {
    // Unmapped since the list was read, or a page of a device.
    if (['EIO', 'EFAULT'].includes((error as NodeJS.ErrnoException).code ?? '')) return 0
    throw error
  }
}

interface Range { readonly from: number; readonly to: number; readonly name: string }

function readableMaps(pid: number): Range[] {
  return readFileSync(`/proc/${pid}/maps`, 'utf8').trim().split('\n').flatMap((line) => {
    const [, from = '', to = '', rights = '', name = ''] = /^([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \S+\s*(.*)$/.exec(line) ?? []
    if (!rights.startsWith('r') || name === '[vvar]' || name === '[vsyscall]') return []
    return [{ from: Number.parseInt(from, 16), to: Number.parseInt(to, 16), name: name || 'anonymous' }]
  })
}

const PAGE = Number(execFileSync('getconf', ['PAGESIZE']).toString())
const ENTRY_BYTES = 8
/** Bits 63 and 62 of a page's entry: it is in memory, or swapped out. */
const IN_USE = 0xc0

/** The parts of a range whose pages are in use. */
function touched(pid: number, { from, to, name }: Range): Range[] {
  const pages = (to - from) / PAGE
  const entries = Buffer.alloc(pages * ENTRY_BYTES)
  const map = openSync(`/proc/${pid}/pagemap`, 'r')
  try {
    if (readSync(map, entries, 0, entries.length, from / PAGE * ENTRY_BYTES) !== entries.length) return [{ from, to, name }]
  } finally {
    closeSync(map)
  }
  const parts: Range[] = []
  for (let page = 0, start = -1; page <= pages; page += 1) {
    const inUse = page < pages && ((entries[page * ENTRY_BYTES + 7] ?? 0) & IN_USE) !== 0
    if (inUse && start < 0) start = page
    if (!inUse && start >= 0) {
      parts.push({ from: from + start * PAGE, to: from + page * PAGE, name })
      start = -1
    }
  }
  return parts
}

/** Every form of every piece of a secret. */
function needlesOf(secret: string, bytes: Buffer): Needle[] {
  const starts = new Set([...Array.from({ length: Math.floor(bytes.length / PIECE) }, (_, n) => n * PIECE), bytes.length - PIECE])
  const pieces = [...starts].filter((start) => start >= 0).map((start) => bytes.subarray(start, start + PIECE))
  const unique = new Map<string, Needle>()
  for (const piece of pieces) {
    for (const [form, written] of formsOf(piece)) {
      if (written.length >= 8) unique.set(`${form} ${written.toString('latin1')}`, { secret, form, bytes: written })
    }
  }
  return [...unique.values()]
}

/** The forms in which a piece could stand somewhere: as bytes, and as text of one or two bytes a character. */
export function formsOf(piece: Buffer): [string, Buffer][] {
  const text = piece.toString('utf8')
  const isText = Buffer.from(text).equals(piece)
  const hex = piece.toString('hex')
  const texts: [string, string][] = [['hex', hex], ['HEX', hex.toUpperCase()]]
  // Base64 has three looks, for what stands before may end anywhere in a group of three bytes.
  for (const shift of [0, 1, 2]) {
    const encoded = Buffer.concat([Buffer.alloc(shift), piece]).toString('base64')
    const own = encoded.slice(Math.ceil(shift * 8 / 6), Math.floor((shift + piece.length) * 8 / 6))
    texts.push([`base64+${shift}`, own], [`base64url+${shift}`, own.replaceAll('+', '-').replaceAll('/', '_')])
  }
  if (isText) texts.push(['text', text], ['JSON', JSON.stringify(text).slice(1, -1)], ['URL', encodeURIComponent(text)], ['form', new URLSearchParams({ x: text }).toString().slice(2)])
  return [
    ['bytes', piece],
    ...texts.map(([form, written]): [string, Buffer] => [form, Buffer.from(written)]),
    ...texts.map(([form, written]): [string, Buffer] => [`${form} in UTF-16`, Buffer.from(written, 'utf16le')]),
  ]
}
