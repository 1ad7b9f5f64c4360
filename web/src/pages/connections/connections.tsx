import { Button, Group } from '@mantine/core'
import { IconPlugConnected, IconPlus } from '@tabler/icons-react'
import { useApi, useList } from '../../api/queries.ts'
import { Empty } from '../../parts/empty.tsx'
import { To, ToButton } from '../../parts/links.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Loaded, Page } from '../../parts/page.tsx'
import { Rows } from '../../parts/rows.tsx'
import { ConnectionState, Practice } from '../../parts/states.tsx'
import { common } from '../../texts/common.ts'
import { connections as t } from '../../texts/connections.ts'
import { states } from '../../texts/states.ts'

export function Connections() {
  const list = useList('GET /connections')
  const { data: exchanges } = useApi('GET /exchanges')
  const nameOf = (id: string): string => exchanges?.items.find((one) => one.id === id)?.name ?? id
  const connect = <ToButton to="/connections/new" leftSection={<IconPlus size={18} aria-hidden />}>{t.connect}</ToButton>
  return (
    <Page title={t.title} intro={t.intro} actions={list.items?.length === 0 ? undefined : connect}>
      <Loaded of={{ ...list, data: list.items }}>
        {(items) => (items.length === 0
          ? <Empty icon={<IconPlugConnected aria-hidden />} title={t.empty.title} action={connect}>{t.empty.text}</Empty>
          : (
            <Rows
              label={t.list} items={items} keyOf={({ id }) => id}
              columns={[
                { title: t.columns.name, head: true, cell: (one) => <Group gap="xs"><To to="/connections/$id" params={{ id: one.id }} fw={600}>{one.name}</To>{one.simulated && <Practice />}</Group> },
                { title: t.columns.exchange, cell: ({ exchange, market }) => `${nameOf(exchange)} · ${states.market[market]}` },
                { title: t.columns.state, cell: (one) => <ConnectionState connection={one} /> },
                { title: t.columns.bots, figures: true, cell: ({ bots }) => bots.length },
                { title: t.columns.used, figures: true, cell: ({ lastUsedAt }) => (lastUsedAt === null ? common.never : <Moment at={lastUsedAt} as="ago" />) },
              ]}
            />
          ))}
      </Loaded>
      {list.hasNextPage && <Button variant="default" onClick={() => { void list.fetchNextPage() }} loading={list.isFetchingNextPage}>{common.more}</Button>}
    </Page>
  )
}
