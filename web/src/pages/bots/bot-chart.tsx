import { SegmentedControl, Text } from '@mantine/core'
import { useMemo, useState } from 'react'
import { useApi } from '../../api/queries.ts'
import { ChartFrame } from '../../parts/chart-frame.tsx'
import { figure, price as priceOf } from '../../parts/decimals.ts'
import { To } from '../../parts/links.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Loaded } from '../../parts/page.tsx'
import { Section } from '../../parts/section.tsx'
import { bots } from '../../texts/bots.ts'

const t = bots.chart
const DAY_MS = 86_400_000
const DAYS = { day: 1, week: 7, month: 30 } as const
type RangeName = keyof typeof DAYS
const CHANGES_MS = 15_000
/** Beyond it prices beside the arrows would lie on one another. */
const MOST_NAMED = 12
/** Decimals on the axis; an exchange’s prices have no more. */
const MOST_DIGITS = 12

/** The price of a bot's symbol, with where it went in and out. */
export function BotChart({ id }: { readonly id: string }) {
  const [name, setName] = useState<RangeName>('day')
  const [now] = useState(() => Date.now())
  const from = new Date(now - DAYS[name] * DAY_MS).toISOString()
  const chart = useApi('GET /bots/{id}/chart', { path: { id }, query: { from } }, { keep: true, refetchInterval: CHANGES_MS })
  const { data } = chart
  const series = useMemo(() => {
    const candles = (data?.candles ?? []).map(({ at, open, high, low, close }) => ({ at: Date.parse(at), open: Number(open), high: Number(high), low: Number(low), close: Number(close) }))
    const length = (data?.candleSeconds ?? 300) * 1000
    const few = (data?.marks.length ?? 0) <= MOST_NAMED
    const marks = (data?.marks ?? []).map(({ at, side, price }) => ({ at: Math.floor(Date.parse(at) / length) * length, side, text: few ? `${side === 'buy' ? t.buy : t.sell} ${priceOf(price)}` : '' }))
    return [{ kind: 'candles' as const, points: candles, marks }]
  }, [data])
  const digits = Math.max(0, ...(data?.candles ?? []).flatMap(({ open, high, low, close }) => [open, high, low, close]).map((one) => (/\.(\d*[1-9])/.exec(one)?.[1] ?? '').length))
  return (
    <Section title={t.title} actions={<SegmentedControl size="xs" aria-label={t.title} value={name} onChange={(value) => { setName(value as RangeName) }} data={Object.entries(t.ranges).map(([value, label]) => ({ value, label }))} />}>
      <Loaded of={chart} lines={6}>
        {({ candles, marks, base, quote }) => (candles.length === 0 ? <Text fz="sm" c="dimmed">{t.empty}</Text> : (
          <ChartFrame
            label={t.title} series={series} range={name} height={320} digits={Math.min(digits, MOST_DIGITS)} withTime
            table={{ head: [t.at, t.kind, t.price, t.quantity], rows: marks.map(({ at, kind, price, quantity, orderId }) => [
              <To key="o" to="/orders/$id" params={{ id: orderId }} fz="xs"><Moment at={at} as="short" /></To>, t[kind], `${priceOf(price)} ${quote}`, `${figure(quantity)} ${base}`,
            ]) }}
          />
        ))}
      </Loaded>
    </Section>
  )
}
