import { Alert, Button, Group, SimpleGrid, Text } from '@mantine/core'
import { useSearch } from '@tanstack/react-router'
import { IconCircleCheck, IconRobot } from '@tabler/icons-react'
import type { SubmitEvent } from 'react'
import { useApi, useChange } from '../../api/queries.ts'
import type { Connection, Webhook } from '../../api/schema.ts'
import { Empty } from '../../parts/empty.tsx'
import { To, ToButton } from '../../parts/links.tsx'
import { Loaded, Page } from '../../parts/page.tsx'
import { Section } from '../../parts/section.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { useDraft } from '../../session/drafts.ts'
import { bots } from '../../texts/bots.ts'
import { connections as connectionTexts } from '../../texts/connections.ts'
import { webhooks as webhookTexts } from '../../texts/webhooks.ts'
import { BotFields } from './bot-fields.tsx'
import { bodyOf, isUnsure, noWishes, type Wishes } from './bot-wishes.ts'
import { Preview } from './preview.tsx'

const t = bots.form
const FIELDS = ['connectionId', 'webhookId', 'symbol', 'amount', 'name', 'maxSize', 'leverage', 'maxSignalAgeSeconds', 'maxExitAgeSeconds']

export function NewBot() {
  const connections = useApi('GET /connections', { query: { limit: 200 } })
  const webhooks = useApi('GET /webhooks', { query: { limit: 200 } })
  const both = connections.data === undefined || webhooks.data === undefined ? undefined : { connections: connections.data.items, webhooks: webhooks.data.items }
  return (
    <Page title={t.title} intro={t.intro} above={<To to="/bots" fz="sm">{bots.title}</To>}>
      <Loaded of={{ data: both, error: connections.error ?? webhooks.error, refetch: () => Promise.all([connections.refetch(), webhooks.refetch()]) }}>
        {(known) => (known.connections.length === 0 || known.webhooks.length === 0 ? (
          <Empty
            icon={<IconRobot aria-hidden />} title={bots.empty.needs}
            action={known.connections.length === 0 ? <ToButton to="/connections/new">{connectionTexts.connect}</ToButton> : <ToButton to="/webhooks/new">{webhookTexts.create}</ToButton>}
          >{bots.empty.text}</Empty>
        ) : <Form {...known} />)}
      </Loaded>
    </Page>
  )
}

function Form({ connections, webhooks }: { readonly connections: readonly Connection[]; readonly webhooks: readonly Webhook[] }) {
  const search = useSearch({ from: '/bots/new' })
  const [wishes, setWishes] = useDraft<Wishes>('new bot', {
    ...noWishes, connectionId: search.connection ?? connections[0]?.id ?? '', webhookId: search.webhook ?? webhooks[0]?.id ?? '',
  })
  const futures = connections.find(({ id }) => id === wishes.connectionId)?.market === 'futures'
  const body = bodyOf(wishes, futures)
  const create = useChange('POST /bots', { touches: ['/bots', '/positions', '/connections', '/webhooks', '/stats'] })
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    if (body !== null) create.mutate({ body })
  }
  if (create.data !== undefined) {
    const { id, name, webhookId } = create.data
    return (
      <Alert color="teal" icon={<IconCircleCheck aria-hidden />} title={bots.made.title(name)} role="status" maw="46rem">
        <Text fz="sm">{bots.made.text}</Text>
        <Group mt="sm">
          <ToButton to="/start">{bots.made.test}</ToButton>
          <ToButton to="/bots/$id" params={{ id }} variant="default">{bots.made.open}</ToButton>
          <ToButton to="/webhooks/$id" params={{ id: webhookId }} variant="default">{webhookTexts.made.open}</ToButton>
        </Group>
      </Alert>
    )
  }
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg" verticalSpacing="lg">
      <Section title={t.title}>
        <form onSubmit={submit}>
          <BotFields wishes={wishes} wish={(change) => { setWishes((before) => ({ ...before, ...change })) }} futures={futures} error={create.error} />
          <Trouble error={create.error} skip={FIELDS} />
          <Group mt="lg"><Button type="submit" loading={create.isPending}>{t.submit}</Button></Group>
        </form>
      </Section>
      <div><Preview body={body} unsure={isUnsure(wishes)} /></div>
    </SimpleGrid>
  )
}
