/** Parameters in the order in which they are sent; undefined ones are left out. */
export type Params = Readonly<Record<string, string | number | undefined>>

/** `a=1&b=x%20y`; empty where there is none. */
export function queryOf(params: Params): string {
  let query = ''
  for (const name in params) {
    const value = params[name]
    if (value === undefined) continue
    query += `${query === '' ? '' : '&'}${name}=${typeof value === 'number' ? value : encodeURIComponent(value)}`
  }
  return query
}

/** A path with its query. */
export const withQuery = (path: string, query: string): string => (query === '' ? path : `${path}?${query}`)
