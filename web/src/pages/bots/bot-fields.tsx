import { Anchor, Checkbox, Collapse, Group, Input, SegmentedControl, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { AmountInput } from '../../amounts/amount-input.tsx'
import type { Typed } from '../../amounts/read-amount.ts'
import type { ApiError } from '../../api/client.ts'
import { useApi } from '../../api/queries.ts'
import { bots } from '../../texts/bots.ts'
import { AMOUNTS, isOpen, type AmountField, type Wishes } from './bot-wishes.ts'

const t = bots.form
const UNDER_MORE: readonly AmountField[] = ['maxSize', 'maxSignalAgeSeconds', 'maxExitAgeSeconds']

/** The fields of a bot's form; errors stand at their fields. */
export function BotFields({ wishes, wish, futures, error }: {
  readonly wishes: Wishes; readonly wish: (change: Partial<Wishes>) => void; readonly futures: boolean; readonly error: ApiError | null
}) {
  const connections = useApi('GET /connections', { query: { limit: 200 } })
  const webhooks = useApi('GET /webhooks', { query: { limit: 200 } })
  const [more, { toggle }] = useDisclosure(false)
  const choices = (items: readonly { readonly id: string; readonly name: string }[] | undefined) => (items ?? []).map(({ id, name }) => ({ value: id, label: name }))
  // Nobody answers a question that he does not see.
  const opened = more || UNDER_MORE.some((field) => isOpen(wishes, field) || error?.field(field) !== undefined)
  const text = (field: 'symbol' | 'name') => ({
    value: wishes[field], error: error?.field(field), autoComplete: 'off', onChange: (event: { currentTarget: { value: string } }) => { wish({ [field]: event.currentTarget.value }) },
  })
  const amount = (field: AmountField) => ({
    value: wishes[field], rule: AMOUNTS[field], error: error?.field(field), onChange: (value: Typed) => { wish({ [field]: value }) },
  })
  const seconds = { rightSection: <Text fz="sm" c="dimmed">{t.seconds}</Text>, rightSectionPointerEvents: 'none' } as const
  return (
    <Stack>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <Select label={t.connection} data={choices(connections.data?.items)} value={wishes.connectionId || null} onChange={(id) => { wish({ connectionId: id ?? '' }) }} required searchable error={error?.field('connectionId')} />
        <Select label={t.webhook} data={choices(webhooks.data?.items)} value={wishes.webhookId || null} onChange={(id) => { wish({ webhookId: id ?? '' }) }} required searchable error={error?.field('webhookId')} />
      </SimpleGrid>
      <TextInput label={t.symbol} description={t.symbolHint} placeholder="BTCUSDT" required {...text('symbol')} spellCheck={false} />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <AmountInput label={t.amount} required {...amount('amount')} />
        <Input.Wrapper label={t.amountIn} labelElement="div">
          <SegmentedControl fullWidth aria-label={t.amountIn} value={wishes.amountIn} onChange={(value) => { wish({ amountIn: value as Wishes['amountIn'] }) }} data={[{ value: 'quote', label: t.quote }, { value: 'base', label: t.base }]} />
        </Input.Wrapper>
      </SimpleGrid>
      <Input.Description mt={-8}>{t.amountHint}</Input.Description>
      <TextInput label={t.name} description={t.nameHint} maxLength={100} {...text('name')} />
      {futures && (
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <Select label={t.direction} description={t.directionHint} allowDeselect={false} value={wishes.direction || 'both'} onChange={(value) => { wish({ direction: (value ?? 'both') as Wishes['direction'] }) }} data={Object.entries(t.directions).map(([value, label]) => ({ value, label }))} />
          <Select label={t.onOpposite} description=" " allowDeselect={false} value={wishes.onOpposite} onChange={(value) => { wish({ onOpposite: (value ?? 'close') as Wishes['onOpposite'] }) }} data={Object.entries(t.opposites).map(([value, label]) => ({ value, label }))} />
          <AmountInput label={t.leverage} description={t.leverageHint} {...amount('leverage')} />
        </SimpleGrid>
      )}
      <Group><Anchor component="button" type="button" fz="sm" onClick={toggle} aria-expanded={opened}>{opened ? t.less : t.more}</Anchor></Group>
      <Collapse expanded={opened}>
        <Stack>
          <AmountInput label={t.maxSize} description={t.maxSizeHint} {...amount('maxSize')} />
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <AmountInput label={t.maxAge} description={t.ageHint} required {...seconds} {...amount('maxSignalAgeSeconds')} />
            <AmountInput label={t.maxExitAge} description={t.ageHint} required {...seconds} {...amount('maxExitAgeSeconds')} />
          </SimpleGrid>
          <Checkbox label={t.exitAtOpen} description={t.exitAtOpenHint} checked={wishes.exitAtOpen} onChange={(event) => { wish({ exitAtOpen: event.currentTarget.checked }) }} />
          <Checkbox label={t.acceptSize} checked={wishes.acceptSize} onChange={(event) => { wish({ acceptSize: event.currentTarget.checked }) }} />
          <Checkbox label={t.acceptDilution} checked={wishes.acceptDilution} onChange={(event) => { wish({ acceptDilution: event.currentTarget.checked }) }} />
        </Stack>
      </Collapse>
    </Stack>
  )
}
