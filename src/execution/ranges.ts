/** Writes a set of bot numbers as ranges: `1-64,70`. Ten thousand neighbours fit in a few bytes. */
export function toRanges(numbers: readonly number[]): string {
  const sorted = [...numbers].sort((a, b) => a - b)
  const parts: string[] = []
  let from = sorted[0]
  let to = from
  for (const number of [...sorted.slice(1), undefined]) {
    if (from === undefined || to === undefined) break
    if (number === to + 1) { to = number; continue }
    parts.push(from === to ? `${from}` : `${from}-${to}`)
    from = to = number
  }
  return parts.join(',')
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
