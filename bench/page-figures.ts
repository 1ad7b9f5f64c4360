import { performance } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import type { Browser, Page } from 'playwright-core'
import { newPerson, type Person } from '../tests/web/chromium.ts'
import { walkToFirstOrder } from '../tests/web/first-order.ts'
import { eventually } from '../tests/installation.ts'
import { startPlace } from '../tests/web/place.ts'
import { bytesOf, scriptsServed } from '../tests/web/scripts-served.ts'

/** A signed-in person's way to the page; each visit is a browser of its own, with an empty cache. */
export interface Visit { readonly browser: Browser; readonly url: string; readonly cookie: string }
interface Spread { readonly medianMs: number; readonly worstMs: number; readonly cpuMs: number }
interface Frames { readonly frames: number; readonly dropped: number; readonly worstMs: number; readonly rows: number; readonly cpuMsPerFrame: number }
interface Tasks { readonly perSecond: number; readonly longTasks: number; readonly worstMs: number; readonly cpuShare: number }

/** A frame is late when it comes after so many of its own lengths. */
const LATE = 1.5
const FRAME_MS = 1000 / 60
/** As fast as a wheel is turned by somebody who looks for something. */
const SCROLL_PX_PER_SECOND = 4000
/** A signal is two events: itself, and what the bot made of it. */
const SIGNALS_PER_SECOND = 50
/** After the last one, so long what it set off may take. */
const QUIET_MS = 2000
const SIGN_IN = "document.querySelector('input[autocomplete~=username]') !== null"
/** The heading is that of the overview, and nothing is still waited for. */
const OVERVIEW = "document.querySelector('h1')?.textContent === 'Overview' && document.querySelector('.mantine-Skeleton-root, [data-loading]') === null"

async function visitor({ browser, url, cookie }: Visit, signedIn: boolean): Promise<Person> {
  const person = await newPerson(browser, url)
  const cookies = cookie.split('; ').map((pair) => ({ name: pair.slice(0, pair.indexOf('=')), value: pair.slice(pair.indexOf('=') + 1), url }))
  if (signedIn) await person.context.addCookies(cookies)
  return person
}

/** How long the page takes from the navigation until one can use it, ms. */
export async function opening(visit: Visit, runs: number): Promise<Record<'signIn' | 'overview', Spread>> {
  const spread = async (signedIn: boolean, usable: string): Promise<Spread> => {
    const [times, cpu]: [number[], number[]] = [[], []]
    for (let run = -1; run < runs; run += 1) { // the first warms the server up and does not count
      const { page, context } = await visitor(visit, signedIn)
      await page.addInitScript(`
        const look = () => { requestAnimationFrame(${usable} ? () => { globalThis.usableAt = performance.now() } : look) }
        look()
      `)
      const cpuMs = await mainThread(page)
      await page.goto('/')
      const took = await eventually(() => page.evaluate<number | undefined>('globalThis.usableAt'), 'the page is usable')
      if (run >= 0) {
        times.push(took)
        cpu.push(await cpuMs())
      }
      await context.close()
    }
    return { medianMs: median(times), worstMs: Math.max(...times), cpuMs: median(cpu) }
  }
  return { signIn: await spread(false, SIGN_IN), overview: await spread(true, OVERVIEW) }
}

const median = (list: readonly number[]): number => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? Number.NaN

/** How much the page's main thread has worked since this was called, ms of CPU: what a busy machine does not lengthen. */
async function mainThread(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  const worked = async (): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics')
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN) * 1000
  }
  const before = await worked()
  return async () => await worked() - before
}

/** Bytes of script on the wire, each page opened with an empty cache; and how they were compressed. */
export async function scriptBytes(visit: Visit, addresses: readonly string[]): Promise<{ signIn: number; pages: Readonly<Record<string, number>>; codings: readonly string[] }> {
  const codings = new Set<string>()
  const weigh = async (address: string, signedIn: boolean): Promise<number> => {
    const { page, context } = await visitor(visit, signedIn)
    const served = scriptsServed(page)
    await page.goto(address)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await eventually(async () => await page.locator('[data-loading]').count() === 0, 'the page has loaded')
    const scripts = await served()
    for (const { coding } of scripts) codings.add(coding || 'not compressed')
    await context.close()
    return bytesOf(scripts)
  }
  const signIn = await weigh('/', false)
  const pages: Record<string, number> = {}
  for (const address of addresses) pages[address] = await weigh(address, true)
  return { signIn, pages, codings: [...codings] }
}

/** A steady wheel over the list of signals, while its pages come and once all are there; and over plain rows, to see what the machine itself makes of it. */
export async function scrolling(visit: Visit, seconds: number): Promise<Record<'plain rows' | 'while pages come' | 'all held', Frames>> {
  const { page, context } = await visitor(visit, true)
  await page.setContent(`<ul>${'<li role="listitem" style="height: 58px">A plain row</li>'.repeat(1000)}</ul>`)
  const plain = await framesWhile(page, () => wheel(page, seconds))
  await openSignals(page)
  const coming = await framesWhile(page, () => wheel(page, seconds))
  await loadAll(page)
  const held = await framesWhile(page, () => wheel(page, -seconds))
  await context.close()
  return { 'plain rows': plain, 'while pages come': coming, 'all held': held }
}

