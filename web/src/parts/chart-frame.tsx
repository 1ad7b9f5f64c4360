import { Anchor, Table, Text } from '@mantine/core'
import type { ComponentProps, ReactNode } from 'react'
import { common } from '../texts/common.ts'
import classes from './chart-frame.module.css'
import { later } from './later.tsx'

const TimeChart = later(async () => (await import('./time-chart.tsx')).TimeChart, <div aria-busy="true" data-loading />)

/** A chart, and the same as a table: for who cannot see it, and for who wants the figures. */
export function ChartFrame({ label, table, height = 260, ...chart }: ComponentProps<typeof TimeChart> & {
  readonly label: string; readonly table: { readonly head: readonly string[]; readonly rows: readonly (readonly ReactNode[])[] }
}) {
  // With other digits it is another chart: drawing and redrawing one at a time would draw into the one that is gone.
  return (
    <figure className={classes['figure']} aria-label={label}>
      <div style={{ minHeight: height }}><TimeChart key={chart.digits} height={height} {...chart} /></div>
      <div className={classes['below']}>
        <details className={classes['details']}>
          <summary>{common.asTable}</summary>
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reached by keyboard */}
          <div className={classes['scroll']} tabIndex={0} role="region" aria-label={label}>
            <Table fz="xs" verticalSpacing={4}>
              <Table.Thead><Table.Tr>{table.head.map((title) => <Table.Th key={title}>{title}</Table.Th>)}</Table.Tr></Table.Thead>
              <Table.Tbody>{table.rows.map((row, index) => <Table.Tr key={index.toString()}>{row.map((cell, column) => <Table.Td key={table.head[column]}>{cell}</Table.Td>)}</Table.Tr>)}</Table.Tbody>
            </Table>
          </div>
        </details>
        <Text fz="xs" c="dimmed">{common.chartCredit} <Anchor href="https://www.tradingview.com/" target="_blank" rel="noreferrer noopener" fz="xs" c="dimmed" underline="always">TradingView</Anchor></Text>
      </div>
    </figure>
  )
}
