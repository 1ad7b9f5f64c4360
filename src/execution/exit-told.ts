import { newId } from '#clock'
import { decimal, text } from '#model'
import type { Finding, JournalBatch, StoredFinding } from '#store'
import { holdsNothing, type Lane } from './book.ts'
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
  /** Its owner's close went out ahead of the opening `orderId`: no plan says so after a restart, and this finding does. */
  readonly wentAhead?: true
}

/** A finding about an exit, and all that is committed with it. */
export interface ExitNews { readonly finding: Finding; readonly batch: JournalBatch }

/** Begins the keys of findings about exits: one stands for each bot at most. */
const KEY = 'exit '
const keyOf = (botId: string): string => `${KEY}${botId}`

const WENT_AHEAD = 'a close went ahead of an opening'

type Standing = Pick<StoredFinding, 'id' | 'code' | 'detail' | 'ours' | 'theirs' | 'orderId'>

/**
 * Exits that did not end the position, by bot: their findings stand until the position is flat. There is one for a bot,
 * and while the database is slow perhaps two, told at one time: each is known until it is durable that it is over.
 */
export class ExitsTold {
  readonly #standing = new Map<string, readonly Standing[]>()

  /** Takes over what the journal holds of these bots: at the start, and when lanes come from another server. */
  load(standing: readonly StoredFinding[], botIds: ReadonlySet<string>): void {
    for (const id of botIds) this.#standing.delete(id)
    for (const finding of standing) {
      if (finding.botId !== null && botIds.has(finding.botId) && finding.key === keyOf(finding.botId)) this.#add(finding.botId, finding)
    }
  }

  of(botId: string): readonly Standing[] { return this.#standing.get(botId) ?? [] }

  /** Whether its owner's close went out ahead of this opening of a bot. */
  wentAhead(botId: string, orderId: string): boolean {
    return this.of(botId).some((one) => one.theirs === WENT_AHEAD && one.orderId === orderId)
  }

  /** To be called once it is durable. */
  told({ finding, batch }: ExitNews): void {
    const { botId } = finding
    if (botId === null) return
    this.over(botId, batch.findingUpdates ?? [])
    this.#add(botId, { ours: null, theirs: null, ...finding })
  }

  /** To be called once it is durable that these stand no more. */
  over(botId: string, gone: readonly Pick<Standing, 'id'>[]): void {
    const left = this.of(botId).filter(({ id }) => !gone.some((one) => one.id === id))
    if (left.length === 0) this.#standing.delete(botId)
    else this.#standing.set(botId, left)
  }

  /** What was stored with decisions. */
  stored(decided: readonly { readonly told?: ExitNews | undefined }[]): void {
    for (const { told } of decided) if (told !== undefined) this.told(told)
  }

  #add(botId: string, finding: Standing): void { this.#standing.set(botId, [...this.of(botId), finding]) }
}

/**
 * What is to be committed so that a person knows that an exit has not ended the position: a finding that stands until it
 * has (it takes the place of the one before), and the news of it. Call `told` of `context.exits` once it is durable, or use
 * `tellExit`.
 */
export function exitTold(context: Context, lane: Lane, told: ExitTold): ExitNews {
  const { bot, position } = lane
  const left = `${text(decimal(position.quantity).abs())} ${bot.base}`
  const held = position.quantity === '0' ? `How much "${bot.name}" holds is not known yet.` : `${left} of ${bot.symbol} are still held by "${bot.name}".`
  const detail = `${sentence(told.why)} ${held} ${sentence(told.remedy)}`
  const finding: Finding = {
    id: newId(context.clock), userId: bot.userId, connectionId: bot.connectionId, botId: bot.id, orderId: told.orderId ?? null,
    code: told.code, detail, at: context.clock.now(), key: keyOf(bot.id), ours: left, theirs: told.wentAhead === true ? WENT_AHEAD : null,
  }
  const notice = {
    type: 'notice' as const, userId: bot.userId,
    data: {
      code: told.code, critical: true, botId: bot.id, orderId: told.orderId ?? null, signalId: told.signalId ?? null,
      connectionId: bot.connectionId, symbol: bot.symbol, left, detail,
    },
  }
  return { finding, batch: { findings: [finding], findingUpdates: closed(context, context.exits.of(bot.id)), feed: [notice, findingFed(finding)] } }
}

/** With its full stop: others' words come with one or without. */
const sentence = (words: string): string => (/[.!?]$/.test(words) ? words : `${words}.`)

/** Tells it now. */
export async function tellExit(context: Context, lane: Lane, told: ExitTold): Promise<void> {
  const news = exitTold(context, lane, told)
  context.log.warn({ botId: lane.bot.id, code: told.code }, 'an exit has not ended the position')
  await commitSurely(context, lane, news.batch)
  context.exits.told(news)
}

/**
 * The finding about an exit is over once the bot holds nothing that could be closed. `resting`: nothing is under way in the
 * lane, so that no exit waits any more, whatever is held. Ahead of an opening nobody knows what is held.
 */
export async function exitEnded(context: Context, lane: Lane, resting = false): Promise<void> {
  if (lane.exitAhead) return
  const { id } = lane.bot
  const flat = holdsNothing(lane)
  const over = context.exits.of(id).filter(({ code }) => flat || (resting && (code === 'exit_waits' || (code === 'exit_at_open' && lane.atOpen.length === 0))))
  if (over.length === 0) return
  await commitSurely(context, lane, { findingUpdates: closed(context, over) })
  context.exits.over(id, over)
}

const closed = ({ clock }: Context, standing: readonly Standing[]): NonNullable<JournalBatch['findingUpdates']> => (
  standing.map(({ id, detail, ours, theirs }) => ({ id, detail, ours, theirs, closedAt: clock.now() }))
)
