/** Milliseconds as people read them: tenths only where they count. */
export const ms = (value: number): string => value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 1 : 0 })
