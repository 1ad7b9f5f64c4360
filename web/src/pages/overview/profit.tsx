import { Group, Select, Table, Text } from '@mantine/core'
import { useMemo, useState } from 'react'
import { useApi } from '../../api/queries.ts'
import { ChartFrame } from '../../parts/chart-frame.tsx'
import { rounded } from '../../parts/decimals.ts'
import { Gain } from '../../parts/figures.tsx'
import { To } from '../../parts/links.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Loaded } from '../../parts/page.tsx'
import { Section } from '../../parts/section.tsx'
import { overview } from '../../texts/overview.ts'
import { quoteProfits } from './profit-columns.ts'
import type { Range } from './range.ts'

const t = overview.profit

export function Profit({ range, name }: { readonly range: Range; readonly name: string }) {
  const profit = useApi('GET /stats/profit', { query: range }, { keep: true })
  const [chosen, setChosen] = useState<string | null>(null)
  const quotes = useMemo(() => (profit.data === undefined ? [] : quoteProfits(profit.data)), [profit.data])
  const shown = quotes.find(({ quote }) => quote === chosen) ?? quotes[0]
  const series = useMemo(() => [{ kind: 'area' as const, points: (shown?.points ?? []).map(({ at, cumulative }) => ({ at: Date.parse(at), value: Number(rounded(cumulative, shown?.places ?? 0)) })) }], [shown])
  return (
    <Section
      title={t.title} intro={t.intro}
      actions={quotes.length > 1 ? <Select aria-label={t.quote} data={quotes.map(({ quote }) => quote)} value={shown?.quote ?? null} onChange={setChosen} allowDeselect={false} w={110} size="xs" /> : undefined}
    >
      <Loaded of={profit} lines={5}>
        {({ complete }) => (shown === undefined ? <Text fz="sm" c="dimmed">{t.none}</Text> : (
          <>
            <ChartFrame label={t.title} series={series} range={`${name} ${shown.quote}`} digits={shown.places} table={{ head: [t.day, t.gain, t.sum], rows: shown.points.map(({ at, profit: gain, cumulative }) => [<Moment key="a" at={at} as="day" />, <Gain key="g" amount={gain} unit={shown.quote} places={shown.places} />, <Gain key="c" amount={cumulative} unit={shown.quote} places={shown.places} />]) }} />
            {!complete && <Text fz="sm" c="var(--warn)">{t.incomplete}</Text>}
            <Table fz="sm" aria-label={t.bots} verticalSpacing={4} horizontalSpacing={0} withRowBorders={false}>
              <Table.Tbody>
                {shown.bots.map((bot) => (
                  <Table.Tr key={bot.id}>
                    <Table.Td>{bot.deleted ? <Group gap={4}>{bot.name} <Text span c="dimmed" fz="xs">{t.deleted}</Text></Group> : <To to="/bots/$id" params={{ id: bot.id }}>{bot.name}</To>}</Table.Td>
                    <Table.Td ta="right"><Gain amount={bot.profit} unit={bot.quote} places={shown.places} /></Table.Td>
                  </Table.Tr>
                ))}
                {shown.others !== null && <Table.Tr><Table.Td c="dimmed">{t.others(shown.others.count)}</Table.Td><Table.Td ta="right"><Gain amount={shown.others.profit} unit={shown.quote} places={shown.places} /></Table.Td></Table.Tr>}
                <Table.Tr><Table.Td fw={600}>{t.total}</Table.Td><Table.Td ta="right"><Gain amount={shown.total} unit={shown.quote} places={shown.places} /></Table.Td></Table.Tr>
              </Table.Tbody>
            </Table>
          </>
        ))}
      </Loaded>
    </Section>
  )
}
