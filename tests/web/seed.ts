import type { Page } from 'playwright-core'
import type { Browser } from '../browser.ts'
import { eventually } from '../installation.ts'
import { sealCredentials, type SealingKey } from '#vault/seal'
import { good, type Place } from './place.ts'

export const PASSWORD = 'seven green lanterns drift'

/** Somebody with an account and a signed-in API. */
export async function firstAccount(place: Place, name = 'ada'): Promise<Browser> {
  const api = place.api()
  good(await api.call('POST', '/setup', { token: place.setupToken, name, password: PASSWORD }))
  return api
}

/** Signs in at the page's door, and waits until it is open. */
export async function signIn(page: Page, name = 'ada', password = PASSWORD): Promise<void> {
  await page.getByRole('textbox', { name: 'Name' }).fill(name)
  await page.getByRole('textbox', { name: 'Password' }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('button', { name: `Account: ${name}` }).waitFor()
}

/** Connects a new key of a simulated exchange; answers the connection's id. */
export async function connected(place: Place, api: Browser, exchange: string, market: string, more: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const key = await place.makeKey(exchange, more)
  const me = good<{ id: string }>(await api.call('GET', '/me'))
  const sealed = await sealCredentials(good<SealingKey>(await api.call('GET', '/sealing-key')), { userId: me.id, exchange, market }, key)
  return good<{ id: string }>(await api.call('POST', '/connections', { exchange, market, sealed, consent: true })).id
}

export interface Desk { readonly connectionId: string; readonly webhookId: string; readonly hook: string; readonly botId: string }

/** A connection, a webhook and a bot that trades BTCUSDT for 100 USDT. */
export async function desk(place: Place, api: Browser, more: Readonly<Record<string, unknown>> = {}): Promise<Desk> {
  await place.control('binance', 'PUT', '/prices/BTCUSDT', { price: '97000' })
  const connectionId = await connected(place, api, 'binance', 'spot')
  const webhook = good<{ id: string; url: string }>(await api.call('POST', '/webhooks', { name: 'TradingView' }))
  const bot = good<{ id: string }>(await api.call('POST', '/bots', { webhookId: webhook.id, connectionId, symbol: 'BTCUSDT', amount: '100', amountIn: 'quote', ...more }))
  return { connectionId, webhookId: webhook.id, hook: webhook.url, botId: bot.id }
}

/** Sends an alert; answers the signal's id once every order of it has ended. */
export async function alert(api: Browser, hook: string, message: Readonly<Record<string, unknown>>): Promise<string> {
  const answer = await fetch(hook, { method: 'POST', body: JSON.stringify(message), signal: AbortSignal.timeout(30_000) })
  const { signalId } = await answer.json() as { signalId: string }
  await eventually(async () => {
    const { decisions } = good<{ decisions: { orders: { state?: string }[] }[] }>(await api.call('GET', `/signals/${signalId}`))
    return decisions.length > 0 && decisions.every(({ orders }) => orders.every(({ state }) => state === undefined || !['pending', 'submitting', 'open'].includes(state)))
  }, `the signal ${signalId} came to an end`)
  return signalId
}