/** Many events on the stream while somebody looks at the signals: at the top of the list, and with all of it held. */
export async function eventsWhileWatching(visit: Visit, seconds: number, send: (index: number) => Promise<unknown>): Promise<Record<'at the top' | 'all held', Tasks>> {
  const { page, context } = await visitor(visit, true)
  await page.addInitScript(`
    globalThis.seen = 0
    globalThis.tasks = []
    const Real = EventSource
    globalThis.EventSource = class extends Real {
      constructor(address) {
        super(address)
        for (const type of ['signal', 'decision', 'order']) this.addEventListener(type, () => { seen += 1 })
      }
    }
    new PerformanceObserver((list) => { tasks.push(...list.getEntries().map(({ duration }) => duration)) }).observe({ type: 'longtask' })
  `)
  let sent = 0
  const flood = async (): Promise<Tasks> => {
    await page.evaluate('seen = 0; tasks.length = 0')
    const cpuMs = await mainThread(page)
    const began = performance.now()
    const answers: Promise<unknown>[] = []
    for (let count = 0; count < seconds * SIGNALS_PER_SECOND; count += 1, sent += 1) {
      await wait(Math.max(0, began + count * 1000 / SIGNALS_PER_SECOND - performance.now()))
      answers.push(send(sent))
    }
    await Promise.all(answers)
    const took = (performance.now() - began) / 1000
    await wait(QUIET_MS)
    const worked = await cpuMs() / (took * 1000)
    const { seen, tasks } = await page.evaluate<{ seen: number; tasks: number[] }>('({ seen, tasks })')
    return { perSecond: seen / took, longTasks: tasks.length, worstMs: Math.max(0, ...tasks), cpuShare: worked }
  }
  await openSignals(page)
  const top = await flood()
  await loadAll(page)
  const held = await flood()
  await context.close()
  return { 'at the top': top, 'all held': held }
}

/** Clicks from the printed link to a filled order, and how long page and server take over it. */
export async function clicksToFirstOrder(browser: Browser): Promise<{ clicks: number; seconds: number }> {
  const place = await startPlace({ env: { TOWERFLOW_PRACTICE: 'true', TOWERFLOW_LOG_LEVEL: 'error' } })
  try {
    await place.control('binance', 'PUT', '/prices/BTCUSDT', { price: '97000' })
    const { page, context } = await newPerson(browser, place.url)
    const began = performance.now()
    const { clicks } = await walkToFirstOrder(page, place)
    const seconds = (performance.now() - began) / 1000
    await context.close()
    return { clicks, seconds }
  } finally {
    await place.stop()
  }
}

async function openSignals(page: Page): Promise<void> {
  await page.goto('/signals')
  await page.getByRole('listitem').first().waitFor()
  await page.getByLabel('Live', { exact: true }).waitFor()
}

/** To the end of the list, until nothing more is there to be asked for. */
async function loadAll(page: Page): Promise<void> {
  while (await page.evaluate<boolean>("document.querySelector('[role=listitem]')?.getAttribute('aria-setsize') === '-1'")) {
    await page.evaluate('scrollTo(0, document.documentElement.scrollHeight)')
    await wait(FRAME_MS)
  }
}

/** Turns the wheel steadily for so many seconds; backwards where they are negative. */
async function wheel(page: Page, seconds: number): Promise<void> {
  const session = await page.context().newCDPSession(page)
  await session.send('Input.synthesizeScrollGesture', { x: 700, y: 500, yDistance: -seconds * SCROLL_PX_PER_SECOND, speed: SCROLL_PX_PER_SECOND, gestureSourceType: 'mouse', preventFling: true })
  await session.detach()
}

async function framesWhile(page: Page, work: () => Promise<void>): Promise<Frames> {
  await page.evaluate(`
    globalThis.frames = { gaps: [], rows: 0, running: true }
    let before
    const tick = (at) => {
      if (before !== undefined) frames.gaps.push(at - before)
      before = at
      frames.rows = Math.max(frames.rows, document.querySelectorAll('[role=listitem]').length)
      if (frames.running) requestAnimationFrame(tick)
    }
    requestAnimationFrame(tick)
  `)
  const cpuMs = await mainThread(page)
  await work()
  const worked = await cpuMs()
  const { gaps, rows } = await page.evaluate<{ gaps: number[]; rows: number }>('frames.running = false; frames')
  return { frames: gaps.length, dropped: gaps.filter((gap) => gap > LATE * FRAME_MS).length, worstMs: Math.max(0, ...gaps), rows, cpuMsPerFrame: worked / gaps.length }
}
