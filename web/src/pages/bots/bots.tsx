import { Button, Group } from '@mantine/core'
import { IconPlus, IconRobot } from '@tabler/icons-react'
import { useApi, useList } from '../../api/queries.ts'
import { Empty } from '../../parts/empty.tsx'
import { useSimulated } from '../../parts/connection-of.ts'
import { figure } from '../../parts/decimals.ts'
import { Gain } from '../../parts/figures.tsx'
import { To, ToButton } from '../../parts/links.tsx'
import { Loaded, Page } from '../../parts/page.tsx'
import { Rows } from '../../parts/rows.tsx'
import { BotState, PositionSide, Practice } from '../../parts/states.tsx'
import { bots as t } from '../../texts/bots.ts'
import { common } from '../../texts/common.ts'
import { states } from '../../texts/states.ts'

export function Bots() {
  const list = useList('GET /bots')
  const positions = useApi('GET /positions', { query: { limit: 200 } })
  const simulated = useSimulated()
  const positionOf = (id: string) => positions.data?.items.find(({ botId }) => botId === id)
  // What is not known is not nothing: it stays empty.
  const sideOf = (id: string) => { const held = positionOf(id); return held && <PositionSide side={held.side} /> }
  const gainOf = (id: string, quote: string) => { const held = positionOf(id); return held && <Gain amount={held.realizedProfit} unit={quote} /> }
  const create = <ToButton to="/bots/new" leftSection={<IconPlus size={18} aria-hidden />}>{t.create}</ToButton>
  return (
    <Page title={t.title} intro={t.intro} actions={list.items?.length === 0 ? undefined : create}>
      <Loaded of={{ ...list, data: list.items }}>
        {(items) => (items.length === 0
          ? <Empty icon={<IconRobot aria-hidden />} title={t.empty.title} action={create}>{t.empty.text}</Empty>
          : (
            <Rows
              label={t.list} items={items} keyOf={({ id }) => id}
              columns={[
                { title: t.columns.name, head: true, cell: (bot) => <Group gap="xs"><To to="/bots/$id" params={{ id: bot.id }} fw={600}>{bot.name}</To>{simulated(bot) && <Practice />}</Group> },
                { title: t.columns.state, cell: (bot) => <BotState bot={bot} /> },
                { title: t.columns.symbol, cell: ({ symbol, market, exchange }) => `${symbol} · ${exchange} ${states.market[market].toLowerCase()}` },
                { title: t.columns.amount, figures: true, cell: ({ amount, amountIn, base, quote }) => `${figure(amount)} ${amountIn === 'quote' ? quote : base}` },
                { title: t.columns.position, figures: true, cell: ({ id, position, base }) => <>{figure(position)} {base} {sideOf(id)}</> },
                { title: t.columns.profit, figures: true, cell: ({ id, quote }) => gainOf(id, quote) },
              ]}
            />
          ))}
      </Loaded>
      {list.hasNextPage && <Button variant="default" onClick={() => { void list.fetchNextPage() }} loading={list.isFetchingNextPage}>{common.more}</Button>}
    </Page>
  )
}
