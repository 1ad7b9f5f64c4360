import type { Said } from './said.ts'
import { BOTH_SIDES, ENDS, ENDS_MILDLY, ENTERS, HARMLESS_TYPES, LONG, ORDER_FORMS, PHRASE, SHORT } from './vocabulary.ts'
import { wordsOf } from './words.ts'

/**
 * Why a field keeps a signal from opening: it `shapes` the order or what follows it, says that something `ends`, names
 * the other side (`against`), is switched `off`, or may say any of that but is `unknown`.
 */
export type Why = 'shapes' | 'ends' | 'against' | 'off' | 'unknown'

/** The side that the signal would open. */
export type Wanted = 'long' | 'short'

/** More letters than any word of command has. */
const MOST_LETTERS = 60

/** The words of a value; null where it is a sentence, or has a word that means nothing here. */
function phrase(text: string): readonly string[] | null {
  if (text.length > MOST_LETTERS) return null
  const words = wordsOf(text)
  const known = words.filter((word) => word !== null)
  return known.length === words.length && known.length > 0 ? known : null
}

const LETTERS: ReadonlyMap<string, readonly string[]> = new Map([
  ['b', ['buy']], ['l', ['long']], ['s', ['sell']], ['x', ['exit']],
])

/** The side that words name; null: none, or both. */
function sideIn(words: readonly (string | null)[]): Wanted | null {
  const long = words.some((word) => word !== null && LONG.has(word))
  const short = words.some((word) => word !== null && SHORT.has(word))
  return long === short ? null : long ? 'long' : 'short'
}

const against = (side: Wanted, wanted: Wanted): Why | null => (side === wanted ? null : 'against')

/**
 * What the value of `position`, `sentiment`, `direction`, `action` and their like says. Only what agrees with the
 * opening is ordinary: a value that is not known may mean anything. `sized`: a number is a size as well.
 */
export function stanceOf(said: Said, wanted: Wanted, sized: boolean): Why | null {
  switch (said.kind) {
    case 'no': return 'ends'
    case 'number':
      if (said.number === 0) return 'ends'
      if (said.number > 0 !== (wanted === 'long')) return 'against'
      if (Math.abs(said.number) === 1 && !said.percent) return null
      return sized ? 'shapes' : 'unknown'
    case 'unknown': return 'unknown'
    case 'text': {
      if (said.text.length > MOST_LETTERS) return 'unknown'
      const words = LETTERS.get(said.text.toLowerCase()) ?? wordsOf(said.text)
      if (words.some((word) => word !== null && ENDS.has(word))) return 'ends'
      const side = sideIn(words)
      if (side !== null) return against(side, wanted)
      return phrase(said.text)?.every((word) => ENTERS.has(word) || BOTH_SIDES.has(word)) === true ? null : 'unknown'
    }
    default: return null
  }
}

/** What the value of a kind of order says. `order`: the name says so itself, so that only a market order is ordinary. */
export function typeOf(said: Said, wanted: Wanted, order: boolean): Why | null {
  if (said.kind !== 'text') return said.kind === 'yes' || said.kind === 'no' ? null : 'shapes'
  const words = phrase(said.text)
  if (words === null) return 'shapes'
  const side = sideIn(words)
  const rest = words.filter((word) => !LONG.has(word) && !SHORT.has(word))
  if (rest.some((word) => ENDS.has(word) && !ENDS_MILDLY.has(word) && !ORDER_FORMS.has(word))) return 'ends'
  if (!rest.every((word) => ENTERS.has(word) || (!order && HARMLESS_TYPES.has(word)))) return 'shapes'
  return side === null ? null : against(side, wanted)
}

/**
 * What any other value says, where it is nothing but words of command: `status: "closed"`, `code: "EXIT-ALL"`. `signal`:
 * the name is that of an event, so that its side counts too, and its number where `numbers`; `bar`: it tells of prices,
 * whose "close" is the bar's.
 */
export function signalOf(
  said: Said, wanted: Wanted, of: { readonly signal: boolean; readonly numbers: boolean; readonly bar: boolean },
): Why | null {
  if (said.kind === 'number' && of.signal && of.numbers) {
    if (said.number === 0) return 'ends'
    return said.number === (wanted === 'long' ? -1 : 1) ? 'against' : null
  }
  if (said.kind === 'no') return of.signal && (of.numbers || SWITCHED_OFF.has(said.text)) ? 'ends' : null
  const words = said.kind === 'text' && (of.signal || COMMANDS.test(said.text)) ? phrase(said.text) : null
  if (words?.every((word) => COMMANDING.some((set) => set.has(word))) !== true) return null
  const hard = words.filter((word) => !ENDS_MILDLY.has(word) && !(of.bar && BAR_CLOSES.has(word)))
  if (hard.some((word) => ORDER_FORMS.has(word))) return 'shapes'
  if (hard.some((word) => ENDS.has(word))) return 'ends'
  if (!of.signal) return null
  if (words.some((word) => ENDS_MILDLY.has(word))) return 'ends'
  const side = sideIn(words)
  return side === null ? null : against(side, wanted)
}

/** One of these is in every value that counts: the quick look before the thorough one. */
const COMMANDS = new RegExp(
  [...ENDS, ...ORDER_FORMS, 'cancel', 'reduc', 'clos'].filter((word) => !ENDS_MILDLY.has(word)).join('|'), 'i',
)
const COMMANDING = [PHRASE, ENDS, ORDER_FORMS, LONG, SHORT, ENTERS]
const SWITCHED_OFF: ReadonlySet<string> = new Set(['off', 'disable', 'disabled'])
const BAR_CLOSES: ReadonlySet<string> = new Set(['close', 'closed', 'closes', 'closing'])
