import type { Command } from 'commander'
import type { api as contract } from '#contract'
import type { z } from 'zod'
import {
  amount, asking, command, demandYes, group, keyOf, more, oneOf, paging, repeatable, whole, type Asking, type Call, type Paging,
  type Repeatable,
} from '../action.ts'
import type { Api } from '../api.ts'
import { PROGRAM } from '../called.ts'
import { Failure } from '../failure.ts'
import { find, idIfGiven, idOf, namesOf } from '../find.ts'
import { printable, sheet, table } from '../table.ts'
import { style } from '../terminal.ts'
import { withoutAbsent } from './webhooks.ts'

type Bot = contract.BotAnswer & Partial<Pick<contract.MadeBotAnswer, 'warnings'>>
type Preview = z.infer<typeof contract.preview>

interface Settings {
  readonly name?: string
  readonly webhook?: string
  readonly connection?: string
  readonly symbol?: string
  readonly amount?: string
  readonly amountIn?: 'quote' | 'base'
  readonly direction?: 'both' | 'long' | 'short'
  readonly maxSize?: string
  readonly onOpposite?: 'close' | 'flip'
  readonly leverage?: number
  readonly maxSignalAge?: number
  readonly maxExitAge?: number
  readonly exitAtOpen?: boolean
  readonly acceptSize?: boolean
  readonly acceptDilution?: boolean
  readonly paused?: boolean
  readonly abandonPosition?: boolean
}

const EMPTY = `There is no bot yet. A bot listens to a webhook and trades one symbol through one connection:
  ${PROGRAM} bots create --webhook <webhook> --connection <connection> --symbol BTCUSDT --amount 50`

export function addBots(program: Command, about: string): void {
  const bots = group(program, 'bots', about)
  addMaking(bots)
  addLooking(bots)
  addChanging(bots)
  addPosition(bots)
}

function addMaking(bots: Command): void {
  const needed = (one: Command): Command => settings(one
    .requiredOption('--webhook <webhook>', 'the webhook that it listens to')
    .requiredOption('--connection <connection>', 'the connection that it trades through')
    .requiredOption('--symbol <symbol>', 'any spelling, such as BTCUSDT')
    .requiredOption('--amount <amount>', 'how much an order opens with: notional, never margin', amount))

  repeatable(needed(command<Settings & Repeatable>(bots, 'create', 'make a bot; its market\'s rules are checked',
    async (call, options) => {
    const api = await call.api()
    const bot: Bot = await api.send('POST', '/bots',
      { body: { amountIn: 'quote', ...await bodyOf(api, options) }, ...keyOf(options) })
    call.terminal.answer(bot, () => botSheet(bot))
  })))
  needed(command<Settings>(bots, 'preview',
    'what the next order of such a bot would be, and the rules it was held against', async (call, options) => {
    const api = await call.api()
    const preview: Preview = await api.send('POST', '/bots/preview',
      { body: { amountIn: 'quote', ...await bodyOf(api, options) } })
    call.terminal.answer(preview, () => previewSheet(preview))
    if (preview.outcome === 'refused') process.exitCode = 1
  }))
}

function addLooking(bots: Command): void {
  paging(command<Paging & { webhook?: string; connection?: string; symbol?: string }>(bots, 'list', 'all bots',
    async (call, options) => {
    const api = await call.api()
    const list: z.infer<typeof contract.bots> = await api.get('/bots', {
      limit: options.limit, cursor: options.cursor, symbol: options.symbol,
      webhookId: await idIfGiven(api, '/webhooks', options.webhook, 'webhook'),
      connectionId: await idIfGiven(api, '/connections', options.connection, 'connection'),
    })
    if (call.terminal.json) { call.terminal.answer(list, () => ''); return }
    const names = list.items.length === 0 ? new Map<string, string>() : await namesOf(api, '/connections', '/webhooks')
    call.terminal.answer(list, () => table(list.items, [
      { title: 'NAME', of: (bot) => bot.name },
      { title: 'SYMBOL', of: (bot) => bot.symbol },
      { title: 'CONNECTION', of: (bot) => names.get(bot.connectionId ?? '') ?? 'disconnected' },
      { title: 'WEBHOOK', of: (bot) => names.get(bot.webhookId) ?? 'shared' },
      { title: 'AMOUNT', of: (bot) => `${bot.amount} ${bot.amountIn === 'quote' ? bot.quote : bot.base}`, right: true },
      { title: 'HOLDS', of: (bot) => `${bot.position} ${bot.base}`, right: true },
      { title: 'STATE', of: (bot) => (bot.paused ? 'paused' : 'active') },
      { title: 'ID', of: (bot) => bot.id },
    ], EMPTY) + more(list.next))
  })).option('--webhook <webhook>', 'that listen to one webhook')
    .option('--connection <connection>', 'on one connection').option('--symbol <symbol>', 'of one symbol')

  command(bots, 'show <bot>', 'one bot', async (call, _, wanted) => {
    const bot = await find<Bot>(await call.api(), '/bots', wanted ?? '', 'bot')
    call.terminal.answer(bot, () => botSheet(bot))
  })
}

