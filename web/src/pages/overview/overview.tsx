import { Group, SegmentedControl, SimpleGrid, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { useApi } from '../../api/queries.ts'
import { useConnections } from '../../parts/connection-of.ts'
import { ConnectionState, Practice } from '../../parts/states.tsx'
import { SignalRows } from '../../parts/signal-rows.tsx'
import { To, ToButton } from '../../parts/links.tsx'
import { Loaded, Page, PageToCome } from '../../parts/page.tsx'
import { Section } from '../../parts/section.tsx'
import { overview as t } from '../../texts/overview.ts'
import { start } from '../../texts/start.ts'
import { OneItem } from '../attention/attention.tsx'
import { useProgress } from '../start/progress.ts'
import { StepList } from '../start/start.tsx'
import { Activity } from './activity.tsx'
import { Figures } from './figures.tsx'
import { Latency } from './latency.tsx'
import { MOST_POSITIONS, OpenPositions } from './open-positions.tsx'
import { Profit } from './profit.tsx'
import { rangeOf, type Range, type RangeName } from './range.ts'

const FIRST_RANGE: RangeName = 'month'
const LAST = { query: { limit: 6 } }

/** Where one looks first: how it goes, and what needs one. Who has just begun is shown how to go on. */
export function Overview() {
  const { data: progress, error } = useProgress()
  const [now] = useState(() => Date.now())
  useAhead(rangeOf(FIRST_RANGE, now))
  if (progress === undefined) return error === null ? <PageToCome /> : <Dashboard unfinished={false} now={now} />
  if (progress.next === null || progress.next === 'test' || progress.next === 'order') return <Dashboard unfinished={progress.next !== null} now={now} />
  return <Page narrow title={start.title} intro={start.intro}><StepList progress={progress} /></Page>
}

/** Asks for what the page will show together with what decides whether it is shown, not behind it. */
function useAhead(range: Range): void {
  useApi('GET /stats/profit', { query: range })
  useApi('GET /stats/activity', { query: range })
  useApi('GET /stats/latency', { query: { from: range.from } })
  useApi('GET /positions', { query: { limit: MOST_POSITIONS } })
  useApi('GET /attention')
  useConnections()
  useApi('GET /signals', LAST)
}

function Dashboard({ unfinished, now }: { readonly unfinished: boolean; readonly now: number }) {
  const [name, setName] = useState<RangeName>(FIRST_RANGE)
  const range = rangeOf(name, now)
  return (
    <Page
      title={t.title}
      actions={<SegmentedControl aria-label={t.range} value={name} onChange={(value) => { setName(value as RangeName) }} data={Object.entries(t.ranges).map(([value, label]) => ({ value, label }))} />}
    >
      {unfinished && <Section title={t.steps.title} intro={start.intro} actions={<ToButton to="/start">{t.steps.go}</ToButton>}>{null}</Section>}
      <Figures range={range} />
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg" verticalSpacing="lg">
        <Profit range={range} name={name} />
        <Attention />
        <Activity range={range} name={name} />
        <Latency range={range} />
        <OpenPositions />
        <Health />
      </SimpleGrid>
      <LastSignals />
    </Page>
  )
}

const MOST_SHOWN = 4

function Attention() {
  const attention = useApi('GET /attention')
  return (
    <Section title={t.attention.title} actions={<To to="/attention" fz="sm">{t.attention.all}</To>}>
      <Loaded of={attention}>{({ items }) => (items.length === 0 ? <Text fz="sm" c="dimmed">{t.attention.none}</Text> : <Stack gap="xs">{items.slice(0, MOST_SHOWN).map((item) => <OneItem key={`${item.kind} ${item.text}`} item={item} />)}</Stack>)}</Loaded>
    </Section>
  )
}

function Health() {
  const connections = useConnections()
  return (
    <Section title={t.health.title}>
      <Loaded of={connections} lines={2}>
        {({ items }) => (items.length === 0 ? <Text fz="sm" c="dimmed">{t.health.none}</Text> : (
          <Stack gap="xs">
            {items.map((connection) => (
              <Group key={connection.id} justify="space-between" wrap="nowrap">
                <div>
                  <Group gap="xs"><To to="/connections/$id" params={{ id: connection.id }} fz="sm" fw={600}>{connection.name}</To>{connection.simulated && <Practice />}</Group>
                  {connection.statusDetail !== null && <Text fz="xs" c="dimmed">{connection.statusDetail}</Text>}
                </div>
                <ConnectionState connection={connection} />
              </Group>
            ))}
          </Stack>
        ))}
      </Loaded>
    </Section>
  )
}

function LastSignals() {
  const signals = useApi('GET /signals', LAST)
  return (
    <Section title={t.last.title} actions={<To to="/signals" fz="sm">{t.last.all}</To>}>
      <Loaded of={signals}>{({ items }) => <SignalRows signals={items} label={t.last.title} />}</Loaded>
    </Section>
  )
}
