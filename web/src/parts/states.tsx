import type { Connection, Decision, Order, Position } from '../api/schema.ts'
import { states as t } from '../texts/states.ts'
import classes from './states.module.css'

// A state is said by its word; the colour only helps. Plain elements: a long list has hundreds of them.

type Color = 'teal' | 'red' | 'yellow' | 'blue' | 'gray'

const Mark = ({ color, children }: { readonly color: Color; readonly children: string }) => <span className={classes['mark']} data-tone={color}>{children}</span>

const CONNECTION: Readonly<Record<Connection['status'], Color>> = { active: 'teal', unhealthy: 'red', frozen: 'blue' }
export const ConnectionState = ({ status }: { readonly status: Connection['status'] }) => <Mark color={CONNECTION[status]}>{t.connection[status]}</Mark>

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

export const Running = ({ paused, connected = true }: { readonly paused: boolean; readonly connected?: boolean }) => (
  paused ? <Mark color="yellow">{t.paused}</Mark> : connected ? <Mark color="teal">{t.running}</Mark> : <Mark color="gray">{t.disconnected}</Mark>)

export const Receiving = ({ paused }: { readonly paused: boolean }) => <Mark color={paused ? 'yellow' : 'teal'}>{paused ? t.paused : t.receiving}</Mark>

export const Severity = ({ severity }: { readonly severity: 'critical' | 'warning' | 'info' }) => (
  <Mark color={({ critical: 'red', warning: 'yellow', info: 'blue' } as const)[severity]}>{t.severity[severity]}</Mark>)

export const Practice = () => <Mark color="blue">{t.practice}</Mark>
