import { Group, Text } from '@mantine/core'
import { useApi } from '../../api/queries.ts'
import { useSimulated } from '../../parts/connection-of.ts'
import { figure, price } from '../../parts/decimals.ts'
import { Gain } from '../../parts/figures.tsx'
import { To } from '../../parts/links.tsx'
import { Loaded } from '../../parts/page.tsx'
import { Rows } from '../../parts/rows.tsx'
import { Section } from '../../parts/section.tsx'
import { PositionSide, Practice } from '../../parts/states.tsx'
import { overview } from '../../texts/overview.ts'

const t = overview.positions
export const MOST_POSITIONS = 200

export function OpenPositions() {
  const positions = useApi('GET /positions', { query: { limit: MOST_POSITIONS } })
  const simulated = useSimulated()
  return (
    <Section title={t.title}>
      <Loaded of={positions} lines={2}>
        {({ items }) => {
          const open = items.filter(({ side }) => side !== 'flat')
          return open.length === 0 ? <Text fz="sm" c="dimmed">{t.none}</Text> : (
            <Rows
              label={t.title} items={open} keyOf={({ botId }) => botId}
              columns={[
                { title: t.bot, head: true, cell: (one) => <Group gap="xs"><To to="/bots/$id" params={{ id: one.botId }} fw={600}>{one.botName}</To>{simulated(one) && <Practice />}</Group> },
                { title: t.side, cell: ({ side }) => <PositionSide side={side} /> },
                { title: t.quantity, figures: true, cell: ({ quantity, base }) => `${figure(quantity)} ${base}` },
                { title: t.average, figures: true, cell: ({ averagePrice, quote }) => (averagePrice === null ? '' : `${price(averagePrice)} ${quote}`) },
                { title: t.profit, figures: true, cell: ({ realizedProfit, quote }) => <Gain amount={realizedProfit} unit={quote} /> },
              ]}
            />
          )
        }}
      </Loaded>
    </Section>
  )
}
