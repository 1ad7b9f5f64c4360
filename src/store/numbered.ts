/** `Binance spot`, then `Binance spot 2`, …: the first that is not taken, upper and lower case alike. */
export function numbered(base: string, taken: readonly string[]): string {
  const lower = new Set(taken.map((name) => name.toLowerCase()))
  if (!lower.has(base.toLowerCase())) return base
  for (let number = 2; ; number += 1) {
    const name = `${base} ${number}`
    if (!lower.has(name.toLowerCase())) return name
  }
}
