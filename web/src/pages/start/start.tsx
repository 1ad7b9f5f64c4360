import { Alert, Button, Group, Paper, Progress as Bar, Stack, Text, ThemeIcon, Title } from '@mantine/core'
import { IconCheck, IconCircleCheck } from '@tabler/icons-react'
import { useApi, useChange } from '../../api/queries.ts'
import type { Bot } from '../../api/schema.ts'
import { DANGER } from '../../parts/confirm.tsx'
import { useConnection, useSimulated } from '../../parts/connection-of.ts'
import { FrozenNote, stops } from '../../parts/frozen.tsx'
import { To, ToButton } from '../../parts/links.tsx'
import { Loaded, Page } from '../../parts/page.tsx'
import { OrderState, Outcome } from '../../parts/states.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { common } from '../../texts/common.ts'
import { start as t } from '../../texts/start.ts'
import { STEPS, useProgress, type Progress, type Step } from './progress.ts'
import classes from './start.module.css'

/** From nothing to an order, one step after the other. */
export function Start() {
  const progress = useProgress()
  return (
    <Page narrow title={t.title} intro={t.intro}>
      <Loaded of={progress} lines={5}>{(known) => <StepList progress={known} />}</Loaded>
    </Page>
  )
}

export function StepList({ progress }: { readonly progress: Progress }) {
  const { done, next } = progress
  return (
    <Stack>
      <div>
        <Text fz="sm" c="dimmed" mb={6}>{t.progress(done.size, STEPS.length)}</Text>
        <Bar value={done.size / STEPS.length * 100} color={next === null ? 'teal' : 'tower'} aria-label={t.progress(done.size, STEPS.length)} />
      </div>
      <ol className={classes['steps']}>
        {STEPS.map((step, index) => <OneStep key={step} step={step} number={index + 1} progress={progress} />)}
      </ol>
      {next === null && (
        <Alert color="teal" icon={<IconCircleCheck aria-hidden />} title={t.all.title}><Text fz="sm">{t.all.text}</Text><Group mt="sm"><ToButton to="/">{t.all.overview}</ToButton></Group></Alert>
      )}
    </Stack>
  )
}

function OneStep({ step, number, progress }: { readonly step: Step; readonly number: number; readonly progress: Progress }) {
  const done = progress.done.has(step)
  const now = progress.next === step
  const { title, text } = t.steps[step]
  return (
    <li>
      <Paper p="md" radius="lg" className={classes['step']} data-now={now || undefined} aria-current={now ? 'step' : undefined}>
        <Group align="flex-start" wrap="nowrap">
          <ThemeIcon size={32} radius="xl" variant={done || now ? 'filled' : 'light'} color={done ? 'teal.9' : now ? 'tower' : 'gray'} aria-hidden>{done ? <IconCheck size={18} /> : number}</ThemeIcon>
          <Stack gap="xs" flex={1} miw={0}>
            <div>
              <Title order={2} fz="md">{title}{done && <Text span fz="sm" fw={400} c="dimmed"> · {t.done}</Text>}</Title>
              <Text fz="sm" c="dimmed">{text}</Text>
            </div>
            {now && step === 'connect' && <Text fz="sm">{progress.practice ? t.practiceHint : t.noPracticeHint}</Text>}
            {now && <Action step={step} progress={progress} />}
            {!now && done && (step === 'test' || step === 'order') && progress.bot !== undefined && <Result bot={progress.bot} step={step} />}
          </Stack>
        </Group>
      </Paper>
    </li>
  )
}

function Action({ step, progress }: { readonly step: Step; readonly progress: Progress }) {
  const label = t.steps[step].action
  switch (step) {
    case 'connect': return <Group><ToButton to="/connections/new">{label}</ToButton></Group>
    case 'webhook': return <Group><ToButton to="/webhooks/new">{label}</ToButton></Group>
    case 'bot': return <Group><ToButton to="/bots/new">{label}</ToButton></Group>
    default: return progress.bot === undefined ? null : <Send key={step} bot={progress.bot} test={step === 'test'} />
  }
}

function Send({ bot, test }: { readonly bot: Bot; readonly test: boolean }) {
  const connection = useConnection(bot.connectionId)
  const practice = useSimulated()(bot)
  const frozen = !test && stops(connection?.freeze, 'open')
  const send = useChange('POST /webhooks/{id}/signals', { touches: ['/signals', '/stats', '/orders'] })
  const go = (): void => {
    send.mutate({ path: { id: bot.webhookId }, body: { symbol: bot.symbol, side: bot.direction === 'short' ? 'SELL' : 'BUY', id: 'first steps', ...(test ? { flag: 'TEST' } : {}) } })
  }
  const label = test ? t.steps.test.action : practice ? t.steps.order.practice : t.steps.order.action
  return (
    <Stack gap="xs">
      {frozen && connection !== undefined && <FrozenNote connection={connection} />}
      <Group><Button onClick={go} loading={send.isPending || send.isSuccess} disabled={frozen} color={test || practice ? 'tower' : DANGER}>{label}</Button><Text fz="sm" c="dimmed">{t.symbolOf(bot.symbol)}</Text></Group>
      <Trouble error={send.error} />
    </Stack>
  )
}

/** What came of the signal of a step. */
function Result({ bot, step }: { readonly bot: Bot; readonly step: 'test' | 'order' }) {
  const signals = useApi('GET /signals', { query: { botId: bot.id, limit: 20 } })
  const found = signals.data?.items.map((signal) => ({ signal, decision: signal.decisions.find(({ botId, outcome }) => botId === bot.id && (outcome === 'test') === (step === 'test')) }))
    .findLast(({ decision }) => decision !== undefined)
  if (found?.decision === undefined) return null
  const { outcome, reason, orders } = found.decision
  return (
    <Group gap="xs" fz="sm">
      <Outcome outcome={outcome} /><Text fz="sm">{reason}</Text>
      {orders.map((order) => ('state' in order ? <OrderState key={order.id} state={order.state} /> : null))}
      <To to="/signals/$id" params={{ id: found.signal.id }} fz="sm">{common.details}</To>
    </Group>
  )
}
