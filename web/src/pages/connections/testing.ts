import { ApiError, follow, type Extras, type Given, type TestRoute } from '../../api/client.ts'
import type { Connection } from '../../api/schema.ts'
import { BrokenTest } from './broken-test.ts'
import type { Check } from './check-list.tsx'

type Found = Connection['checks'][number]

/** In the order in which they are shown. */
const CHECKS = ['reached', 'signature', 'live_account', 'market', 'rights', 'withdrawal_off', 'ip_binding', 'expiry']

/**
 * Has a key tested, and shows all its checks anew whenever the executor knows another one. Throws `ApiError`: what was
 * refused; `BrokenTest` where nobody told the end.
 */
export async function testKey<R extends TestRoute>(route: R, given: Given<R> & Extras, show: (checks: readonly Check[]) => void): Promise<Connection> {
  const known = new Map<string, Found>()
  let begun = null as { readonly id: string; readonly at: number } | null
  show(allChecks(known, 'running'))
  try {
    const tested = await follow(route, given, (line) => {
      if ('begun' in line) begun = { ...line.begun, at: performance.now() }
      if (!('check' in line)) return
      known.set(line.check.name, line.check)
      show(allChecks(known, 'running'))
    })
    show(tested.checks)
    return tested
  } catch (error) {
    if (!(error instanceof ApiError) || begun === null || (error.code !== 'unreachable' && error.code !== 'timeout')) throw error
    show(allChecks(known, 'untold'))
    throw new BrokenTest(error, begun.id, begun.at)
  }
}

/** What a test had found out when it was refused; null: nothing. */
export function foundBy({ problem }: ApiError): readonly Found[] | null {
  const found = (problem.checks ?? []) as readonly Found[]
  return found.length > 0 ? found : null
}

/**
 * All checks, those that are known as they are. As long as the exchange was not reached nothing else can be under way;
 * from then on what is open depends on what it is being asked. `end` `untold`: nobody tells any more how they went; null:
 * the test has not begun.
 */
export function allChecks(known: ReadonlyMap<string, Found>, end: 'running' | 'untold' | null): Check[] {
  const left = (name: string): 'running' | 'waiting' | 'untold' => {
    if (end !== 'running') return end ?? 'waiting'
    return name === 'reached' || known.has('reached') ? 'running' : 'waiting'
  }
  return CHECKS.map((name) => known.get(name) ?? { name, result: left(name), detail: '' })
}
