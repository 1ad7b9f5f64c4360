import { Group, Text } from '@mantine/core'
import type { Order } from '../api/schema.ts'
import { orders as t } from '../texts/orders.ts'
import { figure, price } from './decimals.ts'
import { To } from './links.tsx'
import { Moment } from './moment.tsx'
import { Rows } from './rows.tsx'
import { OrderState, Side } from './states.tsx'

/** What an order asks for: base, or worth in quote. */
export const amountOf = ({ quantity, quoteQuantity }: Pick<Order, 'quantity' | 'quoteQuantity'>): string => (
  quantity === null ? `${t.worth} ${figure(quoteQuantity ?? '')}` : figure(quantity))

export const OrderRows = ({ orders, label }: { readonly orders: readonly Order[]; readonly label: string }) => (
  <Rows
    label={label} items={orders} keyOf={({ id }) => id}
    columns={[
      { title: t.columns.at, cell: ({ createdAt }) => <Moment at={createdAt} as="short" /> },
      { title: t.columns.order, head: true, cell: ({ id, side, symbol, kind }) => <Group gap="xs" wrap="nowrap"><Side side={side} /><To to="/orders/$id" params={{ id }} fw={600}>{symbol}</To><Text fz="xs" c="dimmed">{t.kinds[kind]}</Text></Group> },
      { title: t.columns.amount, figures: true, cell: (order) => amountOf(order) },
      { title: t.columns.filled, figures: true, cell: ({ filled, averagePrice }) => `${figure(filled)}${averagePrice === null ? '' : ` @ ${price(averagePrice)}`}` },
      { title: t.columns.state, cell: ({ state }) => <OrderState state={state} /> },
    ]}
  />
)
