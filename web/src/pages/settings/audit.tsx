import { Alert, Button, Group, List, Text } from '@mantine/core'
import { IconAlertTriangle, IconLink, IconShieldCheck } from '@tabler/icons-react'
import { useApi, useChange, useList } from '../../api/queries.ts'
import type { Answer } from '../../api/client.ts'
import { To } from '../../parts/links.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Loaded } from '../../parts/page.tsx'
import { Rows } from '../../parts/rows.tsx'
import { Facts, Section } from '../../parts/section.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { common } from '../../texts/common.ts'
import { settings } from '../../texts/settings.ts'
import { Frame } from './frame.tsx'

const t = settings.audit

export function Audit() {
  const uses = useList('GET /audit', { query: { limit: 50 } })
  const me = useApi('GET /me')
  const connections = useApi('GET /connections', { query: { limit: 200 } })
  const nameOf = (id: string | null): string => connections.data?.items.find((one) => one.id === id)?.name ?? ''
  const verify = useChange('POST /audit/verify')
  return (
    <Frame>
      <Section
        title={t.title} intro={t.intro}
        actions={me.data?.role === 'admin' ? <Button variant="default" leftSection={<IconLink size={17} aria-hidden />} loading={verify.isPending} onClick={() => { verify.mutate({}) }} title={t.verifyText}>{t.verify}</Button> : undefined}
      >
        <Trouble error={verify.error} />
        {verify.data !== undefined && <Verdict found={verify.data} />}
        <Loaded of={{ ...uses, data: uses.items }}>
          {(items) => (items.length === 0 ? <Text fz="sm" c="dimmed">{t.none}</Text> : (
            <Rows
              label={t.title} items={items} keyOf={({ id }) => id}
              columns={[
                { title: t.columns.at, cell: ({ at }) => <Moment at={at} /> },
                { title: t.columns.action, head: true, cell: ({ action }) => <code>{action}</code> },
                { title: t.columns.connection, cell: ({ connectionId }) => (connectionId !== null && nameOf(connectionId) !== '' ? <To to="/connections/$id" params={{ id: connectionId }}>{nameOf(connectionId)}</To> : '') },
                { title: t.columns.why, cell: ({ orderId, reason }) => (orderId === null ? reason ?? '' : <To to="/orders/$id" params={{ id: orderId }}>{reason ?? orderId}</To>) },
                { title: t.columns.outcome, cell: ({ outcome }) => outcome ?? '' },
              ]}
            />
          ))}
        </Loaded>
        {uses.hasNextPage && <Group><Button size="xs" variant="default" onClick={() => { void uses.fetchNextPage() }} loading={uses.isFetchingNextPage}>{common.more}</Button></Group>}
      </Section>
    </Frame>
  )
}

function Verdict({ found: { ok, entries, gaps, copied, missing, head, problems } }: { readonly found: Answer<'POST /audit/verify'> }) {
  return (
    <Alert color={ok ? 'teal' : 'red'} icon={ok ? <IconShieldCheck aria-hidden /> : <IconAlertTriangle aria-hidden />} title={ok ? t.ok : t.bad} role="status">
      <Facts facts={[[t.facts.entries, entries], [t.facts.gaps, gaps], [t.facts.copied, copied], [t.facts.missing, missing], [t.facts.head, <code key="h">{head.seq} · {head.hash.slice(0, 16)}…</code>]]} />
      {problems.length > 0 && <List size="sm" mt="xs">{problems.map(({ seq, problem }) => <List.Item key={`${seq} ${problem}`}>{seq}: {problem}</List.Item>)}</List>}
    </Alert>
  )
}
