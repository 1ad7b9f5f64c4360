import { decimal, isFinal, text } from '#model'
import { countsForDuplicates } from '#signals'
import type { People } from '../world/people.ts'
import type { World } from '../world/world.ts'
import { judgeHoldings } from './holdings.ts'

/** What is still under way, for people; empty: nothing. */
export function whatIsUnderWay(world: World, people: People): string {
  const { judge, servers, executor, ledger, tables } = world
  const orders = [...judge.unsettled].map((id) => judge.orders.get(id)?.order).filter((order) => order === undefined || !world.isLost(order.botId)).map((order) => (order === undefined ? '' : `${order.clientOrderId} is ${order.state}`))
  const waiting = [...judge.undecided].filter(([botId, ids]) => ids.length > 0 && !world.isLost(botId)).map(([botId, ids]) => `${ids.length} signals wait for ${botId}`)
  const plans = [...judge.unplanned].filter((key) => !waitsForOpening(world, key) && !world.isLost(key.split(' ')[1] ?? '')).map((key) => `a plan of ${key.split(' ')[1] ?? ''} is open`)
  const busy = [...tables.bots.keys()].filter((id) => servers.isBusy(id) && !world.isLost(id)).map((id) => `${id} is busy`)
  const others = [
    people.busy > 0 ? `${people.busy} people are busy` : '', servers.allRun ? '' : 'a server is away', judge.undecidedTests.size > 0 ? 'tests are not decided' : '',
    world.mishaps.pending > 0 ? 'something is still to befall' : '', executor.wire.under.length > 0 ? 'requests are on the wire' : '', ledger.coming > 0 ? 'the exchange is at work' : '',
  ]
  return [...orders, ...waiting, ...plans, ...busy, ...others].filter((part) => part !== '').join('; ')
}

/** What must be true once the faults have ended and everything has come to rest. */
export function judgeTheEnd(world: World, people: People): void {
  const { judge, ledger } = world
  const fail = (what: string): void => { world.violate(what) }

  for (const id of judge.acknowledged) if (!judge.signals.has(id)) fail(`signal ${id} was acknowledged and is gone`)
  for (const [id, { bots }] of judge.signals) {
    for (const botId of bots) {
      if (world.isLost(botId)) continue
      const decision = judge.decisions.get(`${id} ${botId}`)
      if (decision === undefined) fail(`${world.nameOf(botId)} has not decided on signal ${id}`)
      if (decision?.done === false && !waitsForOpening(world, `${id} ${botId}`)) fail(`the plan of ${world.nameOf(botId)} for signal ${id} is not done`)
    }
  }
  for (const { hook, timed, signals, raw, firstAt, late } of people.firings) {
    const repeats = timed && !late && hook.duplicateWindowSeconds >= 30 && countsForDuplicates({ flags: raw.includes('"TEST"') ? ['TEST'] : [] })
    const stored = [...judge.signals.values()].filter(({ signal }) => signal.webhookId === hook.id && signal.payload === raw.toString() && signal.receivedAt >= firstAt)
    const twins = people.firings.filter((other) => other.hook === hook && other.raw.equals(raw)).length
    if (repeats && (signals.size > 1 || (twins === 1 && stored.length > 1))) fail(`one firing became ${Math.max(signals.size, stored.length)} signals: ${raw.toString()}`)
  }

  for (const stored of judge.orders.values()) {
    const { order } = stored
    if (world.isLost(order.botId)) continue
    const placed = judge.placedOf(order).filter((one) => one.state !== 'rejected' || order.state === 'rejected')
    const never = order.state === 'failed' || order.state === 'rejected'
    const [one] = placed
    if (never && one !== undefined && one.state !== 'rejected') fail(`${order.clientOrderId} is ${order.state}, and the exchange has it: ${one.state}, ${text(one.filled)} filled`)
    if (never || one === undefined) {
      if (!never && judge.placedOf(order).length === 0) fail(`${order.clientOrderId} is ${order.state}, and the exchange does not know it`)
      continue
    }
    if (!isFinal(order.state)) fail(`${order.clientOrderId} is settled and ${order.state}`)
    if (one.state === 'open') fail(`${order.clientOrderId} is ${order.state}, and open at the exchange`)
    if (!decimal(order.filled).equals(one.filled)) fail(`${order.clientOrderId} filled ${text(one.filled)} at the exchange, ${order.filled} here`)
    const endsAs = order.state.replace('partially_filled_then_', '')
    if (endsAs !== one.state) fail(`${order.clientOrderId} is ${order.state} here and ${one.state} at the exchange`)
    const booked = [...judge.trades.get(order.id)?.values() ?? []].reduce((sum, quantity) => sum.plus(quantity), decimal('0'))
    if (!booked.equals(one.filled)) fail(`${order.clientOrderId} filled ${text(one.filled)} at the exchange, fills of ${text(booked)} are booked`)
  }
  for (const placed of ledger.orders) {
    if (!placed.byHand && judge.knows(placed) === undefined) fail(`the exchange has an order that the journal does not know: ${placed.clientOrderId}`)
  }
  for (const [botId, held] of judge.held) {
    if (judge.assumed.has(botId) || world.isLost(botId)) continue
    if (!held.booked.equals(held.real)) fail(`${world.nameOf(botId)} holds ${text(held.real)} by the exchange's fills, ${text(held.booked)} by ours`)
  }
  judge.exits.atTheEnd()
  judgeHoldings(world)
  for (const { key, code, detail, botId, connectionId } of judge.findings.values()) {
    if (key?.startsWith('exit ') === true) judge.exits.judgeStanding(botId ?? '', code, detail)
    // That a position is below the exchange's minimum is no difference: it is as the exchange and the books both say.
    else if (key !== null && code !== 'below_minimum' && !isExplained(world, connectionId ?? '')) fail(`a difference that is none: ${code}: ${detail}`)
  }
}

/** Whether a plan waits for a market that is closed still; `key`: of a signal and a bot. */
function waitsForOpening(world: World, key: string): boolean {
  const decision = world.judge.decisions.get(key)
  return decision?.plan?.includes('atOpen') === true && world.conditions.hours.get(world.bot(decision.botId).exchange) === false
}

/** Whether something happened on an account that may rightly leave a difference: people at work, or fees nobody knows. */
function isExplained(world: World, connectionId: string): boolean {
  const account = world.accountOf(connectionId)
  const bots = [...world.tables.bots.values()].map(({ bot }) => bot).filter((bot) => world.accountOf(bot.connectionId ?? '') === account)
  // In hedge mode a bot that has changed sides holds both when its old order lives on; its one position cannot show that. On
  // spot such an order sells what is another bot's.
  const mixed = (botId: string): boolean => account.positionMode !== 'one-way' && world.judge.surprised.has(botId)
  return world.handled.has(account.id) || world.touched.has(account.id) || bots.some(({ id }) => world.judge.adjusted.has(id) || world.judge.assumed.has(id) || mixed(id))
}
