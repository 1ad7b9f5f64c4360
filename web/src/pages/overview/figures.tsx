import { Paper, SimpleGrid, Skeleton, Text } from '@mantine/core'
import { useMemo, type ReactNode } from 'react'
import { useApi } from '../../api/queries.ts'
import { Gain } from '../../parts/figures.tsx'
import { overview } from '../../texts/overview.ts'
import { ms } from './milliseconds.ts'
import { MOST_POSITIONS } from './open-positions.tsx'
import { quoteProfits } from './profit-columns.ts'
import type { Range } from './range.ts'

const t = overview.figures
const MOST_QUOTES = 2

/** The figures that one wants to see without reading. */
export function Figures({ range }: { readonly range: Range }) {
  const profit = useApi('GET /stats/profit', { query: range }, { keep: true })
  const activity = useApi('GET /stats/activity', { query: range }, { keep: true })
  const latency = useApi('GET /stats/latency', { query: { from: range.from } }, { keep: true })
  const stats = useApi('GET /stats')
  const positions = useApi('GET /positions', { query: { limit: MOST_POSITIONS } })
  const open = positions.data?.items.filter(({ side }) => side !== 'flat')
  const quotes = useMemo(() => (profit.data === undefined ? undefined : quoteProfits(profit.data)), [profit.data])
  const points = activity.data?.points
  const sum = (field: 'orders' | 'signals' | 'failed'): number => points?.reduce((total, point) => total + point[field], 0) ?? 0
  const { p50, p99 } = latency.data?.toSent ?? { p50: null, p99: null }
  return (
    <SimpleGrid cols={{ base: 2, lg: 4 }} spacing="md">
      <Figure title={t.profit} ready={profit.data !== undefined} more={quotes === undefined ? '' : quotes.length === 0 ? t.noTrade : quotes.length > MOST_QUOTES ? t.moreQuotes(quotes.length - MOST_QUOTES) : ''}>
        {quotes?.length === 0 ? '0' : quotes?.slice(0, MOST_QUOTES).map(({ quote, total, places }) => <div key={quote}><Gain amount={total} unit={quote} places={places} /></div>)}
      </Figure>
      <Figure title={t.positions} ready={open !== undefined} more={open?.map(({ botName }) => botName).slice(0, 3).join(', ') ?? ''}>{open?.length === 0 ? t.flat : open?.length}</Figure>
      <Figure title={`${t.signals} · ${t.orders}`} ready={points !== undefined} more={`${t.last24h(stats.data?.signals.last24h ?? 0)}, ${sum('failed') === 0 ? t.allWell : t.failed(sum('failed'))}`}>{sum('signals')} · {sum('orders')}</Figure>
      <Figure title={t.latency} ready={latency.data !== undefined} more={p99 === null ? '' : t.p99(ms(p99))}>{p50 === null ? t.none : t.p50(ms(p50))}</Figure>
    </SimpleGrid>
  )
}

const Figure = ({ title, ready, more, children }: { readonly title: string; readonly ready: boolean; readonly more: string; readonly children: ReactNode }) => (
  <Paper p="md" radius="lg">
    <Text fz="sm" c="dimmed">{title}</Text>
    {ready ? <Text component="div" fz="1.45rem" fw={650} lh={1.3} className="figures">{children}</Text> : <Skeleton h={30} w="60%" my={2} />}
    <Text fz="xs" c="dimmed" mih="1.3em" lineClamp={2}>{ready ? more : ''}</Text>
  </Paper>
)
