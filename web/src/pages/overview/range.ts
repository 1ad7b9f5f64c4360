const DAY_MS = 86_400_000
const DAYS = { week: 7, month: 30, quarter: 90 } as const
export type RangeName = keyof typeof DAYS

/** What charts are asked with. `from` keeps still while one looks, so that the answers are kept; they reach up to now. */
export interface Range { readonly from: string; readonly timeZone: string }

export const rangeOf = (name: RangeName, now: number): Range => ({
  from: new Date(now - DAYS[name] * DAY_MS).toISOString(), timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
})
