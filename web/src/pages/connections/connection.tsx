import { Alert, Anchor, Button, Group, List, SimpleGrid, Stack, Text } from '@mantine/core'
import { useNavigate, useParams } from '@tanstack/react-router'
import { IconInfoCircle } from '@tabler/icons-react'
import { useApi, useChange, useList } from '../../api/queries.ts'
import type { Connection } from '../../api/schema.ts'
import { Confirm } from '../../parts/confirm.tsx'
import { FrozenNote } from '../../parts/frozen.tsx'
import { To, ToButton } from '../../parts/links.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Loaded, Page } from '../../parts/page.tsx'
import { Rows } from '../../parts/rows.tsx'
import { Facts, Section } from '../../parts/section.tsx'
import { ConnectionState, Practice } from '../../parts/states.tsx'
import { told } from '../../parts/told.ts'
import { Trouble } from '../../parts/trouble.tsx'
import { common } from '../../texts/common.ts'
import { connections } from '../../texts/connections.ts'
import { states } from '../../texts/states.ts'
import { CapsForm } from './caps-form.tsx'
import { CheckList } from './check-list.tsx'
import { useChecking } from './checking.ts'

const t = connections.page

/** A connection: its health, its bots, every use of its key. There is nothing to edit. */
export function ConnectionPage() {
  const { id } = useParams({ from: '/connections/$id' })
  const connection = useApi('GET /connections/{id}', { path: { id } })
  return connection.data === undefined
    ? <Page title={connections.title}><Loaded of={connection}>{() => null}</Loaded></Page>
    : <Shown key={id} connection={connection.data} />
}

function Shown({ connection }: { readonly connection: Connection }) {
  const { id, name, exchange, market, fingerprint, statusDetail, checks, expiresAt, bots, createdAt, lastUsedAt, reconciledAt, reconcileTrouble } = connection
  const checking = useChecking(id)
  const { data: exchanges } = useApi('GET /exchanges')
  const compare = useChange('POST /connections/{id}/reconcile', { touches: ['/connections', '/findings', '/attention'], done: () => { told(t.comparedNow) } })
  return (
    <Page
      title={name} above={<To to="/connections" fz="sm">{connections.title}</To>} intro={<Group gap="xs"><ConnectionState connection={connection} />{connection.simulated && <Practice />}{statusDetail}</Group>}
      actions={(
        <>
          <Button variant="default" loading={checking.busy} onClick={checking.check}>{t.check}</Button>
          <ToButton to="/connections/$id/replace" params={{ id }} variant="default">{t.replace}</ToButton>
          <Removal connection={connection} />
        </>
      )}
    >
      <FrozenNote connection={connection} />
      <Trouble error={checking.error} />
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg" verticalSpacing="lg">
        <Section title={connections.checks.title}><CheckList checks={checking.checks ?? checks} /></Section>
        <Stack gap="lg">
          <Section title={t.facts} actions={<Button variant="default" size="xs" loading={compare.isPending} onClick={() => { compare.mutate({ path: { id } }) }}>{t.compare}</Button>}>
            <Facts
              facts={[
                [t.exchange, exchanges?.items.find((one) => one.id === exchange)?.name ?? exchange], [t.market, states.market[market]], [t.fingerprint, <code key="f">{fingerprint}</code>],
                [t.created, <Moment key="c" at={createdAt} />], [t.used, lastUsedAt === null ? common.never : <Moment key="u" at={lastUsedAt} />],
                [t.expires, expiresAt === null ? t.noEnd : <Moment key="e" at={expiresAt} />],
                [t.compared, <span key="r">{reconciledAt === null ? common.never : <Moment at={reconciledAt} as="ago" />}{reconcileTrouble !== null && ` · ${reconcileTrouble}`}</span>],
              ]}
            />
            <Trouble error={compare.error} />
          </Section>
          <Section title={t.bots}>
            {bots.length === 0 ? <Text c="dimmed" fz="sm">{t.noBots}</Text> : <List size="sm">{bots.map((bot) => <List.Item key={bot.id}><To to="/bots/$id" params={{ id: bot.id }}>{bot.name}</To></List.Item>)}</List>}
          </Section>
          <CapsForm id={id} />
          <Alert color="gray" icon={<IconInfoCircle aria-hidden />} title={t.why}><Text fz="sm">{t.whyText}</Text></Alert>
        </Stack>
      </SimpleGrid>
      <Uses id={id} />
    </Page>
  )
}

function Removal({ connection: { id, name, bots } }: { readonly connection: Connection }) {
  const navigate = useNavigate()
  const remove = useChange('DELETE /connections/{id}', { touches: ['/attention'], done: async () => {
    told(t.removed)
    await navigate({ to: '/connections' })
  } })
  return (
    <Confirm label={t.remove} title={t.removeTitle(name)} action={t.remove} button={{ c: 'var(--down)' }} busy={remove.isPending} error={remove.error} run={() => remove.mutateAsync({ path: { id } })}>
      <Text fz="sm">{t.removeText}</Text>
      {bots.length > 0 && (
        <Alert color="yellow" mt="sm">
          <Text fz="sm">{t.inUse}</Text>
          <List size="sm">{bots.map((bot) => <List.Item key={bot.id}><To to="/bots/$id" params={{ id: bot.id }} fz="sm">{bot.name}</To></List.Item>)}</List>
        </Alert>
      )}
    </Confirm>
  )
}

function Uses({ id }: { readonly id: string }) {
  const uses = useList('GET /connections/{id}/audit', { path: { id }, query: { limit: 8 } })
  return (
    <Section title={t.uses} intro={t.usesIntro}>
      <Loaded of={{ ...uses, data: uses.items }}>
        {(items) => (items.length === 0 ? <Text c="dimmed" fz="sm">{t.noUses}</Text> : (
          <Rows
            label={t.uses} items={items} keyOf={(one) => one.id}
            columns={[
              { title: t.useColumns.at, cell: ({ at }) => <Moment at={at} /> },
              { title: t.useColumns.action, head: true, cell: ({ action }) => <code>{action}</code> },
              { title: t.useColumns.why, cell: ({ orderId, reason }) => (orderId === null ? reason ?? '' : <To to="/orders/$id" params={{ id: orderId }}>{reason ?? orderId}</To>) },
              { title: t.useColumns.outcome, cell: ({ outcome }) => outcome ?? '' },
            ]}
          />
        ))}
      </Loaded>
      {uses.hasNextPage && <Anchor component="button" type="button" fz="sm" onClick={() => { void uses.fetchNextPage() }}>{common.more}</Anchor>}
    </Section>
  )
}
