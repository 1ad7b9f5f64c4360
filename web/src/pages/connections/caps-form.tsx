import { Button, Group, Stack } from '@mantine/core'
import { useState, type SubmitEvent } from 'react'
import { AmountInput } from '../../amounts/amount-input.tsx'
import { plainOf, sure, type Rule } from '../../amounts/read-amount.ts'
import { useApi, useChange } from '../../api/queries.ts'
import type { Caps } from '../../api/schema.ts'
import { figure } from '../../parts/decimals.ts'
import { Loaded } from '../../parts/page.tsx'
import { Section } from '../../parts/section.tsx'
import { told } from '../../parts/told.ts'
import { Trouble } from '../../parts/trouble.tsx'
import { common } from '../../texts/common.ts'
import { connections } from '../../texts/connections.ts'

const t = connections.caps
const PER_MINUTE: Rule = { whole: true, least: 1, most: 99_999 }

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
  const [perMinute, setPerMinute] = useState(() => sure(String(caps.ordersPerMinute ?? '')))
  const [perOrder, setPerOrder] = useState(() => sure(caps.notionalPerOrder ?? ''))
  const [perDay, setPerDay] = useState(() => sure(caps.notionalPerDay ?? ''))
  const save = useChange('PUT /connections/{id}/caps', { touches: ['/connections'], done: () => { told(t.saved) } })
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    const [minute, order, day] = [plainOf(perMinute, PER_MINUTE), plainOf(perOrder), plainOf(perDay)]
    if (minute === null || order === null || day === null) return
    save.mutate({ path: { id }, body: { ordersPerMinute: minute === '' ? null : Number(minute), notionalPerOrder: order || null, notionalPerDay: day || null } })
  }
  const told_ = (limit: string | number | null): { description?: string } => (limit === null ? {} : { description: t.ceiling(figure(String(limit))) })
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Group grow align="flex-start" preventGrowOverflow={false} gap="sm">
          <AmountInput label={t.perMinute} value={perMinute} onChange={setPerMinute} rule={PER_MINUTE} error={save.error?.field('ordersPerMinute')} {...told_(ceiling.ordersPerMinute)} />
          <AmountInput label={t.perOrder} value={perOrder} onChange={setPerOrder} error={save.error?.field('notionalPerOrder')} {...told_(ceiling.notionalPerOrder)} />
          <AmountInput label={t.perDay} value={perDay} onChange={setPerDay} error={save.error?.field('notionalPerDay')} {...told_(ceiling.notionalPerDay)} />
        </Group>
        <Trouble error={save.error} skip={['ordersPerMinute', 'notionalPerOrder', 'notionalPerDay']} />
        <Group><Button type="submit" variant="default" loading={save.isPending}>{common.save}</Button></Group>
      </Stack>
    </form>
  )
}
