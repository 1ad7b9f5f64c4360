import { Group, Radio, SimpleGrid, Text, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useState } from 'react'
import type { Exchange } from '../../api/schema.ts'
import { Section } from '../../parts/section.tsx'
import { Practice } from '../../parts/states.tsx'
import { connections } from '../../texts/connections.ts'
import { states } from '../../texts/states.ts'
import classes from './exchange-picker.module.css'

const t = connections.form

/** Every exchange, by name, without anybody's logo. */
export function ExchangePicker({ exchanges, chosen, choose }: { readonly exchanges: readonly Exchange[]; readonly chosen: Exchange | undefined; readonly choose: (exchange: Exchange) => void }) {
  const [text, setText] = useState('')
  const wanted = text.trim().toLowerCase()
  const shown = exchanges.filter(({ id, name }) => id.includes(wanted) || name.toLowerCase().includes(wanted))
  return (
    <Section title={t.exchange}>
      {exchanges.length > 3 && (
        <TextInput aria-label={t.search} placeholder={t.search} leftSection={<IconSearch size={16} aria-hidden />} value={text} onChange={(event) => { setText(event.currentTarget.value) }} />
      )}
      <Radio.Group value={chosen?.id ?? null} onChange={(id) => { const one = exchanges.find((exchange) => exchange.id === id); if (one !== undefined) choose(one) }} aria-label={t.exchange}>
        <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="sm">
          {shown.map(({ id, name, markets, simulated }) => (
            <Radio.Card key={id} value={id} radius="md" className={classes['card']} aria-label={name}>
              <Group wrap="nowrap" align="center">
                <Radio.Indicator />
                <div>
                  <Group gap="xs"><Text fw={600}>{name}</Text>{simulated && <Practice />}</Group>
                  <Text fz="xs" c="dimmed">{markets.map((market) => states.market[market]).join(', ')}</Text>
                </div>
              </Group>
            </Radio.Card>
          ))}
        </SimpleGrid>
      </Radio.Group>
      {shown.length === 0 && <Text c="dimmed">{t.nothing(text)}</Text>}
    </Section>
  )
}
