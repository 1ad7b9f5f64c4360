import type { FastifyRequest } from 'fastify'
import { Problem } from '#model'
import type { Shared } from '../server.ts'
import { knownDevice } from './browser.ts'

/** Wrong passwords and codes from one address: ten, then one every ten seconds. */
export const ADDRESS_RATE = { burst: 10, perSecond: 0.1 }
/** At one account, from wherever: ten, then one a minute. A known browser has ten of its own. */
export const ACCOUNT_RATE = { burst: 10, perSecond: 1 / 60 }

/**
 * Lets somebody try to prove who he is; `work` answers null where he could not. The guess is counted before it is
 * looked at, so that it cannot be told whether one too many was right, nor many be made at once.
 * Problems: `rate_limited`, or what `wrong` makes.
 */
export async function guess<T>(
  shared: Shared, request: FastifyRequest, account: { readonly name: string; readonly userId: string | null },
  work: () => Promise<T | null>, wrong: () => Problem,
): Promise<T> {
  const { signInAddresses: addresses, signInAccounts: accounts } = shared
  const address = shared.addressOf(request)
  const device = account.userId === null ? null : knownDevice(shared, request, account.userId)
  const key = device === null ? `account ${account.name}` : `device ${device}`
  // A known browser does not pay for strangers behind the same address either.
  const addressOpen = device !== null || addresses.allow(address)
  if (!addressOpen || !accounts.take(key)) {
    if (addressOpen && device === null) addresses.giveBack(address)
    throw new Problem('rate_limited', 'Too many wrong tries. Wait a minute; a passkey, or a browser that you signed in with before, still works.')
  }
  const result = await work()
  if (result === null) throw wrong()
  if (device === null) addresses.giveBack(address)
  accounts.giveBack(key)
  return result
}
