import { Anchor, Checkbox, Collapse, Group, Input, NumberInput, SegmentedControl, Select, SimpleGrid, Stack, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import type { ApiError } from '../../api/client.ts'
import { useApi } from '../../api/queries.ts'
import { bots } from '../../texts/bots.ts'
import type { Wishes } from './bot-wishes.ts'

const t = bots.form

/** The fields of a bot's form; errors stand at their fields. */
export function BotFields({ wishes, wish, futures, error }: {
  readonly wishes: Wishes; readonly wish: (change: Partial<Wishes>) => void; readonly futures: boolean; readonly error: ApiError | null
}) {
  const connections = useApi('GET /connections', { query: { limit: 200 } })
  const webhooks = useApi('GET /webhooks', { query: { limit: 200 } })
  const [more, { toggle }] = useDisclosure(false)
  const choices = (items: readonly { readonly id: string; readonly name: string }[] | undefined) => (items ?? []).map(({ id, name }) => ({ value: id, label: name }))
  const text = (field: 'symbol' | 'amount' | 'name' | 'maxSize') => ({
    value: wishes[field], error: error?.field(field), autoComplete: 'off', onChange: (event: { currentTarget: { value: string } }) => { wish({ [field]: event.currentTarget.value }) },
  })
  const count = (field: 'leverage' | 'maxSignalAgeSeconds' | 'maxExitAgeSeconds') => ({
    value: wishes[field], error: error?.field(field), allowDecimal: false, onChange: (value: string | number) => { wish({ [field]: String(value) }) },
  })
  return (
    <Stack>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <Select label={t.connection} data={choices(connections.data?.items)} value={wishes.connectionId || null} onChange={(id) => { wish({ connectionId: id ?? '' }) }} required searchable error={error?.field('connectionId')} />
        <Select label={t.webhook} data={choices(webhooks.data?.items)} value={wishes.webhookId || null} onChange={(id) => { wish({ webhookId: id ?? '' }) }} required searchable error={error?.field('webhookId')} />
      </SimpleGrid>
      <TextInput label={t.symbol} description={t.symbolHint} placeholder="BTCUSDT" required {...text('symbol')} spellCheck={false} />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput label={t.amount} required inputMode="decimal" {...text('amount')} />
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
          <NumberInput label={t.leverage} description={t.leverageHint} min={1} max={200} {...count('leverage')} />
        </SimpleGrid>
      )}
      <Group><Anchor component="button" type="button" fz="sm" onClick={toggle} aria-expanded={more}>{more ? t.less : t.more}</Anchor></Group>
      <Collapse expanded={more}>
        <Stack>
          <TextInput label={t.maxSize} description={t.maxSizeHint} inputMode="decimal" {...text('maxSize')} />
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <NumberInput label={t.maxAge} description={t.ageHint} suffix={t.seconds} min={0} max={604_800} {...count('maxSignalAgeSeconds')} />
            <NumberInput label={t.maxExitAge} description={t.ageHint} suffix={t.seconds} min={0} max={604_800} {...count('maxExitAgeSeconds')} />
          </SimpleGrid>
          <Checkbox label={t.acceptSize} checked={wishes.acceptSize} onChange={(event) => { wish({ acceptSize: event.currentTarget.checked }) }} />
          <Checkbox label={t.acceptDilution} checked={wishes.acceptDilution} onChange={(event) => { wish({ acceptDilution: event.currentTarget.checked }) }} />
        </Stack>
      </Collapse>
    </Stack>
  )
}
