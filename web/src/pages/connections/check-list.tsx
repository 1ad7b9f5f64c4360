import { Loader, ThemeIcon } from '@mantine/core'
import { IconCheck, IconCircleDashed, IconQuestionMark, IconX } from '@tabler/icons-react'
import type { Connection } from '../../api/schema.ts'
import { connections } from '../../texts/connections.ts'
import classes from './check-list.module.css'

const t = connections.checks
export type Check = Connection['checks'][number] | { readonly name: string; readonly result: 'waiting' | 'running' | 'untold'; readonly detail: string }

const COLORS = { pass: 'teal', fail: 'red', unverifiable: 'yellow', waiting: 'gray', running: 'gray', untold: 'gray' } as const
const ICONS = { pass: IconCheck, fail: IconX, unverifiable: IconQuestionMark, waiting: IconCircleDashed, untold: IconCircleDashed } as const

/** What was found out about a key, one line each. */
export const CheckList = ({ checks }: { readonly checks: readonly Check[] }) => (
  <ul className={classes['list']} aria-live="polite">
    {checks.map(({ name, result, detail }) => (
      <li key={name} className={classes['item']} data-result={result}>
        <Sign result={result} />
        <div>
          <div className={classes['name']}>{t.names[name] ?? name} <span className={classes['result']}>{t.results[result]}</span></div>
          {detail !== '' && <div className={classes['detail']}>{detail}</div>}
        </div>
      </li>
    ))}
  </ul>
)

function Sign({ result }: { readonly result: Check['result'] }) {
  if (result === 'running') return <Loader size={22} aria-hidden />
  const Icon = ICONS[result]
  return <ThemeIcon size={22} radius="xl" color={COLORS[result]} variant={Icon === IconCircleDashed ? 'transparent' : 'light'}><Icon size={14} stroke={2.5} aria-hidden /></ThemeIcon>
}
