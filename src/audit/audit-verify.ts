import { createReadStream } from 'node:fs'
import { GENESIS, looksWhole, MAX_TORN_BYTES, readLine, sha256, type AuditEntry, type AuditHead } from './audit-line.ts'

export interface AuditReport {
  /** The chain is unbroken from its first entry to `head`. Entries cut off at the end do not show: compare `head`. */
  readonly ok: boolean
  readonly entries: number
  /** `gap` entries among them: crashes that left something out, said so by the writer. Not tampering. */
  readonly gaps: number
  readonly head: AuditHead
  /** Bytes of a torn last line that no `gap` entry closed yet. */
  readonly tornBytes: number
  readonly firstBad: { readonly line: number; readonly offset: number; readonly reason: BadReason } | null
}

export type BadReason =
  /** A line that is not an entry, or whose own hash is wrong, and that no `gap` entry accounts for. */
  | 'damaged_line'
  /** A valid entry that does not continue the one before it: something was removed, inserted or reordered. */
  | 'chain_broken'
  /** A `gap` entry that accounts for other remains than there are. */
  | 'gap_mismatch'

/**
 * Reads a whole audit file once, in memory that does not grow with it, and stops at the first fault. `onEntry` sees
 * each entry once the chain up to it is known to hold: this is how the server's copy is compared.
 */
export async function verifyAuditChain(
  source: string | AsyncIterable<Uint8Array>, onEntry: (entry: AuditEntry) => void = () => undefined,
): Promise<AuditReport> {
  const state: State = { head: GENESIS, entries: 0, gaps: 0, line: 0, offset: 0, remains: null, firstBad: null }
  for await (const { line, last } of linesOf(typeof source === 'string' ? createReadStream(source) : source)) {
    state.line++
    take(state, line, last, onEntry)
    state.offset += line.length + 1
    if (state.firstBad !== null) break
  }
  const { head, entries, gaps, remains, firstBad } = state
  if (firstBad === null && remains !== null && remains.whole) state.firstBad = bad(remains, 'damaged_line')
  const tornBytes = remains?.bytes.length ?? 0
  return { ok: state.firstBad === null, entries, gaps, head, tornBytes, firstBad: state.firstBad }
}

/** Lines that are no entries, waiting for the `gap` entry that accounts for them. */
interface Remains { readonly line: number; readonly offset: number; readonly bytes: Buffer; readonly whole: boolean }

interface State {
  head: AuditHead
  entries: number
  gaps: number
  line: number
  offset: number
  remains: Remains | null
  firstBad: AuditReport['firstBad']
}

const bad = ({ line, offset }: { line: number; offset: number }, reason: BadReason) => ({ line, offset, reason })

function take(state: State, line: Buffer, last: boolean, onEntry: (entry: AuditEntry) => void): void {
  const { remains, head } = state
  const entry = readLine(line)
  if (entry === null) {
    // An empty rest after the last newline is how every file ends.
    if (last && line.length === 0) return
    const whole = looksWhole(line) || remains?.whole === true
    state.remains = remains === null
      ? { line: state.line, offset: state.offset, bytes: Buffer.from(line), whole }
      : { ...remains, bytes: Buffer.concat([remains.bytes, Buffer.from('\n'), line]), whole }
    if (state.remains.bytes.length > MAX_TORN_BYTES) state.firstBad = bad(state.remains, 'damaged_line')
    return
  }
  if (remains !== null) {
    const { event, torn, tornHash } = entry
    const closes = event === 'gap' && torn === remains.bytes.length && tornHash === sha256(remains.bytes)
    // A crash leaves a line without its end. One that ends as an entry does, with a wrong hash, was changed.
    if (!closes || remains.whole) { state.firstBad = bad(remains, 'damaged_line'); return }
  } else if (entry.torn !== undefined) {
    state.firstBad = bad(state, 'gap_mismatch')
    return
  }
  if (entry.seq !== head.seq + 1 || entry.prev !== head.hash) { state.firstBad = bad(state, 'chain_broken'); return }
  state.remains = null
  state.head = { seq: entry.seq, hash: entry.hash }
  state.entries++
  if (entry.event === 'gap') state.gaps++
  onEntry(entry)
}

/** Splits at newlines; what follows the last one comes with `last`. A line beyond every limit is cut into pieces. */
async function* linesOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<{ line: Buffer; last: boolean }> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of source) {
    let from = 0
    const bytes = Buffer.concat([rest, chunk])
    for (let newline = bytes.indexOf(0x0a); newline >= 0; newline = bytes.indexOf(0x0a, from)) {
      yield { line: bytes.subarray(from, newline), last: false }
      from = newline + 1
    }
    rest = bytes.subarray(from)
    // Far beyond what any reading accepts: give it out and stop collecting.
    if (rest.length > 2 * MAX_TORN_BYTES) break
  }
  yield { line: rest, last: true }
}
