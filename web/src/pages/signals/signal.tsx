import { Alert, Button, Group, List, SimpleGrid, Stack, Text } from '@mantine/core'
import { useParams } from '@tanstack/react-router'
import { IconAlertTriangle, IconRepeat } from '@tabler/icons-react'
import { useApi, useChange } from '../../api/queries.ts'
import type { Decision, Order, Signal, WouldSend } from '../../api/schema.ts'
import { useSimulated } from '../../parts/connection-of.ts'
import { figure, price } from '../../parts/decimals.ts'
import { To } from '../../parts/links.tsx'
import { Moment } from '../../parts/moment.tsx'
import { amountOf } from '../../parts/order-rows.tsx'
import { Loaded, Page } from '../../parts/page.tsx'
import { Facts, Section } from '../../parts/section.tsx'
import { OrderState, Outcome, Practice, Side } from '../../parts/states.tsx'
import { Timeline } from '../../parts/timeline.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { common } from '../../texts/common.ts'
import { signals } from '../../texts/signals.ts'

const t = signals.page

/** One signal's story. */
export function SignalPage() {
  const { id } = useParams({ from: '/signals/$id' })
  const signal = useApi('GET /signals/{id}', { path: { id } })
  if (signal.data === undefined) return <Page title={signals.title} above={<To to="/signals" fz="sm">{signals.title}</To>}><Loaded of={signal}>{() => null}</Loaded></Page>
  return <Story key={id} signal={signal.data} />
}

function Story({ signal }: { readonly signal: Signal }) {
  const { id, side, symbol, receivedAt, replayOf, warnings, decisions, timeline } = signal
  const replay = useChange('POST /signals/{id}/replay', { touches: ['/signals'] })
  const botNames = new Map(decisions.map(({ botId, botName }) => [botId, botName ?? botId]))
  return (
    <Page
      title={t.title(side, symbol)} above={<To to="/signals" fz="sm">{signals.title}</To>}
      intro={<><Moment at={receivedAt} />{replayOf !== null && <> · {t.replayOf} <To to="/signals/$id" params={{ id: replayOf }}>{replayOf.slice(0, 8)}</To></>}</>}
      actions={<Button variant="default" leftSection={<IconRepeat size={17} aria-hidden />} loading={replay.isPending} onClick={() => { replay.mutate({ path: { id } }) }} title={t.replayText}>{t.replay}</Button>}
    >
      <Trouble error={replay.error} />
      {replay.data !== undefined && (
        <Section title={t.replay} intro={t.replayText} actions={<To to="/signals/$id" params={{ id: replay.data.id }} fz="sm">{common.details}</To>}>
          <Decisions decisions={replay.data.decisions} />
        </Section>
      )}
      {warnings.length > 0 && <Alert color="yellow" icon={<IconAlertTriangle aria-hidden />} title={t.warnings}><List size="sm">{warnings.map(({ code, message }) => <List.Item key={code + message}>{message}</List.Item>)}</List></Alert>}
      <Section title={t.decisions}>{decisions.length === 0 ? <Text fz="sm" c="dimmed">{t.noDecisions}</Text> : <Decisions decisions={decisions} />}</Section>
      <Section title={t.timeline} intro={t.timelineIntro}><Timeline entries={timeline} label={t.timeline} nameOf={({ botId }) => (botId !== undefined && botNames.size > 1 ? botNames.get(botId) ?? '' : '')} /></Section>
      <Received signal={signal} />
    </Page>
  )
}

function Decisions({ decisions }: { readonly decisions: readonly Decision[] }) {
  return (
    <Stack gap="md">
      {decisions.map(({ botId, botName, outcome, code, reason, orders }) => (
        <div key={botId}>
          <Group gap="xs"><Outcome outcome={outcome} /><To to="/bots/$id" params={{ id: botId }} fw={600}>{botName ?? botId}</To><Text fz="xs" c="dimmed"><code>{code}</code></Text></Group>
          <Text fz="sm" mt={4}>{reason}</Text>
          {orders.map((order, index) => <Sent key={'id' in order ? order.id : index} order={order} />)}
        </div>
      ))}
    </Stack>
  )
}

function Sent({ order }: { readonly order: Order | WouldSend }) {
  const simulated = useSimulated()
  return (
    <Group gap="xs" mt={6} fz="sm">
      <Text span fz="sm" c="dimmed">{'id' in order ? t.order : t.wouldSend}</Text>
      <Side side={order.side} />
      {'id' in order ? <To to="/orders/$id" params={{ id: order.id }} fz="sm">{order.symbol} {amountOf(order)}</To> : <Text span fz="sm">{order.symbol} {amountOf(order)}</Text>}
      {'state' in order && <OrderState state={order.state} />}
      {'state' in order && simulated(order) && <Practice />}
      {'averagePrice' in order && order.averagePrice !== null && <Text span fz="sm" c="dimmed" className="figures">{t.filledAt(figure(order.filled), price(order.averagePrice))}</Text>}
      {'rejectText' in order && order.rejectText !== null && <Text span fz="sm" c="var(--down)">{order.rejectText}</Text>}
    </Group>
  )
}

function Received({ signal }: { readonly signal: Signal }) {
  const { webhookId, source, receivedAt, firedAt, size, dilution, flags, label, duplicates, payload } = signal
  const webhook = useApi('GET /webhooks/{id}', { path: { id: webhookId } })
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg" verticalSpacing="lg">
      <Section title={t.facts}>
        <Facts
          facts={[
            [t.webhook, <To key="w" to="/webhooks/$id" params={{ id: webhookId }}>{webhook.data?.name ?? webhookId}</To>],
            ...source === null ? [] : [[t.source, signals.sources[source]] as const],
            [t.received, <Moment key="r" at={receivedAt} />],
            ...firedAt === null ? [] : [[t.fired, <Moment key="f" at={firedAt} />] as const],
            [t.size, size === null ? t.noSize : figure(size)],
            ...dilution === true ? [[t.dilution, common.yes] as const] : [],
            ...flags.length > 0 ? [[t.flags, flags.join(', ')] as const] : [],
            ...label === null ? [] : [[t.label, label] as const],
            ...(duplicates ?? 0) > 0 ? [[t.duplicates, t.times(duplicates ?? 0)] as const] : [],
          ]}
        />
      </Section>
      {payload !== null && (
        <Section title={t.payload} intro={t.payloadHint}>
          <Text component="pre" className="mono wrap" fz="sm" m={0} style={{ whiteSpace: 'pre-wrap' }}>{pretty(payload)}</Text>
        </Section>
      )}
    </SimpleGrid>
  )
}

function pretty(payload: string): string {
  try {
    return JSON.stringify(JSON.parse(payload), null, 2)
  } catch {
    return payload
  }
}