function addChanging(bots: Command): void {
  type Body = (api: Api) => Promise<Record<string, unknown>>
  const change = async (call: Call, wanted: string | undefined, body: Body, options: Asking = {}): Promise<void> => {
    const api = await call.api()
    const fields = await body(api)
    if (Object.keys(fields).length === 0) throw new Failure('Nothing to change was given', { usage: true })
    if (fields['abandonPosition'] === true) await demandYes(call, options, letGo(wanted))
    const bot: Bot = await api.send('PATCH', `/bots/${await idOf(api, '/bots', wanted ?? '', 'bot')}`, { body: fields })
    call.terminal.answer(bot, () => botSheet(bot))
  }
  asking(settings(command<Asking & Settings>(bots, 'update <bot>', 'change settings', (call, options, wanted) =>
    change(call, wanted, (api) => bodyOf(api, options), options))))
    .option('--webhook <webhook>', 'listen to another').option('--connection <connection>', 'trade through another')
    .option('--symbol <symbol>', 'trade another')
    .option('--amount <amount>', 'how much an order opens with', amount)
    .option('--abandon-position', 'let go of a position that stands in the way')
  command(bots, 'pause <bot>', 'open nothing more; closes still run', (call, _, wanted) =>
    change(call, wanted, async () => ({ paused: true })))
  command(bots, 'resume <bot>', 'open again', (call, _, wanted) =>
    change(call, wanted, async () => ({ paused: false })))
  asking(command<Asking & { abandonPosition?: boolean }>(bots, 'disconnect <bot>', 'take it off its connection',
    (call, options, wanted) => change(
      call, wanted, async () => withoutAbsent({ connectionId: null, abandonPosition: options.abandonPosition }), options)))
    .option('--abandon-position', 'let go of the position that it holds')

  asking(command<Asking & { abandonPosition?: boolean }>(bots, 'delete <bot>',
    'remove it; its orders and fills stay in the books', async (call, options, wanted) => {
    const api = await call.api()
    const bot = await find<Bot>(api, '/bots', wanted ?? '', 'bot')
    await demandYes(call, options, options.abandonPosition === true ? letGo(bot.name) : () => `Delete "${bot.name}"?`)
    await api.send('DELETE', `/bots/${bot.id}`,
      options.abandonPosition === true ? { query: { abandonPosition: true } } : {})
    call.terminal.answer({ deleted: bot.id }, () => `"${printable(bot.name)}" is deleted.`)
  })).option('--abandon-position', 'let go of the position that it holds')
}

const letGo = (wanted: string | undefined) => (): string =>
  `Let go of what "${wanted ?? ''}" holds? It stays on the account, and no bot closes it any more.`

function addPosition(bots: Command): void {
  asking(command<Asking & { idempotencyKey?: string }>(bots, 'close <bot>', 'close its whole position now',
    async (call, options, wanted) => {
    const api = await call.api()
    const id = await idOf(api, '/bots', wanted ?? '', 'bot')
    await demandYes(call, options, async () => {
      const bot = await api.get<Bot>(`/bots/${id}`)
      const held = `${bot.position} ${bot.base} on ${bot.exchange} ${bot.market}`
      return `Close "${bot.name}" now? It holds ${held}; a market order goes out at once.`
    })
    const { newId, systemClock } = await import('#clock')
    const closed: z.infer<typeof contract.closed> =
      await api.send('POST', `/bots/${id}/close`, { idempotencyKey: options.idempotencyKey ?? newId(systemClock) })
    call.terminal.answer(closed, () => closed.orderIds.map((order) => `Closing: ${PROGRAM} orders show ${order}`)
      .join('\n'))
  })).option('--idempotency-key <key>', 'the same key again closes once')

  repeatable(command<Repeatable & { quantity?: string; reason?: string }>(bots, 'position <bot>',
    'what it holds; with --quantity books a difference without an order', async (call, options, wanted) => {
    const api = await call.api()
    const id = await idOf(api, '/bots', wanted ?? '', 'bot')
    if ((options.quantity === undefined) !== (options.reason === undefined)) {
      throw new Failure('--quantity and --reason go together', { usage: true })
    }
    if (options.quantity !== undefined) await api.send('POST', `/bots/${id}/position`,
      { body: { quantity: options.quantity, reason: options.reason }, ...keyOf(options) })
    const [position] = (await api.get<z.infer<typeof contract.positions>>('/positions', { botId: id })).items
    call.terminal.answer(position ?? null, () => (position === undefined ? 'It holds nothing.' : sheet([
      ['bot', position.botName], ['symbol', position.symbol], ['side', position.side],
        ['quantity', `${position.quantity} ${position.base}`],
      ['average', position.averagePrice === null ? null : `${position.averagePrice} ${position.quote}`],
      ['realized', `${position.realizedProfit} ${position.quote}`],
        ['fees', Object.entries(position.fees).map(([asset, fee]) => `${fee} ${asset}`).join(', ')],
    ])))
  })).option('--quantity <base>', 'the difference in base, signed, such as -0.001')
    .option('--reason <text>', 'why; it is recorded')
}

