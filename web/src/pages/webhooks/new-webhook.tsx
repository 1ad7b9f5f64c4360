import { Alert, Button, Checkbox, Group, Stack, Text, TextInput, Title } from '@mantine/core'
import { IconCircleCheck } from '@tabler/icons-react'
import type { SubmitEvent } from 'react'
import { useChange } from '../../api/queries.ts'
import type { Webhook } from '../../api/schema.ts'
import { isWithheld } from '../../api/withheld.ts'
import { Copyable } from '../../parts/copy.tsx'
import { To, ToButton } from '../../parts/links.tsx'
import { Page } from '../../parts/page.tsx'
import { Section } from '../../parts/section.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { useDraft } from '../../session/drafts.ts'
import { webhooks } from '../../texts/webhooks.ts'

const t = webhooks.form

export function NewWebhook() {
  const [name, setName] = useDraft('new webhook name', '')
  const [key, setKey] = useDraft('new webhook key', false)
  const create = useChange('POST /webhooks', { touches: ['/webhooks', '/stats'] })
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    create.mutate({ body: { ...(name.trim() === '' ? {} : { name: name.trim() }), ...(key ? { key } : {}) } })
  }
  return (
    <Page narrow title={t.title} intro={webhooks.empty.text} above={<To to="/webhooks" fz="sm">{webhooks.title}</To>}>
      {create.data === undefined ? (
        <Section title={t.title}>
          <form onSubmit={submit}>
            <Stack>
              <TextInput label={t.name} description={t.nameHint} placeholder="TradingView" value={name} maxLength={100} onChange={(event) => { setName(event.currentTarget.value) }} data-autofocus autoComplete="off" />
              <Checkbox label={t.key} description={t.keyHint} checked={key} onChange={(event) => { setKey(event.currentTarget.checked) }} />
              <Trouble error={create.error} />
              <Group><Button type="submit" loading={create.isPending}>{t.submit}</Button></Group>
            </Stack>
          </form>
        </Section>
      ) : <Made webhook={create.data} />}
    </Page>
  )
}

function Made({ webhook }: { readonly webhook: Webhook }) {
  const { id, name, url, key } = webhook
  const { made } = webhooks
  return (
    <Alert color="teal" icon={<IconCircleCheck aria-hidden />} title={made.title(name)} role="status">
      <Stack>
        <Title order={2} fz="sm">{made.address}</Title>
        <Copyable text={url ?? ''} label={webhooks.page.copyAddress} />
        {isWithheld(webhook, 'key') && <Text fz="sm">{made.keyLost}</Text>}
        {key !== undefined && (
          <>
            <Title order={2} fz="sm">{made.key}</Title>
            <Text fz="sm">{made.keyOnce}</Text>
            <Copyable text={key} label={made.key} />
          </>
        )}
        <Group>
          <ToButton to="/bots/new" search={{ webhook: id }}>{made.bot}</ToButton>
          <ToButton to="/webhooks/$id" params={{ id }} variant="default">{made.open}</ToButton>
        </Group>
      </Stack>
    </Alert>
  )
}
