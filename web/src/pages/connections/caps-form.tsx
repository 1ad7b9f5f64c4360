import { Button, Group, NumberInput, Stack, TextInput } from '@mantine/core'
import { useState, type SubmitEvent } from 'react'
import { useApi, useChange } from '../../api/queries.ts'
import type { Caps } from '../../api/schema.ts'
import { Loaded } from '../../parts/page.tsx'
import { Section } from '../../parts/section.tsx'
import { told } from '../../parts/told.ts'
import { Trouble } from '../../parts/trouble.tsx'
import { common } from '../../texts/common.ts'
import { connections } from '../../texts/connections.ts'

const t = connections.caps

/** Limits on a connection's entries, which the executor holds. */
export function CapsForm({ id }: { readonly id: string }) {
  const caps = useApi('GET /connections/{id}/caps', { path: { id } })
  return (
    <Section title={t.title} intro={t.intro}>
      <Loaded of={caps} lines={2}>{(now) => <Form key={JSON.stringify(now)} id={id} caps={now} />}</Loaded>
    </Section>
  )
}

function Form({ id, caps }: { readonly id: string; readonly caps: Caps }) {
  const { ceiling } = caps
  const [perMinute, setPerMinute] = useState<number | string>(caps.ordersPerMinute ?? '')
  const [perOrder, setPerOrder] = useState(caps.notionalPerOrder ?? '')
  const [perDay, setPerDay] = useState(caps.notionalPerDay ?? '')
  const save = useChange('PUT /connections/{id}/caps', { touches: ['/connections'], done: () => { told(t.saved) } })
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    save.mutate({ path: { id }, body: { ordersPerMinute: perMinute === '' ? null : Number(perMinute), notionalPerOrder: perOrder.trim() || null, notionalPerDay: perDay.trim() || null } })
  }
  const told_ = (limit: string | number | null): { description?: string } => (limit === null ? {} : { description: t.ceiling(String(limit)) })
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Group grow align="flex-end" preventGrowOverflow={false} gap="sm">
          <NumberInput label={t.perMinute} value={perMinute} onChange={setPerMinute} min={1} max={99_999} allowDecimal={false} {...told_(ceiling.ordersPerMinute)} />
          <TextInput label={t.perOrder} value={perOrder} onChange={(event) => { setPerOrder(event.currentTarget.value) }} inputMode="decimal" error={save.error?.field('notionalPerOrder')} {...told_(ceiling.notionalPerOrder)} />
          <TextInput label={t.perDay} value={perDay} onChange={(event) => { setPerDay(event.currentTarget.value) }} inputMode="decimal" error={save.error?.field('notionalPerDay')} {...told_(ceiling.notionalPerDay)} />
        </Group>
        <Trouble error={save.error} skip={['notionalPerOrder', 'notionalPerDay']} />
        <Group><Button type="submit" variant="default" loading={save.isPending}>{common.save}</Button></Group>
      </Stack>
    </form>
  )
}
