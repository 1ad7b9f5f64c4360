import type { TimelineEntry } from '../api/schema.ts'
import { signals } from '../texts/signals.ts'
import { eventName } from './event-names.ts'
import { scaleOf } from './timeline-scale.ts'
import classes from './timeline.module.css'

const t = signals.page

/** What happened when, drawn to scale: each bar runs from the entry before to this one. `nameOf`: of bots and orders. */
export function Timeline({ entries, nameOf = () => '', label }: { readonly entries: readonly TimelineEntry[]; readonly nameOf?: (entry: TimelineEntry) => string; readonly label: string }) {
  const { place, breaks } = scaleOf(entries.map(({ ms }) => ms))
  return (
    <ol className={classes['list']} aria-label={label}>
      {entries.map(({ event, ms, at, detail, orderId }, index) => {
        const from = place(entries[index - 1]?.ms ?? 0)
        const to = place(ms)
        return (
          <li key={`${index.toString()} ${event}`} className={classes['entry']}>
            <span className={classes['what']}><b>{eventName(entries, index)}</b> <span className={classes['who']}>{nameOf(entries[index] as TimelineEntry)}</span></span>
            <span className={classes['scale']} aria-hidden="true">
              {breaks.map((at_) => <span key={at_} className={classes['break']} style={{ left: `${at_}%` }} title={t.break_} />)}
              <span className={classes['bar']} data-order={orderId !== undefined || undefined} style={{ left: `${from}%`, width: `max(3px, ${to - from}%)` }} />
            </span>
            <time dateTime={at} title={`${at.replace('T', ' ').replace('Z', '')} UTC`} className={classes['ms']}>{ms.toLocaleString('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 })} {t.unit}</time>
            {detail !== undefined && <span className={classes['detail']}>{detail}</span>}
          </li>
        )
      })}
    </ol>
  )
}
