import { EXCHANGES } from '#exchanges'
import type { Market } from '#model'
import type { Fixture, MarketFixture } from '../tests/exchanges/fixture.ts'

/** One exchange and market as the simulators and their test data know it. */
export interface Pair { readonly exchange: string; readonly market: Market; readonly fixture: Fixture; readonly names: MarketFixture }
type Credentials = Readonly<Record<string, string>>

/** Every exchange and market that is supported. */
export async function allPairs(): Promise<Pair[]> {
  const pairs = await Promise.all(EXCHANGES.map(async ({ description: { id } }) => {
    const { [id]: fixture } = await import(`../tests/exchanges/fixtures/${id}.ts`) as Record<string, Fixture>
    if (fixture === undefined) throw new Error(`there is no test data of ${id}`)
    return Object.entries(fixture.markets).map(([market, names]) => ({ exchange: id, market: market as Market, fixture, names }))
  }))
  return pairs.flat()
}

/** Accounts at the simulator, each with money and a key of its own; answers the credentials. */
export async function makeKeys({ fixture, market, names }: Pair, url: string, count: number): Promise<Credentials[]> {
  const keys = Array.from({ length: count }, () => fixture.credentials())
  const balances = Object.fromEntries(Object.keys(names.balances).map((asset) => [asset, '1000000000']))
  await control(url, 'POST', '/accounts', { accounts: keys.map((credentials) => ({
    ...fixture.registered?.(credentials) ?? credentials, permissions: ['read', market], ...fixture.account, balances,
  })) })
  return keys
}

/** Asks a control route of a simulator. */
export async function control<T>(url: string, method: string, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(`${url}/__sim${path}`, { method, ...body === undefined ? {} : { body: JSON.stringify(body) } })
  if (!answer.ok) throw new Error(`the simulator answered ${answer.status} to ${method} ${path}: ${await answer.text()}`)
  return await answer.json() as T
}
