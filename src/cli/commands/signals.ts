import type { Command } from 'commander'
import type { api as contract } from '#contract'
import type { z } from 'zod'
import { command, group, more, oneOf, paging, type Call, type Paging } from '../action.ts'
import { PROGRAM } from '../called.ts'
import { Failure } from '../failure.ts'
import { idIfGiven, idOf, idOrLatest, namesOf } from '../find.ts'
import { milliseconds, moment, printable, sheet, table } from '../table.ts'
import { style, type Terminal } from '../terminal.ts'

type Signal = contract.SignalAnswer
type Accepted = z.infer<typeof contract.accepted>

interface Sending {
  readonly webhook?: string
  readonly url?: string
  readonly symbol?: string
  readonly side?: string
  readonly size?: string
  readonly dilution?: boolean
  readonly flag?: string[]
  readonly label?: string
  readonly time?: string
  readonly body?: string
  readonly idempotencyKey?: string
}

interface Filter extends Paging {
  readonly webhook?: string
  readonly bot?: string
  readonly symbol?: string
  readonly label?: string
  readonly from?: string
  readonly to?: string
}

export function addSignal(program: Command, about: string): void {
  const signal = group(program, 'signal', about)
  command<Sending>(signal, 'send', 'send one, to a webhook of yours or to the address of any', send)
    .option('--webhook <webhook>', 'a webhook of yours, by name or id')
    .option('--url <address>', 'the address of a webhook, as an alert would use it')
    .option('--symbol <symbol>', 'any spelling, such as BTCUSDT or BINANCE:BTCUSDT')
    .option('--side <side>', 'BUY or SELL', oneOf(['BUY', 'SELL']))
    .option('--size <size>', 'quote when it opens, base when it closes; absent: the bot\'s amount, or all')
    .option('--dilution', 'add to a position of the same direction').option('--flag <flag...>', 'TEST, DEBUG, REVERSE')
    .option('--label <text>', 'shown and searchable').option('--time <time>', 'when it fired, ISO 8601 or epoch ms')
    .option('--body <json>', 'the whole payload instead of the options above; - reads it from standard input')
    .option('--idempotency-key <key>', 'the same key again is the same signal (with --webhook)')
}

async function send(call: Call, options: Sending): Promise<void> {
  if ((options.webhook === undefined) === (options.url === undefined)) {
    throw new Failure('Give either --webhook or --url', { usage: true })
  }
  const body = await bodyOf(options)
  if (options.url !== undefined) {
    const { reach, problemOf } = await import('../api.ts')
    if (!URL.canParse(options.url)) {
      throw new Failure('--url must be a whole address, such as http://127.0.0.1:3000/api/v1/hooks/…', { usage: true })
    }
    const response = await reach(new URL(options.url).origin, options.url, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body,
      redirect: 'error', signal: AbortSignal.timeout(30_000),
    })
    if (!response.ok) throw await problemOf(response)
    tell(call.terminal, (await response.json()) as Accepted)
    return
  }
  const api = await call.api()
  const id = await idOf(api, '/webhooks', options.webhook ?? '', 'webhook')
  const payload: unknown = parsed(body)
  tell(call.terminal, await api.send<Accepted>('POST', `/webhooks/${id}/signals`, {
    body: payload, ...(options.idempotencyKey === undefined ? {} : { idempotencyKey: options.idempotencyKey }),
  }))
}

function tell(terminal: Terminal, accepted: Accepted): void {
  terminal.answer(accepted, () => `${accepted.duplicate ? 'Known already: the same signal as'
    : 'Stored as'} ${accepted.signalId}\nSee what became of it: ${PROGRAM} signals show ${accepted.signalId}`)
}

async function bodyOf(options: Sending): Promise<string> {
  if (options.body === '-') return (await import('../input.ts')).readInput(1024 * 1024)
  if (options.body !== undefined) return options.body
  if (options.symbol === undefined || options.side === undefined) {
    throw new Failure('Give --symbol and --side, or the whole payload with --body', { usage: true })
  }
  return JSON.stringify({
    symbol: options.symbol, side: options.side, size: options.size, dilution: options.dilution, flag: options.flag,
      id: options.label, time: options.time,
  })
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    throw new Failure('The payload is not valid JSON', { usage: true })
  }
}

