import { hash as digest } from 'node:crypto'
import { z } from 'zod'
import { capsSchema } from '#contract'
import { FREEZE_MODES, FREEZE_SCOPES } from '#model'

// One entry, one line:
//   <22 characters of the SHA-256 of what follows> {"n":7,"set":"freeze",…}
// `n` counts without gaps, so that a line that is gone shows. The checksum finds damage; it is no signature: whoever can
// write the file can write all of it.

const id = z.string().min(1).max(64)

const entry = z.discriminatedUnion('set', [
  /** The first line of a file. */
  z.object({ set: z.literal('begin'), format: z.literal(1) }),
  z.object({
    set: z.literal('freeze'), scope: z.enum(FREEZE_SCOPES), id: id.nullable(), mode: z.enum(FREEZE_MODES),
    reason: z.string().max(200), at: z.number(), by: id.nullable(),
  }),
  z.object({ set: z.literal('thaw'), scope: z.enum(FREEZE_SCOPES), id: id.nullable() }),
  z.object({ set: z.literal('caps'), connectionId: id, caps: capsSchema.nullable() }),
  /** What entries of a UTC day (`YYYY-MM-DD`) came to, quote currency. */
  z.object({ set: z.literal('spent'), connectionId: id, day: z.string().length(10), notional: z.string().max(64) }),
  /** A tombstone: the connection was deleted. */
  z.object({ set: z.literal('gone'), connectionId: id }),
  /** Envelopes of an older row version are refused. A restore on the machine may set it back. */
  z.object({ set: z.literal('version'), connectionId: id, rowVersion: z.int().min(1) }),
  /** Lower fencing tokens of this scope are refused. */
  z.object({ set: z.literal('fence'), scope: id, token: z.int().min(0) }),
])
/** One change of what the executor holds. */
export type Entry = z.infer<typeof entry>

/** Longer than any entry: ids of 64 and a reason of 200 characters, each up to six bytes. */
export const MAX_LINE_BYTES = 4096
const SUM_LENGTH = 22
const NEWLINE = 0x0a

const sumOf = (text: string): string => digest('sha256', text, 'base64url').slice(0, SUM_LENGTH)

/** The line of an entry, with its newline. */
export function lineOf(n: number, one: Entry): string {
  const text = JSON.stringify({ n, ...one })
  return `${sumOf(text)} ${text}\n`
}

/** What a file says. */
export interface Reading {
  readonly entries: readonly Entry[]
  /** The highest number of an entry. */
  readonly last: number
  /**
   * `clean`; `torn`: it ends within a line, as a crash leaves it, and what stands there was never acknowledged;
   * `damaged`: anything else. Then `entries` are those that can still be read.
   */
  readonly state: 'clean' | 'torn' | 'damaged'
}

/** Reads a whole file. Never throws: what is not understood is damage. */
export function readEntries(bytes: Buffer): Reading {
  const entries: Entry[] = []
  let last = 0
  let damaged = false
  let from = 0
  for (let newline = bytes.indexOf(NEWLINE); newline >= 0; newline = bytes.indexOf(NEWLINE, from)) {
    const read = readLine(bytes.toString('utf8', from, newline))
    from = newline + 1
    if (read === null) { damaged = true; continue }
    const first = entries.length === 0
    if (first !== (read.entry.set === 'begin') || (!first && read.n !== last + 1)) damaged = true
    last = Math.max(last, read.n)
    entries.push(read.entry)
  }
  // A file comes into being whole, by renaming, so without its beginning it is no file of ours.
  if (entries.length === 0) damaged = true
  const rest = withoutZeros(bytes.subarray(from))
  return { entries, last, state: damaged || rest.length > MAX_LINE_BYTES ? 'damaged' : from === bytes.length ? 'clean' : 'torn' }
}

function readLine(line: string): { n: number; entry: Entry } | null {
  const text = line.slice(SUM_LENGTH + 1)
  if (line[SUM_LENGTH] !== ' ' || line.slice(0, SUM_LENGTH) !== sumOf(text)) return null
  try {
    const json = JSON.parse(text) as { n?: unknown }
    const parsed = entry.safeParse(json)
    return parsed.success && Number.isSafeInteger(json.n) ? { n: json.n as number, entry: parsed.data } : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

/** A power cut may leave the file longer than what was written into it, with zeros at its end. */
function withoutZeros(bytes: Buffer): Buffer {
  let end = bytes.length
  while (end > 0 && bytes[end - 1] === 0) end -= 1
  return bytes.subarray(0, end)
}
