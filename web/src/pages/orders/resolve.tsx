import { Alert, Button, Paper, SimpleGrid, Stack, Text, TextInput, Title } from '@mantine/core'
import { IconHelpCircle } from '@tabler/icons-react'
import { useState } from 'react'
import { useChange } from '../../api/queries.ts'
import type { Order } from '../../api/schema.ts'
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
  const [number, setNumber] = useState('')
  const touches = ['/orders', '/attention', '/bots', '/positions']
  const resolve = useChange('POST /orders/{id}/resolve', {
    touches,
    done: ({ state }) => {
      told(t.done(states.order[state]))
    },
  })
  const say = (body: Parameters<typeof resolve.mutate>[0]['body']) =>
    resolve.mutateAsync({ path: { id }, body })
  const answer = resolve.variables?.body.answer
  const busy = (which: string): boolean => resolve.isPending && answer === which
  const word = { error: answer === 'check' ? null : resolve.error }
  return (
    <Alert
      color="yellow"
      icon={<IconHelpCircle aria-hidden />}
      title={needsPerson ? t.title : t.lookingTitle}
    >
      <Stack>
        <Text fz="sm">{needsPerson ? t.intro : t.looking}</Text>
        <Copyable text={clientOrderId} label={orders.page.clientOrderId} />
        <Trouble error={answer === 'check' ? resolve.error : null} />
        <SimpleGrid cols={{ base: 1, sm: 3 }}>
          <Answer title={t.check} text={t.checkText}>
            <Button
              onClick={() => {
                say({ answer: 'check' }).catch(() => undefined)
              }}
              loading={busy('check')}
            >
              {t.check}
            </Button>
          </Answer>
          {needsPerson && (
            <>
              <Answer title={t.exists} text={t.existsText}>
                <TextInput
                  label={t.number}
                  value={number}
                  maxLength={64}
                  onChange={(event) => {
                    setNumber(event.currentTarget.value)
                  }}
                  autoComplete="off"
                />
                <Confirm
                  {...word}
                  label={t.adopt}
                  title={t.adoptTitle(number.trim())}
                  action={t.adopt}
                  danger={false}
                  button={{ disabled: number.trim() === '' }}
                  run={() => say({ answer: 'exists', exchangeOrderId: number.trim() })}
                  busy={busy('exists')}
                >
                  <Text fz="sm">{t.adoptText}</Text>
                </Confirm>
              </Answer>
              <Answer title={t.absent} text={t.absentText}>
                <Confirm
                  {...word}
                  label={t.end}
                  title={t.endTitle}
                  action={t.end}
                  button={{ c: 'var(--down)' }}
                  run={() => say({ answer: 'absent' })}
                  busy={busy('absent')}
                >
                  <Text fz="sm">{t.endText}</Text>
                </Confirm>
              </Answer>
            </>
          )}
        </SimpleGrid>
      </Stack>
    </Alert>
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
