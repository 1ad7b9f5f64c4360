import type { SignalSide } from '#model'
import type { Json, JsonObject } from './json.ts'
import { saidBy, saysAnything, type Said } from './said.ts'
import { signalOf, stanceOf, typeOf, type Wanted, type Why } from './stance.ts'
import {
  AS_NUMBER, BAR, CLOSE, CLOSES_WHAT, CLOSES_WHEN, LABEL, LONG, MILD_LABEL, OFF, ON, OUT, PART, PART_OF, PAST, PLAIN, SHAPE, SHORT,
  SIGNAL, SIZE, SIZE_OF_ANYTHING, STANCE, TOGETHER, WHOLE,
} from './vocabulary.ts'
import { wordsOf } from './words.ts'

/** `path`: the field's name, of a nested one behind those that it stands in. */
export interface Shaping { readonly path: string; readonly why: Why }

/** A field's name, split and looked up once. */
interface Name {
  readonly words: ReadonlySet<string>
  /** Whether every word of it means something here. */
  readonly whole: boolean
  readonly head: string | null
  /** A label for people. Whose account is meant is none. */
  readonly label: boolean
  /** What it was found to shape before, by the kind of value and where it stood. */
  readonly shapes: Map<string, Shape | null>
}

const ACCOUNT: ReadonlySet<string> = new Set(['account', 'acct', 'subaccount'])

/** So many names are looked at; a payload with more is no alert, and opens nothing. */
const MOST_NAMES = 300
const MOST_FOUND = 20

/**
 * The fields of a payload that say more than a market order of that side: known by the words that their names are made
 * of, whatever the spelling, and by what kind of value they have. What bars and labels carry never counts. `known`: the
 * fields at the top that are read. Linear in the payload.
 */
export function shapingFields(
  members: JsonObject, known: (name: string) => boolean, side: SignalSide,
): readonly Shaping[] {
  const search = new Search(side === 'BUY' ? 'long' : 'short')
  search.object(members, '', NOWHERE, known)
  return search.found
}

const NOWHERE: ReadonlySet<string> = new Set()

/** Whether a field at the top only says that an order has no such thing: `sl: ""`, `reduceOnly: false`. */
export function saysNone(name: string, value: Json): boolean {
  const said = saidBy(value)
  if (said.kind !== 'nothing' && carries(said, value, 'form')) return false
  const read = nameOf(name)
  return shapeOf(read, said, NOWHERE) !== null || has(read, OUT)
}

class Search {
  readonly found: Shaping[] = []
  readonly #wanted: Wanted
  #names = 0

