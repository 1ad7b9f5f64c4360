import { Alert, Group, Loader, Stack, Table, Text, Title } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react'
import type { ApiError } from '../../api/client.ts'
import type { Preview as PreviewAnswer } from '../../api/schema.ts'
import { useSimulated } from '../../parts/connection-of.ts'
import { figure } from '../../parts/decimals.ts'
import { Section } from '../../parts/section.tsx'
import { Practice, Side } from '../../parts/states.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { bots } from '../../texts/bots.ts'
import { previewOf, Warnings } from './bot-warnings.tsx'
import type { CreateBot } from './bot-wishes.ts'

const t = bots.preview
const TYPING_MS = 350

/**
 * What the next order of such a bot would be; asked anew while one types. `unsure`: an amount cannot be read, or in one way
 * alone. `botId`: of the bot whose settings these shall become.
 */
export function Preview({ body, unsure, botId }: { readonly body: CreateBot | null; readonly unsure: boolean; readonly botId?: string }) {
  const now = body === null ? null : JSON.stringify(body)
  const [settled] = useDebouncedValue(now, TYPING_MS)
  const preview = useQuery<PreviewAnswer, ApiError>({ ...previewOf(settled ?? '', botId), enabled: settled !== null, placeholderData: keepPreviousData })
  // Of other settings than those that stand in the form: shown until the next is here, and said to be.
  const old = settled !== now || preview.isPlaceholderData
  return (
    <Section title={t.title} actions={preview.isFetching || (body !== null && old) ? <Loader size="xs" aria-label={t.asking} /> : undefined}>
      <div aria-live="polite">
        {body === null || settled === null ? <Text fz="sm" c="dimmed">{unsure ? t.unsure : t.waiting}</Text> : <Shown preview={preview} old={old} connectionId={body.connectionId} />}
      </div>
    </Section>
  )
}

function Shown({ preview: { data, error }, old, connectionId }: {
  readonly preview: { data: PreviewAnswer | undefined; error: ApiError | null }; readonly old: boolean; readonly connectionId: string
}) {
  const simulated = useSimulated()
  if (error !== null) return <Trouble error={error} />
  if (data === undefined) return <Text fz="sm" c="dimmed">{t.asking}</Text>
  const { outcome, reason, orders, rules, base, quote, price, exchange, warnings } = data
  const fine = outcome === 'order' || outcome === 'test'
  return (
    <Stack gap="md" opacity={old ? 0.55 : undefined}>
      {orders.map((order, index) => (
        <Group key={`${order.side} ${order.quantity} ${index.toString()}`} gap="sm" align="baseline">
          <Side side={order.side} />
          <Text fz="xl" fw={650} className="figures">{order.quantity === null ? `${figure(order.quoteQuantity ?? '')} ${quote}` : `${figure(order.quantity)} ${base}`}</Text>
          <Text c="dimmed" fz="sm">{price !== null && `${t.price} ${figure(price)} ${quote}`}</Text>
          {simulated({ connectionId, exchange }) && <Practice />}
        </Group>
      ))}
      <Alert color={old ? 'gray' : fine ? 'teal' : 'red'} icon={fine ? <IconCircleCheck aria-hidden /> : <IconAlertTriangle aria-hidden />} py="xs"><Text fz="sm">{reason}</Text></Alert>
      <Warnings warnings={warnings} />
      {rules.length > 0 && (
        <div>
          <Title order={3} fz="sm" mb={4}>{t.rules}</Title>
          <Table fz="sm" aria-label={t.rules} withRowBorders={false} verticalSpacing={4} horizontalSpacing={0}>
            <Table.Tbody>
              {rules.map(({ rule, ok, detail }) => (
                <Table.Tr key={rule}>
                  <Table.Td w="1.6rem" c={ok ? 'var(--up)' : 'var(--down)'}>{ok ? <IconCircleCheck size={16} aria-label={t.ok} /> : <IconAlertTriangle size={16} aria-label={t.broken} />}</Table.Td>
                  <Table.Td>{detail}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
    </Stack>
  )
}
