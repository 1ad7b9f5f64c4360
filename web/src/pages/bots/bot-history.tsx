import { SimpleGrid, Text } from '@mantine/core'
import { useApi } from '../../api/queries.ts'
import { To } from '../../parts/links.tsx'
import { Moment } from '../../parts/moment.tsx'
import { OrderRows } from '../../parts/order-rows.tsx'
import { Loaded } from '../../parts/page.tsx'
import { Rows } from '../../parts/rows.tsx'
import { Section } from '../../parts/section.tsx'
import { Outcome } from '../../parts/states.tsx'
import { bots } from '../../texts/bots.ts'
import { signals as signalTexts } from '../../texts/signals.ts'

const t = bots.page

/** What the bot decided of late, and what it sent. */
export function BotHistory({ id }: { readonly id: string }) {
  const signals = useApi('GET /signals', { query: { botId: id, limit: 8 } })
  const orders = useApi('GET /orders', { query: { botId: id, limit: 8 } })
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg" verticalSpacing="lg">
      <Section title={t.decisions} actions={<To to="/signals" search={{ botId: id }} fz="sm">{signalTexts.title}</To>}>
        <Loaded of={signals}>
          {({ items }) => {
            const decided = items.flatMap((signal) => signal.decisions.filter(({ botId }) => botId === id).map((decision) => ({ signal, decision })))
            return decided.length === 0 ? <Text fz="sm" c="dimmed">{t.noDecisions}</Text> : (
              <Rows
                label={t.decisions} items={decided} keyOf={({ signal }) => signal.id}
                columns={[
                  { title: signalTexts.columns.at, cell: ({ signal }) => <To to="/signals/$id" params={{ id: signal.id }}><Moment at={signal.receivedAt} as="short" /></To> },
                  { title: signalTexts.columns.signal, head: true, cell: ({ signal }) => `${signal.side} ${signal.symbol}` },
                  { title: signalTexts.columns.outcome, wide: true, cell: ({ decision }) => <><Outcome outcome={decision.outcome} /> <Text span fz="sm">{decision.reason}</Text></> },
                ]}
              />
            )
          }}
        </Loaded>
      </Section>
      <Section title={t.orders} actions={<To to="/orders" search={{ botId: id }} fz="sm">{t.allOrders}</To>}>
        <Loaded of={orders}>{({ items }) => (items.length === 0 ? <Text fz="sm" c="dimmed">{t.noOrders}</Text> : <OrderRows orders={items} label={t.orders} />)}</Loaded>
      </Section>
    </SimpleGrid>
  )
}
