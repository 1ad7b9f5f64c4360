import { Button, Group, Paper, Stack, Text } from '@mantine/core'
import { IconCircleCheck } from '@tabler/icons-react'
import { useApi, useChange, useList } from '../../api/queries.ts'
import type { Attention as AttentionAnswer, Finding } from '../../api/schema.ts'
import { figure } from '../../parts/decimals.ts'
import { Empty } from '../../parts/empty.tsx'
import { To, ToButton } from '../../parts/links.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Loaded, Page } from '../../parts/page.tsx'
import { Rows } from '../../parts/rows.tsx'
import { Section } from '../../parts/section.tsx'
import { Severity } from '../../parts/states.tsx'
import { told } from '../../parts/told.ts'
import { Trouble } from '../../parts/trouble.tsx'
import { attention as t } from '../../texts/attention.ts'
import { common } from '../../texts/common.ts'

type Item = AttentionAnswer['items'][number]

export function Attention() {
  const attention = useApi('GET /attention')
  return (
    <Page title={t.title} intro={t.intro}>
      <Loaded of={attention}>
        {({ items }) => (items.length === 0
          ? <Empty icon={<IconCircleCheck aria-hidden />} title={t.empty.title}>{t.empty.text}</Empty>
          : <Stack gap="sm">{items.map((item) => <OneItem key={`${item.kind} ${item.orderId ?? item.findingId ?? item.connectionId ?? ''} ${item.text}`} item={item} />)}{items.length >= 200 && <Text c="dimmed" fz="sm">{t.more}</Text>}</Stack>)}
      </Loaded>
      <Findings />
    </Page>
  )
}

export function OneItem({ item }: { readonly item: Item }) {
  const { kind, severity, at, text } = item
  return (
    <Paper p="md" radius="lg">
      <Group justify="space-between" gap="sm">
        <div style={{ flex: '1 1 18rem', minWidth: 0 }}>
          <Group gap="xs" mb={4}><Severity severity={severity} /><Text fz="xs" c="dimmed">{t.kinds[kind]} · <Moment at={at} as="ago" /></Text></Group>
          <Text fz="sm" className="wrap">{text}</Text>
        </div>
        <Group gap="xs"><Remedy item={item} /></Group>
      </Group>
    </Paper>
  )
}

function Remedy({ item: { kind, orderId, findingId, connectionId, botId } }: { readonly item: Item }) {
  const small = { size: 'xs', variant: 'default' } as const
  switch (kind) {
    case 'order_uncertain': return orderId !== null && <ToButton to="/orders/$id" params={{ id: orderId }} size="xs">{t.actions.order}</ToButton>
    case 'exit_open':
    case 'finding': return (
      <>
        {botId !== null && <ToButton to="/bots/$id" params={{ id: botId }} {...small}>{t.actions.bot}</ToButton>}
        {findingId !== null && <Acknowledge id={findingId} />}
      </>
    )
    case 'connection_unhealthy': return connectionId !== null && <ToButton to="/connections/$id" params={{ id: connectionId }} {...small}>{t.actions.connection}</ToButton>
    case 'key_expires': return connectionId !== null && <ToButton to="/connections/$id/replace" params={{ id: connectionId }} size="xs">{t.actions.replace}</ToButton>
    case 'no_second_factor': return <ToButton to="/settings/security" size="xs">{t.actions.secure}</ToButton>
    default: return null
  }
}

function Acknowledge({ id }: { readonly id: string }) {
  const acknowledge = useChange('POST /findings/{id}/acknowledge', { touches: ['/findings', '/attention'], done: () => { told(t.acknowledged) } })
  return <><Button size="xs" variant="default" loading={acknowledge.isPending} onClick={() => { acknowledge.mutate({ path: { id } }) }}>{t.actions.acknowledge}</Button><Trouble error={acknowledge.error} /></>
}

function Findings() {
  const findings = useList('GET /findings', { query: { limit: 20 } })
  const stateOf = ({ acknowledgedAt, closedAt }: Finding): string => (closedAt !== null ? t.findings.gone : acknowledgedAt !== null ? t.findings.seen : t.findings.open)
  return (
    <Section title={t.findings.title} intro={t.findings.intro}>
      <Loaded of={{ ...findings, data: findings.items }} lines={2}>
        {(items) => (items.length === 0 ? <Text fz="sm" c="dimmed">{t.findings.none}</Text> : (
          <Rows
            label={t.findings.title} items={items} keyOf={({ id }) => id}
            columns={[
              { title: t.findings.columns.at, cell: ({ at }) => <Moment at={at} as="short" /> },
              { title: t.findings.columns.what, head: true, wide: true, cell: ({ detail, orderId }) => (orderId === null ? detail : <To to="/orders/$id" params={{ id: orderId }}>{detail}</To>) },
              { title: t.findings.columns.ours, figures: true, cell: ({ ours }) => figure(ours ?? '') },
              { title: t.findings.columns.theirs, figures: true, cell: ({ theirs }) => figure(theirs ?? '') },
              { title: t.findings.columns.state, cell: stateOf },
            ]}
          />
        ))}
      </Loaded>
      {findings.hasNextPage && <Group><Button variant="default" size="xs" onClick={() => { void findings.fetchNextPage() }}>{common.more}</Button></Group>}
    </Section>
  )
}
