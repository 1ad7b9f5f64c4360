import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core'

const PLACES = [process.env['CHROMIUM_PATH'] ?? '', '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome']
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

/** The system's Chromium. `args`: more for its command line. */
export async function launch(args: readonly string[] = []): Promise<Browser> {
  const executablePath = PLACES.find((file) => file !== '' && existsSync(file))
  if (executablePath === undefined) throw new Error('there is no Chromium on this machine: install it (on Debian: apt-get install chromium), or set CHROMIUM_PATH')
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', ...args],
  })
}

/** A browser of one person, and everything that must not happen in it. */
export interface Person {
  readonly context: BrowserContext
  readonly page: Page
  /** Errors in the console, pages that threw, and requests to anywhere but our own server. */
  readonly wrong: string[]
  /** Bodies that were sent to our server. */
  readonly sent: string[]
}

export async function newPerson(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Person> {
  const context = await browser.newContext({ baseURL: url, viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce', locale: 'en-GB', timezoneId: 'Europe/Berlin', ...options })
  const page = await context.newPage()
  page.setDefaultTimeout(60_000)
  const wrong: string[] = []
  const sent: string[] = []
  page.on('console', (message) => {
    // The browser itself notes each refused request; that the page deals with those is what tests look at.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) wrong.push(`console: ${message.text()}`)
  })
  page.on('pageerror', (error) => { wrong.push(`threw: ${error.message}`) })
  page.on('request', (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith('data:')) wrong.push(`request: ${request.url()}`)
    const body = request.postData()
    if (body !== null) sent.push(body)
  })
  return { context, page, wrong, sent }
}

/**
 * What the browser itself finds wrong with a page, as its developer tools show it: issues, and warnings and errors of its
 * log, deprecated calls among them. Answers how to read them.
 */
export async function issuesOf(page: Page): Promise<() => readonly string[]> {
  const told: string[] = []
  const session = await page.context().newCDPSession(page)
  session.on('Audits.issueAdded', ({ issue }) => { told.push(`${issue.code}: ${JSON.stringify(issue.details)}`) })
  session.on('Log.entryAdded', ({ entry: { level, source, text } }) => { if (level === 'error' || level === 'warning' || source === 'deprecation') told.push(`${source}: ${text}`) })
  await session.send('Audits.enable')
  await session.send('Log.enable')
  return () => told
}

interface AxeResult { readonly violations: readonly { readonly id: string; readonly help: string; readonly nodes: readonly { readonly target: readonly unknown[]; readonly failureSummary?: string }[] }[] }

/** What WCAG 2.2 AA finds wrong with what is shown now. Injected by the debugger, which the page's policy does not stop. */
export async function barriers(page: Page): Promise<string[]> {
  // Fading in, text has not its contrast yet.
  while (!await page.evaluate<boolean>("document.getAnimations().every((one) => one.playState !== 'running' || one.effect.getTiming().iterations === Infinity)")) await page.waitForTimeout(20)
  await page.evaluate(readFileSync(AXE, 'utf8'))
  const { violations } = await page.evaluate<AxeResult>("axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })")
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ target, failureSummary = '' }) => `${id}: ${help}: ${target.join(' ')}: ${failureSummary.replaceAll('\n', ' ')}`))
}

/** Everything that the browser keeps for our page, and the page itself. */
export async function keptBy({ page, context }: Pick<Person, 'page' | 'context'>): Promise<string> {
  const cookies = JSON.stringify(await context.storageState())
  return cookies + page.url() + await page.evaluate<string>('JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage), history.state]) + document.documentElement.outerHTML')
}
