import { mkdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { launch, newPerson } from './chromium.ts'
import { good, startPlace } from './place.ts'
import { alert, connected, desk, firstAccount, signIn } from './seed.ts'

// Pictures of every page, at a desk and on a phone, light and dark: `npm run web:pictures [-- page …]`. To be looked at.

const OUT = path.resolve(import.meta.dirname, '../../.tmp/pictures')
const wanted = process.argv.slice(2)
/** Charts are drawn, and nothing moves any more. */
const SETTLE_MS = 700
const SIZES = { desk: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } } as const

rmSync(OUT, { recursive: true, force: true })
mkdirSync(OUT, { recursive: true })
const [place, browser] = await Promise.all([startPlace({ env: { TOWERFLOW_PRACTICE: 'true' } }), launch()])
try {
  const api = await firstAccount(place)
  const empty: Record<string, string> = { 'empty-overview': '/', 'empty-start': '/start', 'empty-connections': '/connections', 'empty-signals': '/signals', 'empty-bots': '/bots/new', 'empty-attention': '/attention' }
  await pictures(empty)
  const { connectionId, webhookId, hook, botId } = await desk(place, api, { name: 'Momentum' })
  await connected(place, api, 'bybit', 'futures', { permissions: ['read', 'futures', 'spot'] })
  good(await api.call('POST', '/webhooks', { name: 'Scripts', key: true, description: 'From the server in the cellar' }))
  good(await api.call('POST', '/tokens', { name: 'nightly report', scopes: ['read'] }))
  good(await api.call('POST', '/users', { name: 'grace', invite: true }))
  let signalId = ''
  for (const [index, price] of ['97000', '97850.5', '97400', '98600', '98100', '99120.25'].entries()) {
    await place.control('binance', 'PUT', '/prices/BTCUSDT', { price })
    signalId = await alert(api, hook, { symbol: 'BINANCE:BTCUSDT', side: index % 2 === 0 ? 'buy' : 'sell', time: new Date().toISOString(), id: `breakout ${index + 1}`, interval: 60 })
  }
  await alert(api, hook, { symbol: 'ETHUSDT', side: 'buy', time: new Date().toISOString() })
  await alert(api, hook, { symbol: 'BTCUSDT', side: 'buy', flag: 'TEST', time: new Date().toISOString() })
  signalId = await alert(api, hook, { symbol: 'BTCUSDT', side: 'buy', time: new Date().toISOString(), id: 'last' })
  await fetch(hook, { method: 'POST', body: 'this is not JSON' })
  await place.control('binance', 'POST', '/faults', { path: '/api/v3/order', method: 'POST', fault: 'drop-request', times: 1 })
  await place.control('binance', 'POST', '/faults', { path: '/api/v3/order', method: 'GET', fault: 'status', status: 500, body: {}, times: 100 })
  await fetch(hook, { method: 'POST', body: JSON.stringify({ symbol: 'BTCUSDT', side: 'sell', time: new Date().toISOString() }) })
  const orders = good<{ items: { id: string; state: string }[] }>(await api.call('GET', '/orders')).items
  const uncertain = orders.find(({ state }) => state !== 'filled')?.id ?? orders[0]?.id ?? ''
  await pictures({
    overview: '/', start: '/start', signals: '/signals', signal: `/signals/${signalId}`, orders: '/orders', order: `/orders/${orders.at(-1)?.id ?? ''}`, uncertain: `/orders/${uncertain}`,
    bots: '/bots', 'new-bot': '/bots/new', bot: `/bots/${botId}`, webhooks: '/webhooks', 'new-webhook': '/webhooks/new', webhook: `/webhooks/${webhookId}`, connections: '/connections',
    'new-connection': '/connections/new', connection: `/connections/${connectionId}`, replace: `/connections/${connectionId}/replace`, attention: '/attention',
    security: '/settings/security', tokens: '/settings/tokens', users: '/settings/users', audit: '/settings/audit', system: '/settings/system', 'not-found': '/nowhere',
  })
} finally {
  await browser.close()
  await place.stop()
}

/** One picture of each page in each size and theme; the whole page, as far as it goes. */
async function pictures(pages: Readonly<Record<string, string>>): Promise<void> {
  const some = Object.entries(pages).filter(([name]) => wanted.length === 0 || wanted.some((one) => name.startsWith(one)))
  for (const [size, viewport] of Object.entries(SIZES)) {
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page, context, wrong } = await newPerson(browser, place.url, { colorScheme, viewport })
      if (some.length > 0) {
        await page.goto('/')
        await signIn(page)
      }
      for (const [name, address] of some) {
        await page.goto(address)
        await page.getByRole('heading', { level: 1 }).waitFor()
        while (await page.locator('[data-loading]').count() > 0) await page.waitForTimeout(50)
        await page.waitForTimeout(SETTLE_MS)
        await page.screenshot({ path: path.join(OUT, `${name}-${size}-${colorScheme}.png`), fullPage: true })
      }
      for (const line of wrong) process.stderr.write(`${line}\n`)
      await context.close()
    }
  }
}
