// Kills real processes at random instants while signals come in and the exchange misbehaves, and lets the exchange's own
// ledger judge. See README.md. Exits with 1 on anything lost, doubled or stuck.
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { campaign, type Report } from './campaign.ts'
import type { ChaosOptions, Tally } from './options.ts'
import { passed, quantile, tableOf } from './table.ts'

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '60' }, signals: { type: 'string', default: '2000' }, database: { type: 'string', default: 'both' },
    seed: { type: 'string' }, installations: { type: 'string', default: '4' }, evidence: { type: 'string' }, json: { type: 'boolean', default: false },
  },
})

const databases = values.database === 'both' ? ['sqlite', 'postgres'] as const : values.database === 'sqlite' || values.database === 'postgres' ? [values.database] as const : null
if (databases === null) wrongUsage('--database is sqlite, postgres or both')
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 32) : whole('seed', values.seed, 0)
const reports: Report[] = []
for (const database of databases ?? []) {
  const options: ChaosOptions = {
    database, seed, kills: whole('kills', values.kills, 0), signals: whole('signals', values.signals, 0), installations: whole('installations', values.installations, 1),
    resendAfterMs: 5000, killsPerRound: 25,
  }
  const report = await campaign(options, { watch: (tally) => { showProgress(options, tally) } })
  reports.push(report)
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
  if (!values.json) say(report)
}
if (values.evidence !== undefined) writeFileSync(values.evidence, JSON.stringify(reports.flatMap(({ findings }) => findings), null, 1))
if (values.json) process.stdout.write(`${JSON.stringify(reports.map(({ tally: { recoveries, ...tally }, options, durationMs, findings }) => ({
  ...options, ...tally, recoveryMs: { p50: quantile(recoveries, 0.5), p99: quantile(recoveries, 0.99), max: quantile(recoveries, 1) }, durationMs, findings,
})))}\n`)
process.exitCode = reports.every(passed) ? 0 : 1

function say(report: Report): void {
  process.stdout.write(`${tableOf(report)}\n`)
  for (const { kind, installation, text } of report.findings.slice(0, 30)) process.stdout.write(`  ${kind} (${installation}): ${text}\n`)
  const folders = new Set(report.findings.map(({ folder }) => folder))
  if (folders.size > 0) process.stdout.write(`kept as evidence: ${[...folders].join(' ')}\n`)
  process.stdout.write(`${passed(report) ? 'nothing lost, nothing doubled, nothing stuck' : 'FAILED'}\n\n`)
}

function showProgress({ kills, signals, database }: ChaosOptions, tally: Tally): void {
  if (!process.stderr.isTTY || values.json) return
  const killed = Object.values(tally.kills).reduce((sum, count) => sum + count, 0)
  const share = Math.min(1, (killed + tally.accepted) / Math.max(1, kills + signals), killed / Math.max(1, kills), tally.accepted / Math.max(1, signals))
  const filled = Math.round(share * 28)
  process.stderr.write(`\r${database} [${'#'.repeat(filled)}${'-'.repeat(28 - filled)}] ${killed} kills, ${tally.accepted} signals, ${tally.lost + tally.duplicate + tally.stuck + tally.wrong} findings\x1b[K`)
}

function whole(name: string, text: string, least: number): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < least) wrongUsage(`--${name} is a whole number, at least ${least}`)
  return value
}

function wrongUsage(text: string): never {
  process.stderr.write(`${text}\nnpm run chaos -- --kills N --signals M [--database sqlite|postgres|both] [--seed S] [--installations K] [--evidence FILE] [--json]\n`)
  process.exit(2)
}
