import { useMemo } from 'react'
import { useApi } from '../../api/queries.ts'
import { ChartFrame } from '../../parts/chart-frame.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Loaded } from '../../parts/page.tsx'
import { Section } from '../../parts/section.tsx'
import { overview } from '../../texts/overview.ts'
import type { Range } from './range.ts'

const t = overview.activity

export function Activity({ range, name }: { readonly range: Range; readonly name: string }) {
  const activity = useApi('GET /stats/activity', { query: range }, { keep: true })
  const points = activity.data?.points
  const series = useMemo(() => {
    const of = (field: 'signals' | 'orders' | 'failed') => (points ?? []).map((point) => ({ at: Date.parse(point.at), value: point[field] }))
    return [{ kind: 'bars' as const, tone: 'soft' as const, points: of('signals') }, { kind: 'bars' as const, tone: 'strong' as const, points: of('orders') }, { kind: 'bars' as const, tone: 'down' as const, points: of('failed').filter(({ value }) => value > 0) }]
  }, [points])
  return (
    <Section title={t.title} intro={t.intro}>
      <Loaded of={activity} lines={5}>
        {(found) => <ChartFrame label={t.title} series={series} range={name} digits={0} table={{ head: [t.day, t.signals, t.orders, t.failed], rows: found.points.map(({ at, signals, orders, failed }) => [<Moment key="a" at={at} as="day" />, signals, orders, failed]) }} />}
      </Loaded>
    </Section>
  )
}
