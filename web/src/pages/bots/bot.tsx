import { Button, SimpleGrid, Stack, Tabs, Text } from '@mantine/core'
import { useParams } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useApi, useChange } from '../../api/queries.ts'
import type { Bot } from '../../api/schema.ts'
import { Confirm } from '../../parts/confirm.tsx'
import { useConnection, useSimulated } from '../../parts/connection-of.ts'
import { figure, money, price } from '../../parts/decimals.ts'
import { Gain } from '../../parts/figures.tsx'
import { FrozenNote, stops } from '../../parts/frozen.tsx'
import { To } from '../../parts/links.tsx'
import { later } from '../../parts/later.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Loaded, Page, ToCome } from '../../parts/page.tsx'
import { Facts, Section } from '../../parts/section.tsx'
import { BotState, PositionSide, Practice } from '../../parts/states.tsx'
import { told } from '../../parts/told.ts'
import { Trouble } from '../../parts/trouble.tsx'
import { bots } from '../../texts/bots.ts'
import { BotChart } from './bot-chart.tsx'
import { BotHistory } from './bot-history.tsx'

// Its form is heavy, and most look at a bot without changing it.
const BotSettings = later(async () => (await import('./bot-settings.tsx')).BotSettings, <ToCome />)

const t = bots.page
const TOUCHES = ['/bots', '/positions', '/stats']

export function BotPage() {
  const { id } = useParams({ from: '/bots/$id' })
  const bot = useApi('GET /bots/{id}', { path: { id } })
  const above = <To to="/bots" fz="sm">{bots.title}</To>
  if (bot.data === undefined) return <Page title={bots.title} above={above}><Loaded of={bot}>{() => null}</Loaded></Page>
  return <Shown bot={bot.data} above={above} />
}

function Shown({ bot, above }: { readonly bot: Bot; readonly above: ReactNode }) {
  const { name, symbol, exchange, market, connectionId } = bot
  const connection = useConnection(connectionId)
  const simulated = useSimulated()
  return (
    <Page
      title={name} above={above} intro={<>{symbol} · {exchange} {market} {simulated(bot) && <Practice />}</>}
      actions={<><BotState bot={bot} /><Pause bot={bot} /></>}
    >
      {connection !== undefined && <FrozenNote connection={connection} />}
      <Tabs defaultValue="overview" keepMounted={false}>
        <Tabs.List mb="lg">{Object.entries(t.tabs).map(([value, label]) => <Tabs.Tab key={value} value={value}>{label}</Tabs.Tab>)}</Tabs.List>
        <Tabs.Panel value="overview"><Overview bot={bot} /></Tabs.Panel>
        <Tabs.Panel value="settings"><BotSettings bot={bot} /></Tabs.Panel>
      </Tabs>
    </Page>
  )
}

function Pause({ bot: { id, paused } }: { readonly bot: Bot }) {
  const change = useChange('PATCH /bots/{id}', { touches: TOUCHES, done: (answer) => { told(answer.paused ? t.pausedNow : t.resumedNow) } })
  return (
    <>
      <Button variant="default" loading={change.isPending} onClick={() => { change.mutate({ path: { id }, body: { paused: !paused } }) }}>{paused ? t.resume : t.pause}</Button>
      <Trouble error={change.error} />
    </>
  )
}

function Overview({ bot }: { readonly bot: Bot }) {
  const { id, webhookId, connectionId, amount, amountIn, base, quote, direction, leverage, createdAt, market } = bot
  const webhook = useApi('GET /webhooks/{id}', { path: { id: webhookId } })
  const connection = useConnection(connectionId)
  return (
    <Stack gap="lg">
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg" verticalSpacing="lg">
        <Holding bot={bot} />
        <Section title={bots.form.changeTitle}>
          <Facts
            facts={[
              [t.listens, <To key="w" to="/webhooks/$id" params={{ id: webhookId }}>{webhook.data?.name ?? webhookId}</To>],
              [t.trades, connectionId === null ? t.noConnection : <To key="c" to="/connections/$id" params={{ id: connectionId }}>{connection?.name ?? connectionId}</To>],
              [t.amount, `${figure(amount)} ${amountIn === 'quote' ? quote : base}`],
              ...market === 'futures' ? [[t.direction, bots.form.directions[direction]] as const, [t.leverage, leverage === null ? t.asAccount : `${leverage}×`] as const] : [],
              [t.created, <Moment key="m" at={createdAt} />],
            ]}
          />
        </Section>
      </SimpleGrid>
      <BotChart id={id} />
      <BotHistory id={id} />
    </Stack>
  )
}

function Holding({ bot: { id, base, quote, connectionId } }: { readonly bot: Bot }) {
  const frozen = stops(useConnection(connectionId)?.freeze, 'close')
  const positions = useApi('GET /positions', { query: { botId: id } })
  const close = useChange('POST /bots/{id}/close', { touches: TOUCHES, done: () => { told(t.closing) } })
  const position = positions.data?.items[0]
  const held = position !== undefined && position.side !== 'flat'
  return (
    <Section
      title={t.position}
      actions={held ? (
        <Confirm
          label={t.close} title={t.closeTitle} {...(frozen ? { blocked: t.closeFrozen } : {})} action={t.close} button={{ size: 'xs' }} run={() => close.mutateAsync({ path: { id } })} busy={close.isPending} error={close.error}
        ><Text fz="sm">{t.closeText(figure(position.quantity), base)}</Text></Confirm>
      ) : undefined}
    >
      <Loaded of={positions} lines={2}>
        {() => (
          <Facts
            facts={[
              [t.side, <span key="s"><PositionSide side={position?.side ?? 'flat'} />{position?.dust === true && ` ${t.dust}`}</span>],
              [t.quantity, `${figure(position?.quantity ?? '0')} ${base}`],
              ...held && position.averagePrice !== null ? [[t.average, `${price(position.averagePrice)} ${quote}`] as const] : [],
              [t.profit, <Gain key="p" amount={position?.realizedProfit ?? '0'} unit={quote} />],
              [t.fees, Object.entries(position?.fees ?? {}).map(([asset, fee]) => `${money(fee, asset)} ${asset}`).join(', ') || '0'],
            ]}
          />
        )}
      </Loaded>
    </Section>
  )
}
