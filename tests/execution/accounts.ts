import { createHmac } from 'node:crypto'
import type { Bot, Market, PositionMode } from '#model'
import { newCredentials, until, type Credentials } from '../executor/harness.ts'
import type { Desk } from './world.ts'

/** A bot on an account of its own, and whose account that is. */
export interface Place { readonly exchange: string; readonly market: Market; readonly connectionId: string; readonly botId: string; readonly key: Credentials; readonly mode: PositionMode | null }

/** An account with one bot of 0.01 BTC. */
export async function place(desk: Desk, exchange: string, market: Market, mode: PositionMode | null = null, bot: Partial<Bot> = {}): Promise<Place> {
  const key = newCredentials()
  const connectionId = await desk.connect(market, { key, balances: { USDT: '100000' }, ...mode === null ? {} : { positionMode: mode } }, exchange)
  const made = await desk.bot(connectionId, { name: `${exchange} ${market} ${mode ?? ''}`, amount: '0.01', amountIn: 'base', ...bot })
  return { exchange, market, connectionId, botId: made.id, key, mode }
}

/** Waits until the bots have been at rest for long enough, then compares: in the next minute, where the share of this one is used up. */
export async function compare(desk: Desk, ...places: readonly Pick<Place, 'connectionId'>[]): Promise<void> {
  await desk.quiet()
  const rested = Date.now() + 3100
  await until(() => Date.now() > rested) // what happened a moment ago is not judged
  await Promise.all(places.map(async ({ connectionId }) => {
    await desk.execution.reconcile(connectionId)
    while ((await desk.store.connections.get(desk.userId, connectionId))?.reconcileTrouble?.includes('has had its quarter') === true) {
      const nextMinute = (Math.floor(Date.now() / 60_000) + 1) * 60_000
      await until(() => Date.now() > nextMinute, () => 'the next minute', 70_000)
      await desk.execution.reconcile(connectionId)
    }
  }))
  await desk.quiet()
}

/** Findings of an account, the newest first: their codes, and whether they are gone. */
export async function findings(desk: Desk, { connectionId }: Pick<Place, 'connectionId'>): Promise<string[]> {
  return (await desk.store.findings.list(desk.userId, { connectionId })).items.map((one) => `${one.code}${one.closedAt === null ? '' : ' closed'}`)
}

/** A person sells of a long position at the exchange, by market order; reduce-only where the exchange has it. */
export async function sellByHand(desk: Desk, { exchange, market, key, mode }: Place, quantity: string): Promise<void> {
  if (exchange === 'bybit') return bybit(desk, key, {
    symbol: 'BTCUSDT', side: 'Sell', orderType: 'Market', qty: quantity,
    ...market === 'spot' ? { category: 'spot', marketUnit: 'baseCoin' } : { category: 'linear', reduceOnly: true, positionIdx: mode === 'hedge' ? 1 : 0 },
  })
  await desk.byHand(market, key, {
    side: 'SELL', quantity, ...market === 'spot' ? {} : mode === 'hedge' ? { positionSide: 'LONG' } : { reduceOnly: 'true' },
  })
}

async function bybit(desk: Desk, { apiKey, secret }: Credentials, order: Record<string, unknown>): Promise<void> {
  const [body, at, window] = [JSON.stringify(order), String(Date.now()), '5000']
  const answer = await fetch(`${desk.world.simulator.urls['bybit']}/v5/order/create`, {
    method: 'POST', body,
    headers: {
      'content-type': 'application/json', 'x-bapi-api-key': apiKey, 'x-bapi-timestamp': at, 'x-bapi-recv-window': window,
      'x-bapi-sign': createHmac('sha256', secret).update(`${at}${apiKey}${window}${body}`).digest('hex'),
    },
  })
  const told = await answer.json() as { retCode: number; retMsg: string }
  if (told.retCode !== 0) throw new Error(told.retMsg)
}