  constructor(wanted: Wanted) { this.#wanted = wanted }

  object(
    members: JsonObject, path: string, around: ReadonlySet<string>, skip: (name: string) => boolean = () => false,
  ): void {
    for (const [name, value] of members) {
      if (skip(name)) continue
      this.#names += 1
      const full = path === '' ? name : `${path}.${name}`
      if (this.#names > MOST_NAMES) {
        if (this.#names === MOST_NAMES + 1) this.found.push({ path: full, why: 'unknown' })
        return
      }
      if (this.found.length >= MOST_FOUND) return
      const read = nameOf(name)
      if (!has(read, PAST)) this.#field(read, value, full, around)
    }
  }

  #field(name: Name, value: Json, path: string, around: ReadonlySet<string>): void {
    const why = judge(name, value, around, this.#wanted)
    if (why !== null) {
      if (why !== 'none') this.found.push({ path, why })
      return
    }
    if (value instanceof Map) this.object(value as JsonObject, path, new Set([...around, ...name.words]))
    if (!Array.isArray(value)) return
    for (const item of value as readonly Json[]) {
      if (this.found.length >= MOST_FOUND) return
      // Each one is what the field is; the first that counts names it.
      const before = this.found.length
      this.#field(name, item, path, around)
      if (this.found.length > before) return
    }
  }
}

/** What one field says of the order. `none`: nothing, and neither do its members; null: only what its members say. */
function judge(name: Name, value: Json, around: ReadonlySet<string>, wanted: Wanted): Why | 'none' | null {
  if (name.label) return null
  const said = saidBy(value)
  if (said.kind === 'nothing') return 'none'
  const shape = shapeOf(name, said, around)
  if (shape !== null) return carries(said, value, shape) ? 'shapes' : 'none'
  if (has(name, OUT)) return carries(said, value, 'form') ? 'ends' : 'none'
  if (name.head !== null && MILD_LABEL.has(name.head)) return null
  if (has(name, CLOSE)) return closes(name, said, value, around) ? 'ends' : null
  if (said.kind === 'many') return Array.isArray(value) && entries(name) && saysAnything(value) ? 'shapes' : null
  return sided(name, said, wanted) ?? switched(name, said, around) ?? named(name, said, around, wanted)
}

/** Several entries are a plan for more than one order. */
const entries = (name: Name): boolean =>
  name.words.has('entry') && allOf(name, (word) => PLAIN.has(word) || word === 'price')

/** A form of order counts unless it is none; a size of 0 is a size. */
type Shape = 'form' | 'size'

function shapeOf(name: Name, said: Said, around: ReadonlySet<string>): Shape | null {
  const within = overlaps(around, BAR)
  const kind = `${said.kind}${said.kind === 'number' && said.percent ? '%' : ''}${within ? ' bar' : ''}`
  const before = name.shapes.get(kind)
  if (before !== undefined) return before
  const shape = shapeBy(name, said, within)
  name.shapes.set(kind, shape)
  return shape
}

function shapeBy(name: Name, said: Said, within: boolean): Shape | null {
  const { words } = name
  const bar = within || has(name, BAR)
  for (const word of words) {
    const numberOnly = AS_NUMBER.has(word)
    const label = said.kind === 'text' || said.kind === 'yes' || (SIZE.has(word) && words.has('price'))
    if (numberOnly && (bar || label)) continue
    if (SIZE.has(word) && !(bar && SIZE_OF_ANYTHING.has(word))) return 'size'
    const otherwise = (word === 'target' && has(name, STANCE)) || (word === 'limit' && has(name, BOUNDS))
    if (SHAPE.has(word) && !otherwise) return 'form'
    if (numberOnly && !SIZE.has(word)) return 'form'
  }
  if (words.has('volume') && said.kind === 'number' && said.percent) return 'size'
  if (TOGETHER.some((pair) => pair.every((word) => words.has(word)))) return 'form'
  if (bar || !name.whole) return null
  const others = [...words].every((word) => WHOLE.has(word) || PART.has(word) || PART_OF.has(word))
  if (others && said.kind === 'number' && said.percent) return 'size'
  if (others && has(name, PART)) return words.has('offset') ? 'form' : 'size'
  return others && has(name, PART_OF) && words.size > 1 ? 'size' : null
}

/** `upper_limit`: the bound of a channel. */
const BOUNDS: ReadonlySet<string> = new Set(['upper', 'lower'])

function carries(said: Said, value: Json, shape: Shape): boolean {
  if (said.kind === 'many') return saysAnything(value)
  if (said.kind === 'no') return false
  return shape === 'size' || said.kind !== 'number' || said.number !== 0
}

/** The bar's close is a number, and a bar may be closed; everything else closes a position. */
function closes(name: Name, said: Said, value: Json, around: ReadonlySet<string>): boolean {
  if (said.kind === 'no') return false
  const bar = has(name, BAR) || overlaps(around, BAR)
  const one = said.kind === 'number' && said.number === 1
  const what = has(name, CLOSES_WHAT) || (one && (name.words.has('closed') || has(name, CLOSES_WHEN)))
  if (said.kind === 'many') return Array.isArray(value) ? what && saysAnything(value) : saysAnything(value)
  if (said.kind === 'number' && said.number === 0) return false
  if (said.kind === 'number' && name.words.has('closed') && has(name, COUNTED)) return false
  if (said.kind === 'unknown' || (said.kind === 'number' && !said.percent)) {
    return what && (!bar || name.words.has('after'))
  }
  return !bar
}

/** `closed_trades: 5` tells how many there have been. */
const COUNTED: ReadonlySet<string> = new Set(['trade', 'deal'])
const OF_SWITCH: ReadonlySet<string> = new Set(['enable', 'enabled', 'active', 'activate', 'execute', 'allow', 'live'])

/** `enabled: false`, `paused: true`; not the switch of something else, such as `email_enabled`. */
function switched(name: Name, said: Said, around: ReadonlySet<string>): Why | null {
  const ours = (word: string): boolean => PLAIN.has(word) || ON.has(word) || OFF.has(word)
  if (!allOf(name, ours) || ![...around].every(ours)) return null
  const zero = said.kind === 'number' && said.number === 0
  const one = said.kind === 'yes' || (said.kind === 'number' && said.number === 1)
  if (has(name, OFF)) return one ? 'off' : null
  return has(name, ON) && (said.kind === 'no' || (zero && has(name, OF_SWITCH))) ? 'off' : null
}

const SIDES: ReadonlySet<string> = new Set(['long', 'short', 'buy', 'sell'])

/** `long: true`, `sell: 1`, `isShort: false`; with any other number it is a price. `none`: its side is the other one's. */
function sided(name: Name, said: Said, wanted: Wanted): Why | 'none' | null {
  if (!has(name, SIDES) || has(name, STANCE) || !allOf(name, (word) => PLAIN.has(word) || ON.has(word))) return null
  const [long, short] = [has(name, LONG), has(name, SHORT)]
  if (long && short) return stanceOf(said, wanted, false)
  const mine = (wanted === 'long') === long
  if (said.kind === 'yes' || (said.kind === 'number' && said.number === 1)) return mine ? 'none' : 'against'
  if (said.kind === 'no' || (said.kind === 'number' && said.number === 0)) return mine ? 'ends' : 'none'
  return null
}

/** What a name of a stance, a kind of order, an event or of anything else has for a value. */
function named(name: Name, said: Said, around: ReadonlySet<string>, wanted: Wanted): Why | null {
  const plain = allOf(name, (word) => PLAIN.has(word) || STANCE.has(word) || SIGNAL.has(word) || word === 'target')
  if (plain && has(name, STANCE)) return stanceOf(said, wanted, has(name, SIZED))
  const kind = name.head === 'type' || name.head === 'kind' || has(name, EXECUTIONS)
  if (plain && kind && !has(name, OF_EVENTS)) {
    return typeOf(said, wanted, has(name, ORDERS))
  }
  const bar = has(name, BAR) || has(name, OF_PRICES) || overlaps(around, BAR)
  const numbers = has(name, NUMBERED) && !name.words.has('open')
  return signalOf(said, wanted, { signal: plain && has(name, SIGNAL), numbers, bar })
}

/** What kind of event or market it is, not of order. */
const OF_EVENTS: ReadonlySet<string> = new Set(['event', 'signal', 'alert', 'market', 'bot', 'strategy'])
/** Their value may be what is looked at: `trigger: "close"`. */
const OF_PRICES: ReadonlySet<string> = new Set(['price', 'trigger', 'condition'])
const SIZED: ReadonlySet<string> = new Set(['position', 'pos', 'mp'])
const EXECUTIONS: ReadonlySet<string> = new Set(['exec', 'execution'])
const ORDERS: ReadonlySet<string> = new Set(['order', 'exec', 'execution'])
const NUMBERED: ReadonlySet<string> = new Set(['signal', 'trade'])

const remembered = new Map<string, Name>()
const MOST_REMEMBERED = 1000

function nameOf(text: string): Name {
  const before = remembered.get(text)
  if (before !== undefined) return before
  const all = wordsOf(text)
  const words = new Set(all.filter((word) => word !== null))
  const head = all.at(-1) ?? null
  const label = head !== null && LABEL.has(head) && !overlaps(words, ACCOUNT)
  const name: Name = { words, whole: !all.includes(null) && all.length > 0, head, label, shapes: new Map() }
  if (remembered.size < MOST_REMEMBERED && text.length <= 64) remembered.set(text, name)
  return name
}

const allOf = ({ words, whole }: Name, holds: (word: string) => boolean): boolean => whole && [...words].every(holds)
const has = ({ words }: Name, set: ReadonlySet<string>): boolean => overlaps(words, set)

function overlaps(words: ReadonlySet<string>, set: ReadonlySet<string>): boolean {
  for (const word of words) if (set.has(word)) return true
  return false
}
