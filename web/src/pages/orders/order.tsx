import { SimpleGrid, Text } from '@mantine/core'
import { useParams } from '@tanstack/react-router'
import { useApi, useChange } from '../../api/queries.ts'
import type { Order } from '../../api/schema.ts'
import { useConnection, useSimulated } from '../../parts/connection-of.ts'
import { Confirm } from '../../parts/confirm.tsx'
import { CopyIcon } from '../../parts/copy.tsx'
import { figure, price } from '../../parts/decimals.ts'
import { To } from '../../parts/links.tsx'
import { Moment } from '../../parts/moment.tsx'
import { amountOf } from '../../parts/order-rows.tsx'
import { Loaded, Page } from '../../parts/page.tsx'
import { Rows } from '../../parts/rows.tsx'
import { Facts, Section } from '../../parts/section.tsx'
import { OrderState, Practice } from '../../parts/states.tsx'
import { told } from '../../parts/told.ts'
import { Timeline } from '../../parts/timeline.tsx'
import { common } from '../../texts/common.ts'
import { orders } from '../../texts/orders.ts'
import { states } from '../../texts/states.ts'
import { Resolve } from './resolve.tsx'

const t = orders.page
const CANCELABLE: readonly Order['state'][] = ['pending', 'submitting', 'open']

export function OrderPage() {
  const { id } = useParams({ from: '/orders/$id' })
  const order = useApi('GET /orders/{id}', { path: { id } })
  if (order.data === undefined) return <Page title={orders.title} above={<To to="/orders" fz="sm">{orders.title}</To>}><Loaded of={order}>{() => null}</Loaded></Page>
  return <Shown order={order.data} />
}

function Shown({ order }: { readonly order: Order }) {
  const { id, side, symbol, state, createdAt, timeline } = order
  const simulated = useSimulated()
  const cancel = useChange('POST /orders/{id}/cancel', { touches: ['/orders'], done: () => { told(t.canceled) } })
  return (
    <Page
      title={t.title(side, symbol)} above={<To to="/orders" fz="sm">{orders.title}</To>} intro={<><OrderState state={state} /> {simulated(order) && <Practice />} <Moment at={createdAt} /></>}
      actions={CANCELABLE.includes(state) ? (
        <Confirm label={t.cancel} title={t.cancelTitle} action={t.cancel} run={() => cancel.mutateAsync({ path: { id } })} busy={cancel.isPending} error={cancel.error}><Text fz="sm">{t.cancelText}</Text></Confirm>
      ) : undefined}
    >
      {state === 'uncertain' && <Resolve order={order} />}
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg" verticalSpacing="lg">
        <OrderFacts order={order} />
        <Fills order={order} />
      </SimpleGrid>
      <Section title={t.timeline} intro={t.timelineIntro}><Timeline entries={timeline} label={t.timeline} /></Section>
    </Page>
  )
}

function OrderFacts({ order }: { readonly order: Order }) {
  const { kind, market, exchange, filled, averagePrice, botId, connectionId, signalId, clientOrderId, exchangeOrderId, resend, reduceOnly, notAfter, rejectText, rejectCode } = order
  const bot = useApi('GET /bots/{id}', { path: { id: botId } })
  const connection = useConnection(connectionId)
  return (
    <Section title={t.facts}>
      <Facts
        facts={[
          ...rejectText === null ? [] : [[t.said, <Text key="x" span fz="sm" c="var(--down)">{rejectText} <code>{rejectCode}</code></Text>] as const],
          [t.kind, orders.kinds[kind]], [t.amount, amountOf(order)], [t.filled, figure(filled)],
          ...averagePrice === null ? [] : [[t.average, price(averagePrice)] as const],
          [t.market, `${exchange} ${states.market[market].toLowerCase()}`],
          [t.bot, <To key="b" to="/bots/$id" params={{ id: botId }}>{bot.data?.name ?? botId}</To>],
          [t.connection, <To key="c" to="/connections/$id" params={{ id: connectionId }}>{connection?.name ?? connectionId}</To>],
          [t.signal, signalId === null ? t.byHand : <To key="s" to="/signals/$id" params={{ id: signalId }} className="mono">{signalId.slice(0, 13)}…</To>],
          [t.clientOrderId, <span key="o"><code>{clientOrderId}</code> <CopyIcon text={clientOrderId} label={t.clientOrderId} /></span>],
          [t.exchangeOrderId, exchangeOrderId === null ? common.none : <code key="e">{exchangeOrderId}</code>],
          ...resend > 0 ? [[t.resend, String(resend)] as const] : [], ...reduceOnly ? [[t.reduceOnly, common.yes] as const] : [],
          [t.notAfter, <Moment key="n" at={notAfter} />],
        ]}
      />
    </Section>
  )
}

function Fills({ order: { fills } }: { readonly order: Order }) {
  return (
    <Section title={t.fills}>
      {fills.length === 0 ? <Text fz="sm" c="dimmed">{t.noFills}</Text> : (
        <Rows
          label={t.fills} items={fills} keyOf={({ id }) => id}
          columns={[
            { title: t.fillColumns.at, cell: ({ at }) => <Moment at={at} as="clock" /> },
            { title: t.fillColumns.price, figures: true, cell: (fill) => figure(fill.price) },
            { title: t.fillColumns.quantity, figures: true, cell: ({ quantity }) => figure(quantity) },
            { title: t.fillColumns.fee, figures: true, cell: ({ fee, feeAsset }) => `${figure(fee)} ${feeAsset ?? ''}` },
          ]}
        />
      )}
    </Section>
  )
}
