import { Progress, SimpleGrid, Stack, Text } from '@mantine/core'
import { useApi } from '../../api/queries.ts'
import { Loaded } from '../../parts/page.tsx'
import { Section } from '../../parts/section.tsx'
import { overview } from '../../texts/overview.ts'
import { ms } from './milliseconds.ts'
import type { Range } from './range.ts'
import classes from './latency.module.css'

const t = overview.latency

/** How long signals took to become orders on the wire: a histogram that is a table as well. */
export function Latency({ range }: { readonly range: Range }) {
  const latency = useApi('GET /stats/latency', { query: { from: range.from } }, { keep: true })
  return (
    <Section title={t.title} intro={t.intro}>
      <Loaded of={latency} lines={5}>
        {({ toSent, toAccepted }) => {
          if (toSent.count === 0) return <Text fz="sm" c="dimmed">{t.none}</Text>
          const used = withoutEnds(toSent.histogram)
          const most = Math.max(...used.map(({ count }) => count), 1)
          return (
            <Stack gap="md">
              <SimpleGrid cols={4} spacing="xs" maw="24rem">
                {(['p50', 'p90', 'p99', 'max'] as const).map((name) => <div key={name}><Text fz="xs" c="dimmed">{t[name]}</Text><Text fw={650} className="figures">{toSent[name] === null ? '' : `${ms(toSent[name])} ms`}</Text></div>)}
              </SimpleGrid>
              <table className={classes['table']} aria-label={t.title}>
                <tbody>
                  {used.map(({ upTo, count }) => (
                    <tr key={upTo}>
                      <th scope="row">{upTo === null ? t.above : t.upTo(ms(upTo))}</th>
                      <td className={classes['bar']}><Progress value={count / most * 100} size="lg" radius="sm" aria-hidden="true" /></td>
                      <td className={classes['count']}>{count}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
              <Text fz="xs" c="dimmed">{t.orders(toSent.count)}. {toAccepted.p50 !== null && toAccepted.p99 !== null && t.accepted(ms(toAccepted.p50), ms(toAccepted.p99))}</Text>
            </Stack>
          )
        }}
      </Loaded>
    </Section>
  )
}

/** Without the empty buckets before the first and after the last. */
function withoutEnds<T extends { readonly count: number }>(histogram: readonly T[]): readonly T[] {
  const first = histogram.findIndex(({ count }) => count > 0)
  const last = histogram.findLastIndex(({ count }) => count > 0)
  return first === -1 ? [] : histogram.slice(first, last + 1)
}
