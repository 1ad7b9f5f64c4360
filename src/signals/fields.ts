import { plainName } from './redact.ts'

/** What a payload's field is to us, by its exact name and by how it reads without case, `_` and `-`. */
export type FieldKind =
  | 'known'
  /** Orders a test, a flag or a reversal in a way that we do not read: never a live order. */
  | 'flag-like'
  | 'unknown'

const KNOWN: ReadonlySet<string> = new Set(['symbol', 'side', 'size', 'key', 'dilution', 'flag', 'id', 'time', 'debug'])

const FLAG_LIKE: ReadonlySet<string> = new Set([
  'test', 'tests', 'testing', 'istest', 'testmode', 'testonly', 'testorder', 'testsignal', 'testrun',
  'dry', 'dryrun', 'isdryrun', 'flag', 'flags', 'paper', 'ispaper', 'papertrade', 'papertrading', 'papermode',
  'simulate', 'simulated', 'simulation', 'issimulated', 'sandbox', 'demo', 'isdemo', 'demomode', 'preview', 'validateonly',
  'reverse', 'isreverse', 'reversed', 'invert', 'inverted', 'inverse', 'debugmode', 'isdebug',
])

const kinds = new Map<string, FieldKind>()
const REMEMBERED = 1000
const MOST_LETTERS = 64

/** Tells what a field is. Names come from senders: only so many are remembered. */
export function fieldKind(name: string): FieldKind {
  if (KNOWN.has(name)) return 'known'
  const remembered = kinds.get(name)
  if (remembered !== undefined) return remembered
  const plain = plainName(name.slice(0, MOST_LETTERS)) // no name that we know is longer, and strangers write names
  const kind = FLAG_LIKE.has(plain) ? 'flag-like' : 'unknown'
  if (kinds.size < REMEMBERED && name.length <= 64) kinds.set(name, kind)
  return kind
}

/** The known field that a sender probably meant: `Symbol`, `SIDE`; null for anything else. */
export function meantField(name: string): string | null {
  const plain = plainName(name)
  return KNOWN.has(plain) ? plain : MEANT.get(plain) ?? null
}

const MEANT: ReadonlyMap<string, string> = new Map([
  ['ticker', 'symbol'], ['pair', 'symbol'], ['market', 'symbol'], ['instrument', 'symbol'],
  ['action', 'side'], ['order', 'side'], ['direction', 'side'], ['timestamp', 'time'], ['timenow', 'time'],
])
