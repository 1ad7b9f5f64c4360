import { Button, Text } from '@mantine/core'
import { IconPlus, IconWebhook } from '@tabler/icons-react'
import { useApi, useList } from '../../api/queries.ts'
import { Empty } from '../../parts/empty.tsx'
import { To, ToButton } from '../../parts/links.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Loaded, Page } from '../../parts/page.tsx'
import { Rows } from '../../parts/rows.tsx'
import { Receiving } from '../../parts/states.tsx'
import { common } from '../../texts/common.ts'
import { webhooks as t } from '../../texts/webhooks.ts'

export function Webhooks() {
  const list = useList('GET /webhooks')
  const bots = useApi('GET /bots', { query: { limit: 200 } })
  const create = <ToButton to="/webhooks/new" leftSection={<IconPlus size={18} aria-hidden />}>{t.create}</ToButton>
  return (
    <Page title={t.title} intro={t.intro} actions={list.items?.length === 0 ? undefined : create}>
      <Loaded of={{ ...list, data: list.items }}>
        {(items) => (items.length === 0
          ? <Empty icon={<IconWebhook aria-hidden />} title={t.empty.title} action={create}>{t.empty.text}</Empty>
          : (
            <Rows
              label={t.list} items={items} keyOf={({ id }) => id}
              columns={[
                { title: t.columns.name, head: true, cell: ({ id, name, description }) => <><To to="/webhooks/$id" params={{ id }} fw={600}>{name}</To>{description !== '' && <Text fz="xs" c="dimmed">{description}</Text>}</> },
                { title: t.columns.state, cell: ({ id, paused, access }) => (access === 'shared' ? t.sharedBy : <Receiving paused={paused === true} bots={bots.data?.items.filter(({ webhookId }) => webhookId === id) ?? []} />) },
                { title: t.columns.key, cell: ({ keyProtected }) => (keyProtected === null ? '' : keyProtected ? t.protected : t.open) },
                { title: t.columns.bots, figures: true, cell: (webhook) => webhook.bots.length },
                { title: t.columns.created, figures: true, cell: ({ createdAt }) => (createdAt === null ? '' : <Moment at={createdAt} as="day" />) },
              ]}
            />
          ))}
      </Loaded>
      {list.hasNextPage && <Button variant="default" onClick={() => { void list.fetchNextPage() }} loading={list.isFetchingNextPage}>{common.more}</Button>}
    </Page>
  )
}
