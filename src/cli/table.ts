import { stripVTControlCharacters } from 'node:util'
import { style } from './terminal.ts'

/** One column: its heading and what it shows of a row. */
export interface Column<Row> {
  readonly title: string
  readonly of: (row: Row) => string | number | null | undefined
  readonly right?: boolean
}

/** Rows under headings, aligned, two blanks between columns. `empty` teaches what to do where there is nothing yet. */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[], empty: string): string {
  if (rows.length === 0) return empty
  const cells = rows.map((row) => columns.map((column) => shown(column.of(row))))
  const widths = columns.map((column, at) => Math.max(column.title.length,
    ...cells.map((line) => lengthOf(line[at] ?? ''))))
  const lay = (line: readonly string[]): string =>
    line.map((text, at) => pad(text, widths[at] ?? 0, columns[at]?.right ?? false)).join('  ').trimEnd()
  return [style('dim', lay(columns.map((column) => column.title))), ...cells.map(lay)].join('\n')
}

type Shown = string | number | boolean | null | undefined

/** Names with their values below each other; what is null or empty is left out. */
export function sheet(entries: readonly (readonly [name: string, value: Shown])[]): string {
  const kept = entries.filter(([, value]) => value !== null && value !== undefined && value !== '')
  const width = Math.max(0, ...kept.map(([name]) => name.length))
  return kept.map(([name, value]) => `${style('dim', name.padEnd(width))}  ${yesNo(value)}`).join('\n')
}

/** A time as people read it, UTC, to the second; `never` where there is none. */
export const moment = (iso: string | null | undefined): string =>
  (iso ? `${iso.slice(0, 10)} ${iso.slice(11, 19)}` : 'never')

/** Milliseconds with as many digits as they deserve. */
export const milliseconds = (ms: number): string =>
  `${ms < 10 ? ms.toFixed(2) : ms < 100 ? ms.toFixed(1) : ms.toFixed(0)} ms`

/** A size in bytes as people read it. */
export function bytesText(bytes: number): string {
  const units = ['kB', 'MB', 'GB', 'TB']
  const power = Math.min(units.length, Math.floor(Math.log10(Math.max(1, bytes)) / 3))
  return power === 0 ? `${bytes} bytes` : `${(bytes / 1000 ** power).toFixed(1)} ${units[power - 1] ?? ''}`
}

const shown = (value: string | number | null | undefined): string =>
  (value === null || value === undefined || value === '' ? '-' : printable(String(value)))
const yesNo = (value: unknown): string => (typeof value === 'boolean' ? (value ? 'yes' : 'no')
  : printable(String(value)))
const lengthOf = (text: string): number => Array.from(stripVTControlCharacters(text)).length
const pad = (text: string, width: number, right: boolean): string => {
  const blanks = ' '.repeat(Math.max(0, width - lengthOf(text)))
  return right ? blanks + text : text + blanks
}

/**
 * Text from elsewhere (names, payloads, an exchange's words) must not steer the terminal: control characters other than
 * newlines and our own colours are replaced.
 */
export const printable = (text: string): string =>
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  text.replace(/\x1b(?!\[\d{1,2}m)|[\x00-\x09\x0b-\x1a\x1c-\x1f\x7f-\x9f]/g, '\u{fffd}')
