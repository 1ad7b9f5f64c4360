import type { Bot, Connection, Decision, Order, Position } from '../api/schema.ts'
import { states as t } from '../texts/states.ts'
import { useConnection, useConnections } from './connection-of.ts'
import classes from './states.module.css'

// A state is said by its word; the colour only helps. Plain elements: a long list has hundreds of them.

type Color = 'teal' | 'red' | 'yellow' | 'blue' | 'gray'

const Mark = ({ color, children, why }: { readonly color: Color; readonly children: string; readonly why?: string | undefined }) => <span className={classes['mark']} data-tone={color} title={why}>{children}</span>

const Frozen = ({ freeze: { mode, reason } }: { readonly freeze: NonNullable<Connection['freeze']> }) => <Mark color="blue" why={reason}>{t.frozen[mode]}</Mark>

export function ConnectionState({ connection: { status, freeze } }: { readonly connection: Pick<Connection, 'status' | 'freeze'> }) {
  if (freeze !== null) return <Frozen freeze={freeze} />
  return status === 'active' ? <Mark color="teal">{t.connection.active}</Mark> : <Mark color="red">{t.connection.unhealthy}</Mark>
}

const ORDER: Readonly<Record<Order['state'], Color>> = {
  pending: 'gray', submitting: 'blue', uncertain: 'yellow', open: 'blue', canceling: 'blue', filled: 'teal', canceled: 'gray', partially_filled_then_canceled: 'gray',
  expired: 'gray', partially_filled_then_expired: 'gray', rejected: 'red', failed: 'red',
}
export const OrderState = ({ state }: { readonly state: Order['state'] }) => <Mark color={ORDER[state]}>{t.order[state]}</Mark>

const OUTCOME: Readonly<Record<Decision['outcome'], Color>> = { order: 'teal', skipped: 'gray', refused: 'red', test: 'blue' }
export const Outcome = ({ outcome }: { readonly outcome: Decision['outcome'] }) => <Mark color={OUTCOME[outcome]}>{t.outcome[outcome]}</Mark>

const SIDE: Readonly<Record<Position['side'], Color>> = { flat: 'gray', long: 'teal', short: 'red' }
export const PositionSide = ({ side }: { readonly side: Position['side'] }) => <Mark color={SIDE[side]}>{t.side[side]}</Mark>

export const Side = ({ side }: { readonly side: 'buy' | 'sell' | 'BUY' | 'SELL' }) => (
  <Mark color={side.toLowerCase() === 'buy' ? 'teal' : 'red'}>{t.trade[side.toLowerCase() as 'buy' | 'sell']}</Mark>)

/** Whether a bot would trade now. What stops the most is said. */
export function BotState({ bot: { paused, connectionId } }: { readonly bot: Pick<Bot, 'paused' | 'connectionId'> }) {
  const connection = useConnection(connectionId)
  if (connectionId === null) return <Mark color="gray">{t.disconnected}</Mark>
  const freeze = connection?.freeze ?? null
  if (freeze?.mode === 'all') return <Frozen freeze={freeze} />
  if (paused) return <Mark color="yellow">{t.paused}</Mark>
  if (connection === undefined) return <Mark color="gray">{t.unknown}</Mark>
  if (freeze !== null) return <Frozen freeze={freeze} />
  return connection.status === 'unhealthy' ? <Mark color="red" why={connection.statusDetail ?? undefined}>{t.unhealthy}</Mark> : <Mark color="teal">{t.running}</Mark>
}

/** Whether a webhook receives, and whether its bots could make anything of it. `bots`: own ones that listen. */
export function Receiving({ paused, bots }: { readonly paused: boolean; readonly bots: readonly Pick<Bot, 'connectionId'>[] }) {
  const connections = useConnections().data?.items ?? []
  const frozen = bots.filter(({ connectionId }) => connections.some(({ id, freeze }) => id === connectionId && freeze !== null)).length
  if (paused) return <Mark color="yellow">{t.paused}</Mark>
  return frozen === 0 ? <Mark color="teal">{t.receiving}</Mark> : <Mark color="blue">{t.receivingFrozen(frozen, bots.length)}</Mark>
}

export const Severity = ({ severity }: { readonly severity: 'critical' | 'warning' | 'info' }) => (
  <Mark color={({ critical: 'red', warning: 'yellow', info: 'blue' } as const)[severity]}>{t.severity[severity]}</Mark>)

export const Practice = () => <Mark color="blue">{t.practice}</Mark>
