import { Alert, Button, Paper, SimpleGrid, Stack, Text, TextInput, Title } from '@mantine/core'
import { IconHelpCircle } from '@tabler/icons-react'
import { useState } from 'react'
import { useChange } from '../../api/queries.ts'
import type { Order } from '../../api/schema.ts'
import { Copyable } from '../../parts/copy.tsx'
import { told } from '../../parts/told.ts'
import { Trouble } from '../../parts/trouble.tsx'
import { orders } from '../../texts/orders.ts'
import { states } from '../../texts/states.ts'

const t = orders.resolve

/** The three answers to an order of which nobody knows what became. */
export function Resolve({ order: { id, clientOrderId, needsPerson } }: { readonly order: Order }) {
  const [number, setNumber] = useState('')
  const resolve = useChange('POST /orders/{id}/resolve', { touches: ['/orders', '/attention', '/bots', '/positions'], done: ({ state }) => { told(t.done(states.order[state])) } })
  const say = (body: Parameters<typeof resolve.mutate>[0]['body']): void => { resolve.mutate({ path: { id }, body }) }
  const answer = resolve.variables?.body.answer
  const busy = (which: string): boolean => resolve.isPending && answer === which
  return (
    <Alert color="yellow" icon={<IconHelpCircle aria-hidden />} title={t.title}>
      <Stack>
        <Text fz="sm">{needsPerson ? t.intro : t.looking}</Text>
        <Copyable text={clientOrderId} label={orders.page.clientOrderId} />
        <Trouble error={resolve.error} />
        <SimpleGrid cols={{ base: 1, sm: 3 }}>
          <Answer title={t.check} text={t.checkText}><Button onClick={() => { say({ answer: 'check' }) }} loading={busy('check')}>{t.check}</Button></Answer>
          <Answer title={t.exists} text={t.existsText}>
            <TextInput label={t.number} value={number} maxLength={64} onChange={(event) => { setNumber(event.currentTarget.value) }} autoComplete="off" />
            <Button variant="default" disabled={number.trim() === ''} onClick={() => { say({ answer: 'exists', exchangeOrderId: number.trim() }) }} loading={busy('exists')}>{t.adopt}</Button>
          </Answer>
          <Answer title={t.absent} text={t.absentText}><Button variant="default" c="var(--down)" onClick={() => { say({ answer: 'absent' }) }} loading={busy('absent')}>{t.end}</Button></Answer>
        </SimpleGrid>
      </Stack>
    </Alert>
  )
}

const Answer = ({ title, text, children }: { readonly title: string; readonly text: string; readonly children: React.ReactNode }) => (
  <Paper p="md"><Stack gap="xs" h="100%" justify="space-between"><div><Title order={3} fz="sm">{title}</Title><Text fz="sm" c="dimmed">{text}</Text></div><Stack gap="xs">{children}</Stack></Stack></Paper>
)
