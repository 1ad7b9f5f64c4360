/** The bot numbers of a fan-out, `1-64,70`. */
export function numbersIn(fanout: string): number[] {
  return fanout === '' ? [] : fanout.split(',').flatMap((part) => {
    const [from = 0, to = from] = part.split('-').map(Number)
    return Array.from({ length: to - from + 1 }, (_, index) => from + index)
  })
}
