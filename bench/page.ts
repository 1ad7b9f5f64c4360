// The dashboard's figures, in a real Chromium against the real server, executor and simulator: `node bench/page.ts`, with
// `--signals` in the list (10,000), `--seconds` of scrolling and of events (10), `--runs` of opening a page (7), `--only
// open|scripts|scroll|events|walk`, `--json` for programs. Times mean something only while nothing else runs.
import { parseArgs } from 'node:util'
import { launch } from '../tests/web/chromium.ts'
import { good, startPlace } from '../tests/web/place.ts'
import { desk, firstAccount } from '../tests/web/seed.ts'
import { eventually } from '../tests/installation.ts'
import { inParallel } from './contestants.ts'
import { clicksToFirstOrder, eventsWhileWatching, opening, scriptBytes, scrolling, type Visit } from './page-figures.ts'

const { values: options } = parseArgs({ options: {
  signals: { type: 'string', default: '10000' }, seconds: { type: 'string', default: '10' }, runs: { type: 'string', default: '7' }, only: { type: 'string' }, json: { type: 'boolean', default: false },
} })
const [signals, seconds, runs] = [Number(options.signals), Number(options.seconds), Number(options.runs)]
const wants = (name: string): boolean => options.only === undefined || options.only === name
const say = (text: string): void => { if (!options.json) process.stdout.write(`${text}\n`) }
const kb = (bytes: number): string => `${(bytes / 1024).toFixed(0)} KB`
const results: Record<string, unknown> = {}

const browser = await launch()
try {
  if (wants('walk')) {
    const found = await clicksToFirstOrder(browser)
    results['walk'] = found
    say(`from the printed link to a filled order: ${found.clicks} clicks (aim: under 25), ${found.seconds.toFixed(1)} s of the page's and the server's time (aim: 180 s with a person's)`)
  }
  if (['open', 'scripts', 'scroll', 'events'].some(wants)) await withInstallation()
  if (options.json) process.stdout.write(`${JSON.stringify(results)}\n`)
} finally {
  await browser.close()
}

async function withInstallation(): Promise<void> {
  const place = await startPlace({ exchanges: ['binance'], env: { TOWERFLOW_LOG_LEVEL: 'error' } })
  try {
    const api = await firstAccount(place)
    const { webhookId, hook, botId, connectionId } = await desk(place, api)
    good(await api.call('PATCH', `/webhooks/${webhookId}`, { rateLimit: { perSecond: 10_000, burst: 100_000 }, duplicateWindowSeconds: 0 }))
    const post = async (body: object): Promise<string> => (await (await fetch(hook, { method: 'POST', body: JSON.stringify(body) })).json() as { signalId: string }).signalId
    const signalId = await post({ symbol: 'BTCUSDT', side: 'buy' })
    const visit: Visit = { browser, url: place.url, cookie: api.cookie() }
    if (wants('open')) {
      const found = await opening(visit, runs)
      results['open'] = found
      for (const [name, { medianMs, worstMs, cpuMs }] of Object.entries(found)) say(`cold cache, ${name}: usable after ${medianMs.toFixed(0)} ms, median of ${runs}, the worst ${worstMs.toFixed(0)} (aim: 1,000); the page's own work ${cpuMs.toFixed(0)} ms of CPU`)
    }
    if (wants('scripts')) {
      const found = await scriptBytes(visit, ['/', '/start', '/signals', `/signals/${signalId}`, '/orders', '/bots', '/bots/new', `/bots/${botId}`, '/webhooks', `/webhooks/${webhookId}`, '/connections', '/connections/new', `/connections/${connectionId}`, '/attention', '/settings/security', '/settings/audit'])
      results['scripts'] = found
      const [heaviest, bytes] = Object.entries(found.pages).reduce((most, one) => (one[1] > most[1] ? one : most))
      say(`script as served (${found.codings.join(', ')}): sign-in ${kb(found.signIn)}, overview ${kb(found.pages['/'] ?? 0)}, heaviest page ${kb(bytes)} (${heaviest.replace(/[\da-f]{8}-.*/, '…')}) (aim: 250 KB)`)
    }
    if (wants('scroll') || wants('events')) {
      say(`${signals} signals are sent`)
      await inParallel(Array.from({ length: signals }, (_, index) => index), 16, (index) => post({ symbol: 'ETHUSDT', side: 'buy', id: `signal ${index}` }))
      // Until the bot has decided the last of them: what it still decides is told on the stream, and is not what is measured.
      await eventually(async () => good<{ lanes: { waiting: number } }>(await api.call('GET', '/stats')).lanes.waiting === 0, 'every signal is decided', 300_000)
    }
    if (wants('scroll')) {
      const found = await scrolling(visit, seconds)
      results['scroll'] = found
      for (const [name, { frames, dropped, worstMs, rows, cpuMsPerFrame }] of Object.entries(found)) {
        say(`scrolling, ${name}: ${dropped} of ${frames} frames late (aim: 0), the worst ${worstMs.toFixed(0)} ms; ${cpuMsPerFrame.toFixed(1)} ms of CPU a frame; at most ${rows} rows in the page`)
      }
    }
    if (wants('events')) {
      const found = await eventsWhileWatching(visit, seconds, (index) => post({ symbol: 'ETHUSDT', side: 'sell', id: `event ${index}` }))
      results['events'] = found
      for (const [name, { perSecond, longTasks, worstMs, cpuShare }] of Object.entries(found)) {
        say(`events, ${name}: ${perSecond.toFixed(0)} a second seen; ${longTasks} tasks over 50 ms (aim: 0), the worst ${worstMs.toFixed(0)} ms; the page's thread busy ${(cpuShare * 100).toFixed(0)} % of the time`)
      }
    }
  } finally {
    await place.stop()
  }
}
