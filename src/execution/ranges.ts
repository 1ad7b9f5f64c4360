import type { Undecided } from '#store'
import type { Book, Lane } from './book.ts'

/** Writes a set of bot numbers as ranges: `1-64,70`. Ten thousand neighbours fit in a few bytes. */
export function toRanges(numbers: readonly number[]): string {
  const sorted = Float64Array.from(numbers).sort()
  let text = ''
  for (let index = 0; index < sorted.length;) {
    const from = sorted[index] ?? 0
    let to = from
    for (index += 1; sorted[index] === to + 1; index += 1) to += 1
    text += `${text === '' ? '' : ','}${from}${from === to ? '' : `-${to}`}`
  }
  return text
}

/** Reads them back, ascending. */
export function fromRanges(text: string): number[] {
  const numbers: number[] = []
  for (const part of text === '' ? [] : text.split(',')) {
    const [from, to] = part.split('-').map(Number)
    for (let number = from ?? 0; number <= (to ?? from ?? -1); number += 1) numbers.push(number)
  }
  return numbers
}

/** The lanes of a signal whose bots exist and have not decided it. */
export function undecidedLanes(book: Book, { fanout, decidedBots }: Undecided): Lane[] {
  const decided = new Set(decidedBots)
  return fromRanges(fanout).map((number) => book.laneNumbered(number)).filter((lane) => lane !== undefined)
    .filter((lane) => !decided.has(lane.bot.id))
}

/** Whether this server may decide in a lane. */
export const owned = (lane: Lane): boolean => lane.token !== null && !lane.lost
