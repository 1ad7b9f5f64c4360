import { VisuallyHidden } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './rows.module.css'

export interface Column<T> {
  readonly title: string
  readonly cell: (item: T) => ReactNode
  /** Figures stand one under the other. */
  readonly figures?: boolean
  /** Names the row; stands alone on top of its card on a phone. */
  readonly head?: boolean
  /** Its title is only for screen readers: what stands below says it. */
  readonly silent?: boolean
  /** Takes what is left. */
  readonly wide?: boolean
}

/** A table; on a phone a list of cards. `label` says what it lists. */
export function Rows<T>({ label, columns, items, keyOf }: {
  readonly label: string; readonly columns: readonly Column<T>[]; readonly items: readonly T[]; readonly keyOf: (item: T) => string
}) {
  // The roles are named although they are a table's own: shown as a grid, browsers forget them.
  return (
    <div className={classes['frame']}>
      <table className={classes['table']} role="table" aria-label={label}>
        <thead role="rowgroup" className={classes['header']}>
          <tr role="row">{columns.map(({ title, figures, silent }) => <th key={title} role="columnheader" scope="col" data-figures={figures || undefined}>{silent === true ? <VisuallyHidden>{title}</VisuallyHidden> : title}</th>)}</tr>
        </thead>
        <tbody role="rowgroup">
          {items.map((item) => (
            <tr key={keyOf(item)} role="row">
              {columns.map(({ title, cell, figures, head, wide, silent }) => (
                <td key={title} role="cell" data-figures={figures || undefined} data-head={head || undefined} data-wide={wide || undefined}>
                  {head !== true && silent !== true && <span className={classes['label']} aria-hidden="true">{title}</span>}
                  <div className={classes['value']}>{cell(item)}</div>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
