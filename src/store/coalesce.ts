/** Uses of one thing within this time count as one: its row is written once. */
const COALESCE_MS = 60_000
const REMEMBERED = 10_000

/** Tells for each use of something, by id, whether it is worth writing: at most once a minute. */
export function coalesce(): (id: string, at: number) => boolean {
  const written = new Map<string, number>()
  return (id, at) => {
    const last = written.get(id)
    if (last !== undefined && at - last < COALESCE_MS) return false
    if (written.size >= REMEMBERED) written.clear()
    written.set(id, at)
    return true
  }
}
