// Kills real processes at random instants while signals come in and the exchange misbehaves, and lets the exchange's own
// ledger judge. See README.md. Exits with 1 on anything lost, doubled or stuck, or where a mutant is not caught, and with 130 where
// Ctrl-C cut it short.
import { appendFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { campaign, type Finding, type Report } from './campaign.ts'
import { control, mutantNamed } from './controls.ts'
import { MUTANTS } from './mutants/mutants.ts'
import type { ChaosOptions, Tally } from './options.ts'
import { passed, quantile, tableOf } from './table.ts'

const USAGE = `npm run chaos -- [--kills N] [--signals M] [--database sqlite|postgres|both] [--installations K] [--servers 2] [--seed S]
                 [--mutants all|NAME,NAME] [--evidence FILE] [--json]`
const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '60' }, signals: { type: 'string', default: '2000' }, database: { type: 'string', default: 'both' },
    seed: { type: 'string' }, installations: { type: 'string', default: '4' }, servers: { type: 'string', default: '1' }, mutants: { type: 'string' }, evidence: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
})

const shared = {
  kills: whole('kills', values.kills, 0), signals: whole('signals', values.signals, 0), installations: whole('installations', values.installations, 1), servers: whole('servers', values.servers, 1),
  seed: values.seed === undefined ? Math.floor(Math.random() * 2 ** 32) : whole('seed', values.seed, 0), resendAfterMs: 5000, killsPerRound: 25, calmLimitMs: 600_000,
}
const databases = (['sqlite', 'postgres'] as const).filter((one) => values.database === one || values.database === 'both')
if (shared.servers > 1 && values.database !== 'postgres') wrongUsage('several servers share a PostgreSQL: --servers 2 --database postgres')
if (databases.length === 0) wrongUsage('--database is sqlite, postgres or both')
let saidAt = performance.now()
const CUT_SHORT = 130
/** `npm run` passes a Ctrl-C on that the terminal has delivered already. */
const SAME_PRESS_MS = 500
const enough = new AbortController()
let pressedAt = Infinity
process.on('SIGINT', interrupted)
const good = await (values.mutants === undefined ? prove() : tryControls(values.mutants))
process.exitCode = enough.signal.aborted ? CUT_SHORT : good ? 0 : 1

/** The first time everything that runs comes to its end and is judged; the second time it is left as it is. */
function interrupted(): void {
  if (performance.now() - pressedAt > SAME_PRESS_MS) process.exit(CUT_SHORT)
  if (enough.signal.aborted) return
  pressedAt = performance.now()
  enough.abort()
  hideProgress()
  process.stderr.write('cut short: what was done so far comes to its end and is compared; Ctrl-C again ends at once\n')
}

async function prove(): Promise<boolean> {
  const reports: Report[] = []
  for (const database of databases) {
    if (enough.signal.aborted) break
    const options: ChaosOptions = { ...shared, database }
    const report = await campaign(options, { watch: (tally) => { showProgress(database, options, tally) }, found: keep, enough: enough.signal })
    hideProgress()
    reports.push(report)
    if (!values.json) say(report)
  }
  if (values.json) process.stdout.write(`${JSON.stringify(reports.map(plain))}\n`)
  return reports.every(passed)
}

/** The campaign against broken variants of the program: each has to be noticed. */
async function tryControls(names: string): Promise<boolean> {
  const mutants = names === 'all' ? MUTANTS : names.split(',').map(mutantNamed)
  let caught = 0
  for (const mutant of mutants) {
    if (enough.signal.aborted) break
    const options: ChaosOptions = { ...shared, database: databases[0] ?? 'sqlite', killsPerRound: 8, calmLimitMs: 120_000 }
    const result = await control(mutant, options, { watch: (tally) => { showProgress(mutant.name, options, tally) }, enough: enough.signal })
    hideProgress()
    const { caught: noticed, by, durationMs, cutShort } = result
    if (noticed) caught += 1
    if (values.json) process.stdout.write(`${JSON.stringify({ name: mutant.name, caught: noticed, by, durationMs, cutShort })}\n`)
    else process.stdout.write(`${noticed ? 'caught' : cutShort ? 'cut short' : 'MISSED'} in ${Math.round(durationMs / 1000)} s  ${mutant.name} (${mutant.breaks})\n  ${by}\n`)
  }
  if (!values.json) process.stdout.write(`${caught} of ${mutants.length} broken variants were caught${enough.signal.aborted ? ', cut short' : ''}\n`)
  return caught === mutants.length
}

/** As soon as it is found: a long run may be ended before its end. One JSON object a line. */
function keep(finding: Finding): void {
  if (values.evidence !== undefined) appendFileSync(values.evidence, `${JSON.stringify(finding)}\n`)
}

function say(report: Report): void {
  process.stdout.write(`${tableOf(report)}\n`)
  for (const { kind, installation, text } of report.findings.slice(0, 30)) process.stdout.write(`  ${kind} (${installation}): ${text}\n`)
  const folders = new Set(report.findings.map(({ folder }) => folder))
  if (folders.size > 0) process.stdout.write(`kept as evidence: ${[...folders].join(' ')}\n`)
  process.stdout.write(`${passed(report) ? 'nothing lost, nothing doubled, nothing stuck' : 'FAILED'}${report.cutShort ? ', as far as it went' : ''}\n\n`)
}

function plain({ options, tally: { recoveries, ...counts }, durationMs, findings, cutShort }: Report): Record<string, unknown> {
  const times = recoveries.map(({ ms }) => ms)
  return { ...options, ...counts, recoveryMs: { p50: quantile(times, 0.5), p99: quantile(times, 0.99), max: quantile(times, 1) }, durationMs, cutShort, findings }
}

/** A bar on a terminal; elsewhere a line a minute, so that a long run's log tells how far it is. */
function showProgress(what: string, { kills, signals }: ChaosOptions, tally: Tally): void {
  if (values.json) return
  const killed = Object.values(tally.kills).reduce((sum, count) => sum + count, 0)
  const found = tally.lost + tally.duplicate + tally.stuck + tally.needsPerson + tally.wrong
  const figures = `${killed} kills, ${tally.accepted} signals, ${found} findings`
  if (process.stderr.isTTY) {
    const share = Math.min(1, kills === 0 ? 1 : killed / kills, signals === 0 ? 1 : tally.accepted / signals)
    const filled = Math.round(share * 28)
    process.stderr.write(`\r${what} [${'#'.repeat(filled)}${'-'.repeat(28 - filled)}] ${figures}\x1b[K`)
  } else if (performance.now() - saidAt > 60_000) {
    saidAt = performance.now()
    process.stderr.write(`${what}: ${figures}\n`)
  }
}

function hideProgress(): void { if (process.stderr.isTTY && !values.json) process.stderr.write('\r\x1b[K') }

function whole(name: string, text: string, least: number): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < least) wrongUsage(`--${name} is a whole number, at least ${least}`)
  return value
}

function wrongUsage(text: string): never {
  process.stderr.write(`${text}\n${USAGE}\n`)
  process.exit(2)
}
