import { Alert, Button, List, Stack, Tabs, Text } from '@mantine/core'
import { useParams } from '@tanstack/react-router'
import { useApi, useChange } from '../../api/queries.ts'
import type { Webhook } from '../../api/schema.ts'
import { To, ToButton } from '../../parts/links.tsx'
import { Loaded, Page } from '../../parts/page.tsx'
import { Section } from '../../parts/section.tsx'
import { Receiving } from '../../parts/states.tsx'
import { told } from '../../parts/told.ts'
import { Trouble } from '../../parts/trouble.tsx'
import { webhooks } from '../../texts/webhooks.ts'
import { Activity } from './activity.tsx'
import { Address } from './address.tsx'
import { MessageBuilder } from './message-builder.tsx'
import { SendSignal } from './send-signal.tsx'
import { Settings } from './webhook-settings.tsx'

const t = webhooks.page

export function WebhookPage() {
  const { id } = useParams({ from: '/webhooks/$id' })
  const webhook = useApi('GET /webhooks/{id}', { path: { id } })
  const bots = useApi('GET /bots', { query: { webhookId: id, limit: 200 } })
  const above = <To to="/webhooks" fz="sm">{webhooks.title}</To>
  if (webhook.data === undefined) return <Page title={webhooks.title} above={above}><Loaded of={webhook}>{() => null}</Loaded></Page>
  const { name, description, access, paused } = webhook.data
  return (
    <Page
      title={name} above={above} intro={description === '' ? undefined : description}
      actions={access === 'owner' ? <><Receiving paused={paused === true} bots={bots.data?.items ?? []} /><Pause webhook={webhook.data} /></> : undefined}
    >
      {access === 'owner' ? <Own webhook={webhook.data} /> : <><Alert color="tower">{t.shared}</Alert><Listeners webhook={webhook.data} /><Activity id={id} owner={false} /></>}
    </Page>
  )
}

function Own({ webhook }: { readonly webhook: Webhook }) {
  return (
    <>
      {webhook.paused === true && <Alert color="yellow">{t.paused}</Alert>}
      <Tabs defaultValue="message" keepMounted={false}>
        <Tabs.List mb="lg">
          {Object.entries(t.tabs).map(([value, label]) => <Tabs.Tab key={value} value={value}>{label}</Tabs.Tab>)}
        </Tabs.List>
        <Tabs.Panel value="message"><Stack gap="lg"><Address webhook={webhook} /><MessageBuilder webhook={webhook} /><Listeners webhook={webhook} /></Stack></Tabs.Panel>
        <Tabs.Panel value="send"><SendSignal webhook={webhook} /></Tabs.Panel>
        <Tabs.Panel value="activity"><Activity id={webhook.id} owner /></Tabs.Panel>
        <Tabs.Panel value="settings"><Settings webhook={webhook} /></Tabs.Panel>
      </Tabs>
    </>
  )
}

function Pause({ webhook: { id, paused } }: { readonly webhook: Webhook }) {
  const change = useChange('PATCH /webhooks/{id}', { touches: ['/webhooks'], done: (answer) => { told(answer.paused === true ? t.pausedNow : t.resumedNow) } })
  return (
    <>
      <Button variant="default" loading={change.isPending} onClick={() => { change.mutate({ path: { id }, body: { paused: paused !== true } }) }}>{paused === true ? t.resume : t.pause}</Button>
      <Trouble error={change.error} />
    </>
  )
}

function Listeners({ webhook: { id, bots } }: { readonly webhook: Webhook }) {
  return (
    <Section title={t.bots} actions={<ToButton to="/bots/new" search={{ webhook: id }} variant="default" size="xs">{t.makeBot}</ToButton>}>
      {bots.length === 0 ? <Text fz="sm" c="dimmed">{t.noBots}</Text> : (
        <List size="sm">{bots.map((bot) => <List.Item key={bot.id}><To to="/bots/$id" params={{ id: bot.id }}>{bot.name}</To></List.Item>)}</List>
      )}
    </Section>
  )
}
