import { Group } from '@mantine/core'
import type { Signal } from '../api/schema.ts'
import { signals as t } from '../texts/signals.ts'
import { To } from './links.tsx'
import { Moment } from './moment.tsx'
import { Rows } from './rows.tsx'
import classes from './signal-rows.module.css'
import { Outcome, Side } from './states.tsx'

/** A few signals, each with what came of it. */
export const SignalRows = ({ signals, label }: { readonly signals: readonly Signal[]; readonly label: string }) => (
  <Rows
    label={label} items={signals} keyOf={({ id }) => id}
    columns={[
      { title: t.columns.at, cell: ({ receivedAt }) => <Moment at={receivedAt} as="short" /> },
      { title: t.columns.signal, head: true, cell: ({ id, side, symbol }) => <Group gap="xs" wrap="nowrap"><Side side={side} /><To to="/signals/$id" params={{ id }} fw={600}>{symbol}</To></Group> },
      { title: t.columns.outcome, wide: true, cell: (signal) => <Verdicts signal={signal} /> },
    ]}
  />
)

/** What bots made of a signal, in a line: the first one's reason, and how many more there are. */
export function Verdicts({ signal: { decisions, decisionCount } }: { readonly signal: Pick<Signal, 'decisions' | 'decisionCount'> }) {
  const [first] = decisions
  if (first === undefined) return <span className={classes['soft']}>{t.noBots}</span>
  return (
    <span className={classes['line']}>
      <Outcome outcome={first.outcome} />
      <span className={classes['reason']} title={first.reason}>{first.botName !== null && <b>{first.botName}: </b>}{first.reason}</span>
      {decisionCount > 1 && <span className={classes['soft']}>{t.moreDecisions(decisionCount - 1)}</span>}
    </span>
  )
}
