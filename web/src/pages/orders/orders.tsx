import { useNavigate, useSearch } from '@tanstack/react-router'
import { IconArrowsExchange } from '@tabler/icons-react'
import { memo } from 'react'
import { useLiveItems } from '../../api/live-items.ts'
import { useApi } from '../../api/queries.ts'
import type { Order } from '../../api/schema.ts'
import { useSimulated } from '../../parts/connection-of.ts'
import { Empty } from '../../parts/empty.tsx'
import { figure, price } from '../../parts/decimals.ts'
import { Filter, FilterBar, TextFilter } from '../../parts/filters.tsx'
import { RowLink } from '../../parts/links.tsx'
import { LiveList } from '../../parts/live-list.tsx'
import { Moment } from '../../parts/moment.tsx'
import { amountOf } from '../../parts/order-rows.tsx'
import { Loaded, Page } from '../../parts/page.tsx'
import { OrderState, Practice, Side } from '../../parts/states.tsx'
import { orders as t } from '../../texts/orders.ts'
import { states } from '../../texts/states.ts'
import classes from './orders.module.css'

export interface OrderFilter { readonly state?: Order['state'] | undefined; readonly botId?: string | undefined; readonly connectionId?: string | undefined; readonly symbol?: string | undefined }

export function Orders() {
  const filter: OrderFilter = useSearch({ from: '/orders' })
  const navigate = useNavigate()
  const change = (to: OrderFilter): void => { void navigate({ to: '/orders', search: { ...filter, ...to }, replace: true }) }
  const bots = useApi('GET /bots', { query: { limit: 200 } })
  const connections = useApi('GET /connections', { query: { limit: 200 } })
  const choices = (items: readonly { readonly id: string; readonly name: string }[] = []) => items.map(({ id, name }) => ({ value: id, label: name }))
  const any = Object.values(filter).some((value) => value !== undefined)
  return (
    <Page title={t.title} intro={t.intro}>
      <FilterBar clear={any ? t.filters.clear : null} onClear={() => { void navigate({ to: '/orders', search: {} }) }}>
        <Filter label={t.filters.state} any={t.filters.any} choices={Object.entries(states.order).map(([value, label]) => ({ value, label }))} value={filter.state} onChange={(state) => { change({ state: state as Order['state'] | undefined }) }} />
        <Filter label={t.filters.bot} any={t.filters.any} choices={choices(bots.data?.items)} value={filter.botId} onChange={(botId) => { change({ botId }) }} />
        <Filter label={t.filters.connection} any={t.filters.any} choices={choices(connections.data?.items)} value={filter.connectionId} onChange={(connectionId) => { change({ connectionId }) }} />
        <TextFilter key={`s${filter.symbol ?? ''}`} label={t.filters.symbol} value={filter.symbol} onChange={(symbol) => { change({ symbol }) }} />
      </FilterBar>
      <List key={JSON.stringify(filter)} filter={filter} filtered={any} />
    </Page>
  )
}

function List({ filter, filtered }: { readonly filter: OrderFilter; readonly filtered: boolean }) {
  const simulated = useSimulated()
  const live = useLiveItems('GET /orders', filter as Parameters<typeof useLiveItems<'GET /orders'>>[1])
  return (
    <Loaded of={{ data: live.ready ? live : undefined, error: live.error, refetch: live.retry }} lines={8}>
      {() => (live.items.length === 0 && live.waiting === 0
        ? <Empty icon={<IconArrowsExchange aria-hidden />} title={filtered ? t.filtered : t.empty.title}>{filtered ? '' : t.empty.text}</Empty>
        : <LiveList live={live} label={t.list} row={(order) => <Row order={order} simulated={simulated(order)} />} height={57} fresh={t.fresh} end={t.end} />)}
    </Loaded>
  )
}

const Row = memo(function Row({ order, simulated }: { readonly order: Order; readonly simulated: boolean }) {
  const { id, createdAt, side, symbol, kind, filled, averagePrice, state } = order
  return (
    <RowLink to="/orders/$id" id={id} className={classes['row']}>
      <span className={classes['time']}><Moment at={createdAt} as="short" /></span>
      <span className={classes['order']}><Side side={side} /><b>{symbol}</b><small className={classes['soft']}>{t.kinds[kind]}</small>{simulated && <Practice />}</span>
      <span className={classes['figures']}>{amountOf(order)}</span>
      <span className={classes['figures']}>{figure(filled)}{averagePrice === null ? '' : ` @ ${price(averagePrice)}`}</span>
      <span><OrderState state={state} /></span>
    </RowLink>
  )
})
