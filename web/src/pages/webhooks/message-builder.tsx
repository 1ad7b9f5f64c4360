import { Alert, Anchor, Autocomplete, Chip, Group, Input, List, SegmentedControl, SimpleGrid, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react'
import { AmountInput } from '../../amounts/amount-input.tsx'
import { typed } from '../../amounts/read-amount.ts'
import { useApi } from '../../api/queries.ts'
import type { Webhook } from '../../api/schema.ts'
import { CopyIcon } from '../../parts/copy.tsx'
import { Section } from '../../parts/section.tsx'
import { useDraft } from '../../session/drafts.ts'
import { webhooks } from '../../texts/webhooks.ts'
import { messageOf, readMessage, SIZE, type Wishes } from './message.ts'
import classes from './message-builder.module.css'

const t = webhooks.builder

/** Puts an alert's message together, and says how it will be read. */
export function MessageBuilder({ webhook }: { readonly webhook: Webhook }) {
  const bots = useApi('GET /bots', { query: { webhookId: webhook.id, limit: 200 } })
  const symbols = [...new Set((bots.data?.items ?? []).map(({ symbol }) => symbol))]
  const [wishes, setWishes] = useDraft<Omit<Wishes, 'keyed'>>(`message ${webhook.id}`, { symbol: '', side: 'strategy', size: typed(''), label: '', dilution: false, test: false, reverse: false })
  const [edited, setEdited] = useDraft<string | null>(`message ${webhook.id} edited`, null)
  const made = messageOf({ ...wishes, keyed: webhook.keyProtected === true })
  const text = edited ?? made
  const wish = (change: Partial<Wishes>): void => {
    setWishes((before) => ({ ...before, ...change }))
    setEdited(null)
  }
  return (
    <Section title={t.title} intro={t.intro}>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl">
        <Stack gap="sm">
          <Autocomplete label={t.symbol} placeholder={t.chartSymbol} data={symbols} value={wishes.symbol} onChange={(symbol) => { wish({ symbol }) }} />
          <Input.Wrapper label={t.side} labelElement="div">
            <SegmentedControl
              fullWidth aria-label={t.side} value={wishes.side} onChange={(side) => { wish({ side: side as Wishes['side'] }) }}
              data={(['strategy', 'buy', 'sell'] as const).map((value) => ({ value, label: t.sides[value] }))}
            />
          </Input.Wrapper>
          <AmountInput label={t.size} description={t.sizeHint} value={wishes.size} onChange={(size) => { wish({ size }) }} rule={SIZE} />
          <TextInput label={t.label} description={t.labelHint} value={wishes.label} maxLength={64} onChange={(event) => { wish({ label: event.currentTarget.value }) }} />
          <Input.Wrapper label={t.options} labelElement="div">
            <Group gap="xs" mt={4}>
              {(['dilution', 'test', 'reverse'] as const).map((name) => <Chip key={name} checked={wishes[name]} onChange={(on) => { wish({ [name]: on }) }} size="sm">{t[name]}</Chip>)}
            </Group>
          </Input.Wrapper>
        </Stack>
        <Stack gap="sm">
          <Textarea
            label={<Group component="span" gap={4}>{t.message}</Group>} description={t.edit} value={text} onChange={(event) => { setEdited(event.currentTarget.value) }} autosize minRows={6} maxRows={16} spellCheck={false}
            classNames={{ input: classes['message'] ?? '' }} rightSection={<CopyIcon text={text} label={t.copy} />} rightSectionProps={{ className: classes['copy'] ?? '' }}
          />
          {webhook.keyProtected === true && text.includes('YOUR_KEY') && <Text fz="sm" c="var(--warn)">{t.keyNote}</Text>}
          <Verdict text={text} />
          {edited !== null && <Anchor component="button" type="button" fz="sm" ta="left" onClick={() => { setEdited(null) }}>{t.reset}</Anchor>}
        </Stack>
      </SimpleGrid>
    </Section>
  )
}

function Verdict({ text }: { readonly text: string }) {
  const read = readMessage(text)
  if (!read.ok) {
    return (
      <Alert color="red" icon={<IconAlertTriangle aria-hidden />} role="status" py="xs">
        <List size="sm">{read.errors.map(({ path, message }) => <List.Item key={path + message}>{path === 'body' ? message : <><code>{path}</code> {message}</>}</List.Item>)}</List>
      </Alert>
    )
  }
  const { side, symbol, size, flags, warnings } = read.draft
  const more = [size === null ? t.whole : t.sized(size), ...flags.includes('TEST') ? [t.test_] : []].join(', ')
  return (
    <Alert color={warnings.length > 0 ? 'yellow' : 'teal'} icon={warnings.length > 0 ? <IconAlertTriangle aria-hidden /> : <IconCircleCheck aria-hidden />} role="status" py="xs">
      <Text fz="sm">{t.good(side, symbol)} {more}</Text>
      {warnings.length > 0 && <List size="sm">{warnings.map(({ message }) => <List.Item key={message}>{message}</List.Item>)}</List>}
    </Alert>
  )
}
