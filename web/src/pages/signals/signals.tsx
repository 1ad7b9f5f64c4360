import { useNavigate, useSearch } from '@tanstack/react-router'
import { IconBolt } from '@tabler/icons-react'
import { memo } from 'react'
import { useLiveItems } from '../../api/live-items.ts'
import { useApi } from '../../api/queries.ts'
import type { Signal } from '../../api/schema.ts'
import { Empty } from '../../parts/empty.tsx'
import { Filter, FilterBar, TextFilter } from '../../parts/filters.tsx'
import { RowLink, ToButton } from '../../parts/links.tsx'
import { LiveList } from '../../parts/live-list.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Loaded, Page } from '../../parts/page.tsx'
import { Verdicts } from '../../parts/signal-rows.tsx'
import { Side } from '../../parts/states.tsx'
import { signals as t } from '../../texts/signals.ts'
import classes from './signals.module.css'

export interface SignalFilter { readonly webhookId?: string | undefined; readonly botId?: string | undefined; readonly symbol?: string | undefined; readonly label?: string | undefined }

export function Signals() {
  const filter: SignalFilter = useSearch({ from: '/signals' })
  const navigate = useNavigate()
  const change = (to: SignalFilter): void => { void navigate({ to: '/signals', search: { ...filter, ...to }, replace: true }) }
  const bots = useApi('GET /bots', { query: { limit: 200 } })
  const webhooks = useApi('GET /webhooks', { query: { limit: 200 } })
  const choices = (items: readonly { readonly id: string; readonly name: string }[] = []) => items.map(({ id, name }) => ({ value: id, label: name }))
  const any = Object.values(filter).some((value) => value !== undefined)
  return (
    <Page title={t.title} intro={t.intro}>
      <FilterBar clear={any ? t.filters.clear : null} onClear={() => { void navigate({ to: '/signals', search: {} }) }}>
        <Filter label={t.filters.webhook} any={t.filters.any} choices={choices(webhooks.data?.items)} value={filter.webhookId} onChange={(webhookId) => { change({ webhookId }) }} />
        <Filter label={t.filters.bot} any={t.filters.any} choices={choices(bots.data?.items)} value={filter.botId} onChange={(botId) => { change({ botId }) }} />
        <TextFilter key={`s${filter.symbol ?? ''}`} label={t.filters.symbol} value={filter.symbol} onChange={(symbol) => { change({ symbol }) }} />
        <TextFilter key={`l${filter.label ?? ''}`} label={t.filters.label} value={filter.label} onChange={(label) => { change({ label }) }} />
      </FilterBar>
      <List key={JSON.stringify(filter)} filter={filter} filtered={any} />
    </Page>
  )
}

function List({ filter, filtered }: { readonly filter: SignalFilter; readonly filtered: boolean }) {
  const live = useLiveItems('GET /signals', filter as Parameters<typeof useLiveItems<'GET /signals'>>[1])
  return (
    <Loaded of={{ data: live.ready ? live : undefined, error: live.error, refetch: live.retry }} lines={8}>
      {() => (live.items.length === 0 && live.waiting === 0
        ? <Empty icon={<IconBolt aria-hidden />} title={filtered ? t.filtered : t.empty.title} action={filtered ? undefined : <ToButton to="/webhooks">{t.empty.action}</ToButton>}>{filtered ? '' : t.empty.text}</Empty>
        : <LiveList live={live} label={t.list} row={(signal) => <Row signal={signal} />} height={57} fresh={t.fresh} end={t.end} />)}
    </Loaded>
  )
}

const Row = memo(function Row({ signal }: { readonly signal: Signal }) {
  const { id, receivedAt, side, symbol, source, label } = signal
  return (
    <RowLink to="/signals/$id" id={id} className={classes['row']}>
      <span className={classes['time']}><Moment at={receivedAt} as="short" /></span>
      <span className={classes['signal']}><Side side={side} /><b>{symbol}</b><small className={classes['soft']}>{label ?? (source === null ? '' : t.sources[source])}</small></span>
      <span className={classes['verdict']}><Verdicts signal={signal} /></span>
    </RowLink>
  )
})
