import { Button, Checkbox, Group, SimpleGrid, Stack, Text, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useNavigate } from '@tanstack/react-router'
import { useState, type SubmitEvent } from 'react'
import { AmountInput } from '../../amounts/amount-input.tsx'
import { plainOf, typed, type Rule, type Typed } from '../../amounts/read-amount.ts'
import { useApi, useChange } from '../../api/queries.ts'
import type { Bot } from '../../api/schema.ts'
import { Confirm, Question } from '../../parts/confirm.tsx'
import { Section } from '../../parts/section.tsx'
import { told } from '../../parts/told.ts'
import { Trouble } from '../../parts/trouble.tsx'
import { useDraft } from '../../session/drafts.ts'
import { bots } from '../../texts/bots.ts'
import { BotFields } from './bot-fields.tsx'
import { bodyOf, isUnsure, wishesOf } from './bot-wishes.ts'
import { Preview } from './preview.tsx'

const t = bots.page
const DIFFERENCE: Rule = { signed: true }
const TOUCHES = ['/bots', '/positions', '/connections', '/webhooks', '/stats']
const FIELDS = ['connectionId', 'webhookId', 'symbol', 'amount', 'name', 'maxSize', 'leverage', 'maxSignalAgeSeconds', 'maxExitAgeSeconds']

export function BotSettings({ bot }: { readonly bot: Bot }) {
  return <Stack gap="lg"><Form key={JSON.stringify(wishesOf(bot))} bot={bot} /><Adjust bot={bot} /><Ending bot={bot} /></Stack>
}

function Form({ bot }: { readonly bot: Bot }) {
  const [wishes, setWishes] = useDraft(`bot ${bot.id}`, () => wishesOf(bot))
  const [abandon, setAbandon] = useState(false)
  const { data: connections } = useApi('GET /connections', { query: { limit: 200 } })
  const futures = (connections?.items.find(({ id }) => id === wishes.connectionId)?.market ?? bot.market) === 'futures'
  const body = bodyOf(wishes, futures)
  const [asked, { open: ask, close }] = useDisclosure(false)
  const save = useChange('PATCH /bots/{id}', { touches: TOUCHES, done: () => { told(bots.form.saved) } })
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    if (body === null) return
    if (abandon) ask()
    else save.mutate({ path: { id: bot.id }, body: changed(body, bot) })
  }
  const detach = (): Promise<unknown> => (body === null ? Promise.resolve() : save.mutateAsync({ path: { id: bot.id }, body: { ...changed(body, bot), abandonPosition: true } }))
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg" verticalSpacing="lg">
      <Section title={bots.form.changeTitle}>
        <form onSubmit={submit}>
          <BotFields wishes={wishes} wish={(change) => { setWishes((before) => ({ ...before, ...change })) }} futures={futures} error={save.error} />
          <Stack mt="md">
            <Trouble error={save.error} skip={FIELDS} />
            {save.error?.code === 'position_open' && <Checkbox label={bots.form.abandon} checked={abandon} onChange={(event) => { setAbandon(event.currentTarget.checked) }} />}
            <Group><Button type="submit" loading={save.isPending}>{bots.form.save}</Button></Group>
          </Stack>
        </form>
        <Question opened={asked} close={close} title={bots.form.abandonTitle} action={bots.form.abandonAction} run={detach} busy={save.isPending} error={save.error}>
          <Text fz="sm">{bots.form.abandonText}</Text>
        </Question>
      </Section>
      <div><Preview body={body} unsure={isUnsure(wishes)} botId={bot.id} /></div>
    </SimpleGrid>
  )
}

/** Only what differs: the server asks for a fresh proof where a change lets more money flow. */
function changed<T extends object>(wanted: T, now: object): Partial<T> {
  const before = now as Record<string, unknown>
  return Object.fromEntries(Object.entries(wanted).filter(([name, value]) => before[name] !== value)) as Partial<T>
}

function Adjust({ bot: { id, base } }: { readonly bot: Bot }) {
  const [quantity, setQuantity] = useDraft<Typed>(`adjust ${id} quantity`, typed(''))
  const [reason, setReason] = useDraft(`adjust ${id} reason`, '')
  const adjust = useChange('POST /bots/{id}/position', { touches: TOUCHES, done: () => {
    told(t.adjusted)
    setQuantity(typed(''))
    setReason('')
  } })
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    const plain = plainOf(quantity, DIFFERENCE)
    if (plain !== null) adjust.mutate({ path: { id }, body: { quantity: plain, reason: reason.trim() } })
  }
  return (
    <Section title={t.adjust} intro={t.adjustText}>
      <form onSubmit={submit}>
        <Stack maw="34rem">
          <AmountInput label={`${t.adjustQuantity} (${base})`} placeholder={t.adjustHint} value={quantity} required onChange={setQuantity} rule={DIFFERENCE} error={adjust.error?.field('quantity')} />
          <TextInput label={t.adjustReason} value={reason} required maxLength={500} onChange={(event) => { setReason(event.currentTarget.value) }} error={adjust.error?.field('reason')} />
          <Trouble error={adjust.error} skip={['quantity', 'reason']} />
          <Group><Button type="submit" variant="default" loading={adjust.isPending}>{t.adjust}</Button></Group>
        </Stack>
      </form>
    </Section>
  )
}

function Ending({ bot: { id, name, connectionId } }: { readonly bot: Bot }) {
  const navigate = useNavigate()
  const [abandon, setAbandon] = useState(false)
  const change = useChange('PATCH /bots/{id}', { touches: TOUCHES, done: () => { told(t.disconnected) } })
  const remove = useChange('DELETE /bots/{id}', { touches: ['/positions', '/stats'], done: async () => {
    told(t.removed)
    await navigate({ to: '/bots' })
  } })
  const held = (code: string | undefined) => code === 'position_open' && <Checkbox mt="sm" label={bots.form.abandon} checked={abandon} onChange={(event) => { setAbandon(event.currentTarget.checked) }} />
  return (
    <Section title={t.danger}>
      <Group>
        {connectionId !== null && (
          <Confirm label={t.disconnect} title={t.disconnectTitle} action={t.disconnect} run={() => change.mutateAsync({ path: { id }, body: { connectionId: null, ...(abandon ? { abandonPosition: true } : {}) } })} busy={change.isPending} error={change.error}>
            <Text fz="sm">{t.disconnectText}</Text>{held(change.error?.code)}
          </Confirm>
        )}
        <Confirm label={t.remove} title={t.removeTitle(name)} action={t.remove} button={{ c: 'var(--down)' }} run={() => remove.mutateAsync({ path: { id }, ...(abandon ? { query: { abandonPosition: 'true' as const } } : {}) })} busy={remove.isPending} error={remove.error}>
          <Text fz="sm">{t.removeText}</Text>{held(remove.error?.code)}
        </Confirm>
      </Group>
    </Section>
  )
}