function settings(one: Command): Command {
  return one
    .option('--name <name>', 'absent: the symbol')
    .option('--amount-in <unit>', 'quote (absent) or base', oneOf(['quote', 'base']))
    .option('--direction <direction>', 'both, long or short', oneOf(['both', 'long', 'short']))
    .option('--max-size <quote>', 'largest opening; absent: ten times the amount', amount)
    .option('--on-opposite <what>', 'close, or flip (futures)', oneOf(['close', 'flip']))
    .option('--leverage <n>', 'futures', whole(1, 200))
    .option('--max-signal-age <seconds>', 'older entries are skipped; 0: never', whole(0, 604_800))
    .option('--max-exit-age <seconds>', 'older closes are skipped; 0: never', whole(0, 604_800))
    .option('--exit-at-open', 'closes that come while the market is closed run when it opens')
    .option('--no-exit-at-open', 'they are refused, and you are told')
    .option('--accept-size', 'take sizes of somebody else\'s webhook').option('--no-accept-size', 'ignore them')
    .option('--accept-dilution', 'take dilution of somebody else\'s webhook')
    .option('--no-accept-dilution', 'ignore it')
    .option('--paused', 'opens nothing')
}

async function bodyOf(api: Api, options: Settings): Promise<Record<string, unknown>> {
  return withoutAbsent({
    name: options.name, symbol: options.symbol, amount: options.amount, amountIn: options.amountIn,
      direction: options.direction,
    maxSize: options.maxSize, onOpposite: options.onOpposite, leverage: options.leverage,
      maxSignalAgeSeconds: options.maxSignalAge,
    maxExitAgeSeconds: options.maxExitAge, exitAtOpen: options.exitAtOpen, acceptSize: options.acceptSize, acceptDilution: options.acceptDilution,
      paused: options.paused,
    abandonPosition: options.abandonPosition,
    webhookId: await idIfGiven(api, '/webhooks', options.webhook, 'webhook'),
    connectionId: await idIfGiven(api, '/connections', options.connection, 'connection'),
  })
}

function botSheet(bot: Bot): string {
  const age = (seconds: number): string => (seconds === 0 ? 'no limit' : `${seconds} s`)
  return [
    `${style('bold', printable(bot.name))}${bot.paused ? style('yellow', '  paused') : ''}`,
    sheet([
      ['symbol', `${bot.symbol} on ${bot.exchange} ${bot.market}`],
        ['amount', `${bot.amount} ${bot.amountIn === 'quote' ? bot.quote : bot.base}`],
      ['at most', `${bot.maxSize} ${bot.quote}`], ['direction', bot.direction], ['on opposite', bot.onOpposite],
        ['leverage', bot.leverage],
      ['oldest entry', age(bot.maxSignalAgeSeconds)], ['oldest close', age(bot.maxExitAgeSeconds)],
        ['while the market is closed', bot.exitAtOpen ? 'closes wait for the opening' : null],
        ['holds', `${bot.position} ${bot.base}`],
      ['webhook', bot.webhookId], ['connection', bot.connectionId ?? 'disconnected'], ['id', bot.id],
    ]),
    ...warningLines(bot.warnings ?? []),
  ].join('\n')
}

const warningLines = (warnings: readonly contract.Warning[]): string[] =>
  warnings.map(({ message }) => `${style('yellow', 'warning:')} ${printable(message)}`)

function previewSheet(preview: Preview): string {
  return [
    `${style('bold',
      `${preview.symbol} on ${preview.exchange} ${preview.market}`)}  ${preview.outcome}: ${preview.code}`,
    printable(preview.reason),
    ...preview.orders.map((order) => `  ${order.side} ${order.quantity === null
      ? `${order.quoteQuantity ?? '?'} ${preview.quote}` : `${order.quantity} ${preview.base}`}`),
    ...(preview.price === null ? [] : [style('dim', `at a price of ${preview.price} ${preview.quote}`)]),
    ...warningLines(preview.warnings),
    '',
    table(preview.rules, [
      { title: '', of: (rule) => (rule.ok ? style('green', 'ok') : style('red', 'no')) },
      { title: 'RULE', of: (rule) => rule.rule },
      { title: 'LIMIT', of: (rule) => rule.limit, right: true },
      { title: 'VALUE', of: (rule) => rule.value, right: true },
      { title: 'DETAIL', of: (rule) => rule.detail },
    ], 'No market rule applies.'),
  ].join('\n')
}
