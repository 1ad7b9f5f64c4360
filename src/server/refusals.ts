import { Problem } from '#model'
import type { Named } from '#store'

// The store's refusals as problems.

export const ordersUnresolved = (orders: readonly string[]): Problem => new Problem(
  'orders_unresolved',
  `${orders.length === 1 ? 'An order is' : 'Orders are'} not final yet. Wait or cancel, then do this again.`,
  { extra: { orders } },
)

export const positionOpen = (bots: readonly Named[]): Problem => new Problem(
  'position_open',
  `${list(bots)} ${bots.length === 1 ? 'holds a position' : 'hold positions'}. Close first, or send `
    + 'abandonPosition:true to let go of it here; it then stays at the exchange.',
  { extra: { bots } },
)

export const connectionInUse = (bots: readonly Named[]): Problem => new Problem(
  'connection_in_use',
  `${list(bots)} ${bots.length === 1 ? 'uses' : 'use'} this connection. Disconnect, relink or delete first.`,
  { extra: { bots } },
)

export const changedMeanwhile = (): Problem => new Problem(
  'changed_meanwhile', 'It was changed by somebody else at the same moment. Look at it again, then do this again.',
)

const MOST_NAMED = 5

/** "a, b and 3 more" */
function list(bots: readonly Named[]): string {
  const names = bots.slice(0, MOST_NAMED).map(({ name }) => `"${name}"`)
  return bots.length > MOST_NAMED ? `${names.join(', ')} and ${bots.length - MOST_NAMED} more` : names.join(', ')
}
