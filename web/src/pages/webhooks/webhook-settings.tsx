import { Button, Group, Select, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import type { SubmitEvent } from 'react'
import { AmountInput } from '../../amounts/amount-input.tsx'
import { plainOf, sure, type Rule } from '../../amounts/read-amount.ts'
import { useChange } from '../../api/queries.ts'
import type { Webhook } from '../../api/schema.ts'
import { Confirm } from '../../parts/confirm.tsx'
import { Section } from '../../parts/section.tsx'
import { told } from '../../parts/told.ts'
import { Trouble } from '../../parts/trouble.tsx'
import { useDraft } from '../../session/drafts.ts'
import { common } from '../../texts/common.ts'
import { webhooks } from '../../texts/webhooks.ts'
import { Shares } from './shares.tsx'

const t = webhooks.settings
const WINDOW: Rule = { whole: true, least: 0, most: 86_400 }
const PER_SECOND: Rule = { least: 0.1, most: 10_000 }
const BURST: Rule = { whole: true, least: 1, most: 100_000 }

export function Settings({ webhook }: { readonly webhook: Webhook }) {
  return <Stack gap="lg"><Form webhook={webhook} /><Shares id={webhook.id} /><Removal webhook={webhook} /></Stack>
}

function Form({ webhook }: { readonly webhook: Webhook }) {
  const { id, allowedSenders, rateLimit } = webhook
  const [name, setName] = useDraft(`webhook ${id} name`, webhook.name)
  const [description, setDescription] = useDraft(`webhook ${id} description`, webhook.description)
  const [senders, setSenders] = useDraft(`webhook ${id} senders`, typeof allowedSenders === 'string' ? allowedSenders : 'list')
  const [list, setList] = useDraft(`webhook ${id} list`, Array.isArray(allowedSenders) ? allowedSenders.join('\n') : '')
  const [window, setWindow] = useDraft(`webhook ${id} window`, () => sure(String(webhook.duplicateWindowSeconds ?? 30)))
  const [perSecond, setPerSecond] = useDraft(`webhook ${id} perSecond`, () => sure(String(rateLimit?.perSecond ?? 100)))
  const [burst, setBurst] = useDraft(`webhook ${id} burst`, () => sure(String(rateLimit?.burst ?? 1000)))
  const save = useChange('PATCH /webhooks/{id}', { touches: ['/webhooks'], done: () => { told(t.saved) } })
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    const [seconds, rate, atOnce] = [plainOf(window, WINDOW), plainOf(perSecond, PER_SECOND), plainOf(burst, BURST)]
    if (seconds === null || rate === null || atOnce === null) return
    save.mutate({ path: { id }, body: {
      name, description, duplicateWindowSeconds: Number(seconds), rateLimit: { perSecond: Number(rate), burst: Number(atOnce) },
      allowedSenders: senders === 'list' ? list.split(/\s+/).filter((line) => line !== '') : senders as 'any' | 'tradingview',
    } })
  }
  return (
    <Section title={webhooks.page.tabs.settings}>
      <form onSubmit={submit}>
        <Stack maw="34rem">
          <TextInput label={t.name} value={name} maxLength={100} required onChange={(event) => { setName(event.currentTarget.value) }} error={save.error?.field('name')} />
          <TextInput label={t.description} value={description} maxLength={1000} onChange={(event) => { setDescription(event.currentTarget.value) }} />
          <Select
            label={t.senders} value={senders} onChange={(value) => { setSenders(value ?? 'any') }} allowDeselect={false}
            data={(['any', 'tradingview', 'list'] as const).map((value) => ({ value, label: t.senderChoices[value] }))}
          />
          {senders === 'list' && (
            <Textarea label={t.senderList} description={t.senderListHint} value={list} onChange={(event) => { setList(event.currentTarget.value) }} autosize minRows={3} error={save.error?.field('allowedSenders')} className="mono" />
          )}
          <AmountInput label={t.window} description={t.windowHint} value={window} onChange={setWindow} rule={WINDOW} required rightSection={<Text fz="sm" c="dimmed">{t.seconds}</Text>} rightSectionPointerEvents="none" />
          <Group grow align="flex-start">
            <AmountInput label={t.perSecond} value={perSecond} onChange={setPerSecond} rule={PER_SECOND} required />
            <AmountInput label={t.burst} value={burst} onChange={setBurst} rule={BURST} required />
          </Group>
          <Text fz="xs" c="dimmed">{t.rateHint}</Text>
          <Trouble error={save.error} skip={['name', 'allowedSenders']} />
          <Group><Button type="submit" loading={save.isPending}>{common.save}</Button></Group>
        </Stack>
      </form>
    </Section>
  )
}

function Removal({ webhook: { id, name } }: { readonly webhook: Webhook }) {
  const navigate = useNavigate()
  const remove = useChange('DELETE /webhooks/{id}', { touches: ['/stats'], done: async () => {
    told(t.removed)
    await navigate({ to: '/webhooks' })
  } })
  return (
    <Group>
      <Confirm label={t.remove} title={t.removeTitle(name)} action={t.remove} button={{ c: 'var(--down)' }} run={() => remove.mutateAsync({ path: { id } })} busy={remove.isPending} error={remove.error}>
        <Text fz="sm">{t.removeText}</Text>
      </Confirm>
    </Group>
  )
}