export function addSignals(program: Command, about: string): void {
  const signals = group(program, 'signals', about)

  paging(command<Filter>(signals, 'list', 'signals, newest first', async (call, options) => {
    const api = await call.api()
    const list: z.infer<typeof contract.signals> = await api.get('/signals', {
      limit: options.limit, cursor: options.cursor, symbol: options.symbol, label: options.label, from: options.from,
        to: options.to,
      webhookId: await idIfGiven(api, '/webhooks', options.webhook, 'webhook'),
      botId: await idIfGiven(api, '/bots', options.bot, 'bot'),
    })
    if (call.terminal.json) { call.terminal.answer(list, () => ''); return }
    const names = list.items.length === 0 ? new Map<string, string>() : await namesOf(api, '/webhooks')
    call.terminal.answer(list, () => table(list.items, [
      { title: 'AT', of: (one) => moment(one.receivedAt) },
      { title: 'WEBHOOK', of: (one) => names.get(one.webhookId) ?? 'deleted' },
      { title: 'SIGNAL', of: (one) => `${one.side} ${one.symbol}${one.size === null ? ''
        : ` ${one.size}`}${one.flags.map((flag) => ` ${flag}`).join('')}` },
      { title: 'BECAME', of: became },
      { title: 'ID', of: (one) => one.id },
    ], `No signal has arrived yet. Send one to a webhook, as an alert would:
  ${PROGRAM} signal send --webhook <webhook> --symbol BTCUSDT --side BUY --flag TEST`) + more(list.next))
  }))
    .option('--webhook <webhook>', 'from one webhook').option('--bot <bot>', 'that one bot decided on')
    .option('--symbol <symbol>', 'of one symbol')
    .option('--label <text>', 'with this id in the payload').option('--from <time>', 'not before (ISO 8601)')
    .option('--to <time>', 'not after (ISO 8601)')

  command(signals, 'show <signal>', 'one signal: decisions, orders, timeline; `latest` is the newest',
    async (call, _, wanted) => {
    const api = await call.api()
    const one: Signal = await api.get(`/signals/${await idOrLatest(api, '/signals', wanted ?? '', 'signal')}`)
    call.terminal.answer(one, () => signalSheet(one))
  })

  command(signals, 'replay <signal>', 'run it again as a test: what would happen now', async (call, _, wanted) => {
    const api = await call.api()
    const id = await idOrLatest(api, '/signals', wanted ?? '', 'signal')
    const one: Signal = await api.send('POST', `/signals/${id}/replay`)
    call.terminal.answer(one, () => signalSheet(one))
  })
}

const became = (one: Signal): string => {
  const first = one.decisions[0]
  if (first === undefined) return one.decisionCount === 0 ? 'no bot decided' : `${one.decisionCount} decisions`
  const text = first.outcome === 'order' ? 'order' : `${first.outcome}: ${first.code}`
  return one.decisionCount > 1 ? `${text}, and ${one.decisionCount - 1} more` : text
}

/** An order in one line; one without an id was only a test's. */
function orderLine(order: Signal['decisions'][number]['orders'][number]): string {
  const what = `${order.side} ${order.quantity ?? `${order.quoteQuantity ?? '?'} (quote)`} ${printable(order.symbol)}`
  if (!('id' in order)) return `  would send ${what}`
  return `  order ${what}  ${order.state}${order.averagePrice === null ? '' : ` at ${order.averagePrice}`}  ${order.id}`
}

/** A signal for people: what came, what each bot made of it and why, and when each thing happened. */
export function signalSheet(one: Signal): string {
  return [
    style('bold', `${one.side} ${printable(one.symbol)}`),
    sheet([
      ['received', one.receivedAt], ['size', one.size], ['flags', one.flags.join(', ')], ['label', one.label],
      ['source', one.source], ['replay of', one.replayOf],
      ['further deliveries', one.duplicates === 0 ? null : one.duplicates],
      ['webhook', one.webhookId], ['payload', one.payload], ['id', one.id],
    ]),
    ...one.warnings.map((warning) => `${style('yellow', 'warning')} ${printable(warning.message)}`),
    '',
    table(one.decisions, [
      { title: 'BOT', of: (decision) => decision.botName ?? 'deleted' },
      { title: 'OUTCOME', of: (decision) => decision.outcome },
      { title: 'CODE', of: (decision) => decision.code },
      { title: 'REASON', of: (decision) => decision.reason },
    ], 'No bot has decided on it: no bot listens to this webhook, or it has just arrived.'),
    ...one.decisions.flatMap((decision) => decision.orders.map(orderLine)),
    ...(one.timeline.length === 0 ? [] : ['', timelineTable(one.timeline)]),
  ].join('\n')
}

/** When each thing happened, counted from the first. */
export const timelineTable = (timeline: Signal['timeline']): string => table(timeline, [
  { title: 'AFTER', of: (entry) => milliseconds(entry.ms), right: true },
  { title: 'EVENT', of: (entry) => entry.event },
  { title: 'DETAIL', of: (entry) => entry.detail },
], 'Nothing has happened yet.')
