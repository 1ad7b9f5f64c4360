import { Alert, Button, Group, SimpleGrid, Stack, Text } from '@mantine/core'
import { useSearch } from '@tanstack/react-router'
import { IconCircleCheck, IconRobot } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import { useApi, useChange } from '../../api/queries.ts'
import type { Connection, MadeBot, Warning, Webhook } from '../../api/schema.ts'
import { useConnection } from '../../parts/connection-of.ts'
import { Question } from '../../parts/confirm.tsx'
import { Empty } from '../../parts/empty.tsx'
import { FrozenNote } from '../../parts/frozen.tsx'
import { To, ToButton } from '../../parts/links.tsx'
import { Loaded, Page } from '../../parts/page.tsx'
import { Section } from '../../parts/section.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { useDraft } from '../../session/drafts.ts'
import { bots } from '../../texts/bots.ts'
import { connections as connectionTexts } from '../../texts/connections.ts'
import { webhooks as webhookTexts } from '../../texts/webhooks.ts'
import { BotFields } from './bot-fields.tsx'
import { Warnings, warningsOf } from './bot-warnings.tsx'
import { bodyOf, isUnsure, noWishes, type CreateBot, type Wishes } from './bot-wishes.ts'
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
  const { asked, submit, make, close } = useAsking(body, create.mutateAsync)
  if (create.data !== undefined) return <Made bot={create.data} />
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg" verticalSpacing="lg">
      <Section title={t.title}>
        <form onSubmit={(event) => { event.preventDefault(); submit() }}>
          <BotFields wishes={wishes} wish={(change) => { setWishes((before) => ({ ...before, ...change })) }} futures={futures} error={create.error} />
          <Trouble error={create.error} skip={FIELDS} />
          <Group mt="lg"><Button type="submit" loading={create.isPending}>{t.submit}</Button></Group>
        </form>
        <Question opened={asked.length > 0} close={close} title={bots.warnings.askTitle} action={bots.warnings.ask} run={make} busy={create.isPending} error={create.error}>
          <Warnings warnings={asked} />
        </Question>
      </Section>
      <div><Preview body={body} unsure={isUnsure(wishes)} /></div>
    </SimpleGrid>
  )
}

/** Makes the bot, and asks once where there is something to think of first. Pressed twice it looks, asks and makes once. */
function useAsking(body: CreateBot | null, create: (given: { readonly body: CreateBot & { name?: string } }) => Promise<unknown>) {
  const [asked, setAsked] = useState<readonly Warning[]>([])
  const looking = useRef(false)
  const make = (): Promise<unknown> => (body === null ? Promise.resolve() : create({ body }))
  const look = async (): Promise<void> => {
    if (body === null || looking.current) return
    looking.current = true
    try {
      const warnings = await warningsOf(body)
      setAsked(warnings)
      if (warnings.length === 0) await make().catch(() => undefined) // the form shows it
    } finally {
      looking.current = false
    }
  }
  return { asked, submit: () => { void look() }, make, close: () => { setAsked([]) } }
}

function Made({ bot }: { readonly bot: MadeBot }) {
  const { id, name, webhookId, connectionId } = bot
  const connection = useConnection(connectionId)
  const frozen = connection !== undefined && connection.freeze !== null
  return (
    <Stack maw="46rem">
      <Alert color={frozen ? 'blue' : 'teal'} icon={<IconCircleCheck aria-hidden />} title={bots.made.title(name)} role="status">
        <Text fz="sm">{frozen ? bots.made.textFrozen : bots.made.text}</Text>
        <Group mt="sm">
          <ToButton to="/start">{bots.made.test}</ToButton>
          <ToButton to="/bots/$id" params={{ id }} variant="default">{bots.made.open}</ToButton>
          <ToButton to="/webhooks/$id" params={{ id: webhookId }} variant="default">{webhookTexts.made.open}</ToButton>
        </Group>
      </Alert>
      {frozen && <FrozenNote connection={connection} />}
      <Warnings warnings={bot.warnings} />
    </Stack>
  )
}
