import { wordOf } from './vocabulary.ts'

/** No name or short value that says something is longer; strangers write longer ones. */
const MOST_LETTERS = 80
const LONGEST_WORD = 16
/** Longer runs are looked up whole only: nobody glues more words together, and each letter costs. */
const LONGEST_RUN = 32

/** The words of a name or a short value, in order; `null` stands for one that means nothing here. */
export type Words = readonly (string | null)[]

/**
 * Splits a name as people and programs write it: `stopLoss`, `STOP_LOSS`, `stop-loss`, `order.stop.loss`, `stoploss`
 * and `TP1` are all made of the same words. Digits say which one and are left out.
 */
export function wordsOf(name: string): Words {
  const text = name.slice(0, MOST_LETTERS).normalize('NFKC').replace(/\p{Cf}/gu, '')
  const parts = text.match(/\p{Lu}+(?!\p{Ll})|\p{Lu}?[\p{Ll}\p{Lo}]+/gu) ?? []
  const split = parts.flatMap((part) => unglued(part.toLowerCase()))
  // `SLprice`: capitals and small letters say where words begin only where somebody meant them to.
  const whole = text.replace(/\d+$/, '')
  if (split.includes(null) && parts.length > 1 && /^\p{L}+$/u.test(whole)) {
    const glued = unglued(whole.toLowerCase())
    if (!glued.includes(null)) return glued
  }
  return split
}

/** A run of letters as one word or as several that fill it wholly (`takeprofitprice`), the fewest; else null for it. */
function unglued(run: string): Words {
  const one = wordOf(run)
  if (one !== null) return [one]
  if (run.length > LONGEST_RUN) return [null]
  const best: ((readonly string[]) | null)[] = [[]]
  for (let end = 1; end <= run.length; end += 1) {
    let fewest: readonly string[] | null = null
    for (let start = Math.max(0, end - LONGEST_WORD); start < end; start += 1) {
      const before = best[start] ?? null
      if (before === null || end - start < 2 || (fewest !== null && before.length + 1 >= fewest.length)) continue
      const word = wordOf(run.slice(start, end))
      if (word !== null) fewest = [...before, word]
    }
    best.push(fewest)
  }
  return best[run.length] ?? [null]
}
