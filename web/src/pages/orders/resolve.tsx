import { Alert, Button, Paper, SimpleGrid, Stack, Text, TextInput, Title } from '@mantine/core'
import { IconHelpCircle } from '@tabler/icons-react'
import { useState } from 'react'
import type { ApiError } from '../../api/client.ts'
import { useChange } from '../../api/queries.ts'
import type { Order, Routes } from '../../api/schema.ts'
import { Confirm } from '../../parts/confirm.tsx'
import { Copyable } from '../../parts/copy.tsx'
import { told } from '../../parts/told.ts'
import { Trouble } from '../../parts/trouble.tsx'
import { orders } from '../../texts/orders.ts'
import { states } from '../../texts/states.ts'

const t = orders.resolve

/**
 * What one can say of an order of which nobody knows what became. As long as the look-ups go on they know more than
 * anybody: a person's word is asked for only where they came to no end, and it is asked twice.
 */
export function Resolve({ order: { id, clientOrderId, needsPerson } }: { readonly order: Order }) {
  const resolve = useChange('POST /orders/{id}/resolve', {
    touches: ['/orders', '/attention', '/bots', '/positions'],
    done: ({ state }) => { told(t.done(states.order[state])) },
  })
  const said = resolve.variables?.body.answer
  const say: Say = (body) => resolve.mutateAsync({ path: { id }, body })
  const busy = (answer: string): boolean => resolve.isPending && said === answer
  return (
    <Alert
      color="yellow" icon={<IconHelpCircle aria-hidden />} title={needsPerson ? t.title : t.lookingTitle}
    >
      <Stack>
        <Text fz="sm">{needsPerson ? t.intro : t.looking}</Text>
        <Copyable text={clientOrderId} label={orders.page.clientOrderId} />
        <Trouble error={said === 'check' ? resolve.error : null} />
        <SimpleGrid cols={{ base: 1, sm: 3 }}>
          <Answer title={t.check} text={t.checkText}>
            <Button onClick={() => { say({ answer: 'check' }).catch(() => undefined) }} loading={busy('check')}>
              {t.check}
            </Button>
          </Answer>
          {needsPerson && <Words say={say} busy={busy} error={said === 'check' ? null : resolve.error} />}
        </SimpleGrid>
      </Stack>
    </Alert>
  )
}

type Say = (body: Routes['POST /orders/{id}/resolve']['body']) => Promise<unknown>

/** That it is there, and that it is not: both end the search. */
function Words({ say, busy, error }: {
  readonly say: Say
  readonly busy: (answer: string) => boolean
  readonly error: ApiError | null
}) {
  const [number, setNumber] = useState('')
  const named = number.trim()
  return (
    <>
      <Answer title={t.exists} text={t.existsText}>
        <TextInput
          label={t.number} value={number} maxLength={64} autoComplete="off"
          onChange={(event) => { setNumber(event.currentTarget.value) }}
        />
        <Confirm
          label={t.adopt} title={t.adoptTitle(named)} action={t.adopt} danger={false}
          button={{ disabled: named === '' }} error={error} busy={busy('exists')}
          run={() => say({ answer: 'exists', exchangeOrderId: named })}
        >
          <Text fz="sm">{t.adoptText}</Text>
        </Confirm>
      </Answer>
      <Answer title={t.absent} text={t.absentText}>
        <Confirm
          label={t.end} title={t.endTitle} action={t.end} button={{ c: 'var(--down)' }}
          error={error} busy={busy('absent')} run={() => say({ answer: 'absent' })}
        >
          <Text fz="sm">{t.endText}</Text>
        </Confirm>
      </Answer>
    </>
  )
}

const Answer = ({
  title,
  text,
  children,
}: {
  readonly title: string
  readonly text: string
  readonly children: React.ReactNode
}) => (
  <Paper p="md">
    <Stack gap="xs" h="100%" justify="space-between">
      <div>
        <Title order={2} fz="sm">
          {title}
        </Title>
        <Text fz="sm" c="dimmed">
          {text}
        </Text>
      </div>
      <Stack gap="xs">{children}</Stack>
    </Stack>
  </Paper>
)
