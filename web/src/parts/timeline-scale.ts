/** A gap so many times as long as all the others together is drawn broken; else they could not be told apart. */
const BROKEN = 4
/** What a broken gap takes, percent. */
const BREAK_WIDTH = 12

/** Where on a line of 100 percent each of these times (ms, ascending) lies; `breaks`: the middles of gaps that are cut. */
export function scaleOf(times: readonly number[]): { readonly place: (ms: number) => number; readonly breaks: readonly number[] } {
  const gaps = times.map((ms, index) => Math.max(0, ms - (times[index - 1] ?? 0)))
  const cut = new Set<number>()
  for (;;) {
    const whole = gaps.reduce((sum, gap, index) => sum + (cut.has(index) ? 0 : gap), 0)
    const longest = gaps.reduce((best, gap, index) => (!cut.has(index) && gap > (gaps[best] ?? -1) || cut.has(best) ? index : best), 0)
    const gap = gaps[longest] ?? 0
    if (cut.has(longest) || gap < 50 || whole - gap <= 0 || gap < BROKEN * (whole - gap) || cut.size >= 4) break
    cut.add(longest)
  }
  const whole = gaps.reduce((sum, gap, index) => sum + (cut.has(index) ? 0 : gap), 0)
  const room = 100 - cut.size * BREAK_WIDTH
  let at = 0
  const breaks: number[] = []
  const places = gaps.map((gap, index) => {
    if (cut.has(index)) breaks.push(at + BREAK_WIDTH / 2)
    at += cut.has(index) ? BREAK_WIDTH : whole === 0 ? 0 : gap / whole * room
    return at
  })
  return { place: (ms) => (ms <= 0 ? 0 : places[times.indexOf(ms)] ?? 0), breaks }
}
