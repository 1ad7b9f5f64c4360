import type { Report } from './campaign.ts'
import { VICTIMS, type Tally } from './options.ts'

/** The rank-th part of them, by size; null of none. */
export function quantile(values: readonly number[], rank: number): number | null {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * rank))] ?? null
}

/** Whether the campaign proves what it is for. */
export const passed = ({ tally }: Report): boolean => tally.lost + tally.duplicate + tally.stuck + tally.needsPerson + tally.wrong === 0

/** A report for people. */
export function tableOf(report: Report): string {
  const { tally, options, durationMs, cutShort } = report
  const kills = Object.entries(tally.kills).filter(([, count]) => count > 0)
  const rows: readonly (readonly [string, string])[] = [
    ...(cutShort ? [['CUT SHORT', `of ${options.kills} kills and ${options.signals} signals; what was done is compared`] as const] : []),
    ['database', `${options.database}, ${options.installations} installations${options.servers > 1 ? ` of ${options.servers} servers` : ''}, seed ${options.seed}`],
    ['kills', `${kills.reduce((sum, [, count]) => sum + count, 0)} (${kills.map(([victim, count]) => `${victim} ${count}`).join(', ')})`],
    ['signals sent', `${tally.sent}, and ${tally.resent} times again`],
    ['  accepted', `${tally.accepted}`],
    ['  refused / unanswered', `${tally.refused} / ${tally.unanswered}`],
    ['faults of the exchange', `${tally.faults}`],
    ['orders at the exchange', `${tally.orders}`],
    ['lost', `${tally.lost}`], ['duplicate', `${tally.duplicate}`], ['stuck over 30 s', `${tally.stuck}`], ['needs a person', `${tally.needsPerson}; told of ${tally.told} that ended without`],
    ['other differences', `${tally.wrong}`],
    ...recoveryRows(tally),
    ['duration', `${Math.round(durationMs / 1000)} s`],
  ]
  const width = Math.max(...rows.map(([name]) => name.length))
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n')
}

function recoveryRows({ recoveries }: Tally): (readonly [string, string])[] {
  const of = (name: string, times: readonly number[]): readonly [string, string] => {
    const ms = (rank: number): string => `${quantile(times, rank) ?? '-'} ms`
    return [name, `p50 ${ms(0.5)}, p99 ${ms(0.99)}, max ${ms(1)}`]
  }
  const each = VICTIMS.map((victim) => of(`  of ${victim}`, recoveries.filter((one) => one.victim === victim).map((one) => one.ms)))
  return [of('recovery', recoveries.map((one) => one.ms)), ...each.filter(([, text]) => !text.includes('-'))]
}
