import type { Api } from './api.ts'
import { Failure } from './failure.ts'

const MOST_PAGES = 50
const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

interface Page<T> { readonly items: readonly T[]; readonly next: string | null }

/** Every item of a list, page by page; stops at 10,000. */
export async function every<T>(api: Api, path: string, query: Record<string, string | number | undefined> =
  {}): Promise<T[]> {
  const items: T[] = []
  let cursor: string | undefined
  for (let page = 0; page < MOST_PAGES; page++) {
    const answer: Page<T> = await api.get(path, { ...query, limit: 200, cursor })
    items.push(...answer.items)
    if (answer.next === null) break
    cursor = answer.next
  }
  return items
}

/**
 * The one that a person means by an id or a name (whole, then without regard to case). Fails with what there is where
 * none or several fit.
 */
export async function find<T extends { readonly id: string; readonly name: string }>(api: Api, path: string,
  wanted: string, noun: string): Promise<T> {
  if (ID.test(wanted)) return api.get<T>(`${path}/${wanted}`)
  const all = await every<T>(api, path)
  const whole = all.filter((one) => one.name === wanted || one.id === wanted)
  const fitting = whole.length > 0 ? whole : all.filter((one) => one.name.toLowerCase() === wanted.toLowerCase())
  const [found] = fitting
  if (found !== undefined && fitting.length === 1) return found
  if (found !== undefined) {
    throw new Failure(`There are ${fitting.length} ${noun}s named "${wanted}": ${fitting.map((one) => one.id)
      .join(', ')}`, { next: 'Give the id.' })
  }
  const names = all.slice(0, 10).map((one) => `"${one.name}"`).join(', ')
  throw new Failure(`There is no ${noun} "${wanted}"`,
    { next: all.length === 0 ? `There are no ${noun}s yet.`
    : `There ${all.length === 1 ? 'is' : 'are'} ${names}${all.length > 10 ? ' and more' : ''}.` })
}

/** The id of the one that is meant; an id is taken as it is, without asking. */
export async function idOf(api: Api, path: string, wanted: string, noun: string): Promise<string> {
  return ID.test(wanted) ? wanted : (await find(api, path, wanted, noun)).id
}

/** The same for an option that may be absent. */
export async function idIfGiven(
  api: Api, path: string, wanted: string | undefined, noun: string,
): Promise<string | undefined> {
  return wanted === undefined ? undefined : idOf(api, path, wanted, noun)
}

/** Names by id, so that lists can show them. */
export async function namesOf(api: Api, ...paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const lists = await Promise.all(paths.map((path) => every<{ id: string; name: string }>(api, path)))
  return new Map(lists.flat().map((one) => [one.id, one.name]))
}

/** Id of something that has no name; `latest` is the newest there is. */
export async function idOrLatest(api: Api, path: string, wanted: string, noun: string): Promise<string> {
  if (wanted !== 'latest') return encodeURIComponent(wanted)
  const [newest] = (await api.get<Page<{ id: string }>>(path, { limit: 1 })).items
  if (newest === undefined) throw new Failure(`There are no ${noun}s yet.`)
  return newest.id
}
