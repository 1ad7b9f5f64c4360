// Lists are ordered by id. Ids are UUIDv7, so the time of making stands in front and a range of time is also a range of
// ids: an index that ends with the id serves both. A signal's id is made a little after it was received (while it waits
// for an equal one to be stored), hence the slack; the exact condition stands beside it.
const BEFORE_MS = 60_000
const AFTER_MS = 3_600_000
const LATEST_MS = 2 ** 48 - 1

/** The smallest id that can be made at that time, epoch ms. */
export const idAt = (ms: number): string => {
  const hex = Math.min(Math.max(0, Math.floor(ms)), LATEST_MS).toString(16).padStart(12, '0').slice(-12)
  return `${hex.slice(0, 8)}-${hex.slice(8)}`
}

/** Ids of what has its time in a range, and perhaps of some more; both ends inclusive. */
export const idRange = (from: number | undefined, to: number | undefined): { readonly from: string | undefined; readonly to: string | undefined } => ({
  from: from === undefined ? undefined : idAt(from - BEFORE_MS),
  to: to === undefined ? undefined : idAt(to + AFTER_MS),
})
