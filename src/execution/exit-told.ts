import { newId } from '#clock'
import { decimal, text } from '#model'
import type { Finding, JournalBatch, StoredFinding } from '#store'
import type { Lane } from './book.ts'
import { commitSurely, type Context } from './context.ts'
import { findingFed } from './feed.ts'

/**
 * Why a position is still there although its owner wanted out. `exit_waits`: it is still being tried; the others: nothing
 * more is sent for this exit.
 */
export type ExitCode = 'exit_incomplete' | 'exit_refused' | 'exit_too_old' | 'exit_waits' | 'exit_at_open'

/** What a person is told of an exit that has not ended the position. */
export interface ExitTold {
  readonly code: ExitCode
  /** A sentence: what happened. */
  readonly why: string
  /** A sentence: what to do. */
  readonly remedy: string
  readonly orderId?: string | undefined
  readonly signalId?: string | null | undefined
}

/** A finding about an exit, and all that is committed with it. */
export interface ExitNews { readonly finding: Finding; readonly batch: JournalBatch }

/** Begins the keys of findings about exits: one stands for each bot at most. */
const KEY = 'exit '
const keyOf = (botId: string): string => `${KEY}${botId}`

type Standing = Pick<StoredFinding, 'id' | 'code' | 'detail' | 'ours' | 'theirs'>

/** Exits that did not end the position, by bot: their findings stand until the position is flat. */
export class ExitsTold {
  readonly #standing = new Map<string, Standing>()

  /** Takes over what the journal holds of these bots: at the start, and when lanes come from another server. */
  load(standing: readonly StoredFinding[], botIds: ReadonlySet<string>): void {
    for (const id of botIds) this.#standing.delete(id)
    for (const finding of standing) {
      if (finding.botId !== null && botIds.has(finding.botId) && finding.key === keyOf(finding.botId)) this.#standing.set(finding.botId, finding)
    }
  }

  of(botId: string): Standing | undefined { return this.#standing.get(botId) }

  /** What stands of a bot from now on; to be called once it is durable. */
  set(botId: string, finding: Finding | null): void {
    if (finding === null) this.#standing.delete(botId)
    else this.#standing.set(botId, { ours: null, theirs: null, ...finding })
  }

  /** The same for all that was stored with decisions. */
  stored(decided: readonly { readonly told?: ExitNews | undefined }[]): void {
    for (const { told } of decided) if (told !== undefined && told.finding.botId !== null) this.set(told.finding.botId, told.finding)
  }
}

/**
 * What is to be committed so that a person knows that an exit has not ended the position: a finding that stands until it
 * has (it takes the place of the one before), and the news of it. Call `set` of `context.exits` once it is durable, or use
 * `tellExit`.
 */
export function exitTold(context: Context, lane: Lane, told: ExitTold): ExitNews {
  const { bot, position } = lane
  const left = `${text(decimal(position.quantity).abs())} ${bot.base}`
  const detail = `${told.why} ${left} of ${bot.symbol} are still held by "${bot.name}". ${told.remedy}`
  const finding: Finding = {
    id: newId(context.clock), userId: bot.userId, connectionId: bot.connectionId, botId: bot.id, orderId: told.orderId ?? null,
    code: told.code, detail, at: context.clock.now(), key: keyOf(bot.id), ours: left, theirs: null,
  }
  const notice = {
    type: 'notice' as const, userId: bot.userId,
    data: {
      code: told.code, critical: true, botId: bot.id, orderId: told.orderId ?? null, signalId: told.signalId ?? null,
      connectionId: bot.connectionId, symbol: bot.symbol, left, detail,
    },
  }
  return { finding, batch: { findings: [finding], findingUpdates: goneBefore(context, lane), feed: [notice, findingFed(finding)] } }
}

/** Tells it now. */
export async function tellExit(context: Context, lane: Lane, told: ExitTold): Promise<void> {
  const { finding, batch } = exitTold(context, lane, told)
  context.log.warn({ botId: lane.bot.id, code: told.code }, 'an exit has not ended the position')
  await commitSurely(context, lane, batch)
  context.exits.set(lane.bot.id, finding)
}

/**
 * The finding about an exit is over once the bot holds nothing that could be closed. `resting`: nothing is under way in the
 * lane, so that no exit waits any more, whatever is held.
 */
export async function exitEnded(context: Context, lane: Lane, resting = false): Promise<void> {
  const { id } = lane.bot
  const standing = context.exits.of(id)
  if (standing === undefined) return
  const ended = lane.position.quantity === '0' || lane.position.dust || (resting && standing.code === 'exit_waits')
  if (!ended) return
  await commitSurely(context, lane, { findingUpdates: goneBefore(context, lane) })
  context.exits.set(id, null)
}

function goneBefore(context: Context, { bot }: Lane): NonNullable<JournalBatch['findingUpdates']> {
  const before = context.exits.of(bot.id)
  if (before === undefined) return []
  const { id, detail, ours, theirs } = before
  return [{ id, detail, ours, theirs, closedAt: context.clock.now() }]
}
