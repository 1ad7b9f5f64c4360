import { newId } from '#clock'
import { keyedHash, Problem, type KeyedHash, type Signal } from '#model'
import { carriesTime, countsForDuplicates, duplicateOf, type SignalDraft } from '#signals'
import type { Held, NewSignal, Unseen } from '#store'
import type { Lane } from './book.ts'
import { heldBy, merge, wasOvertaken, type Context } from './context.ts'
import { decidedBatch, type Decided } from './decided.ts'
import { signalFed } from './feed.ts'
import { decideNow } from './deciding.ts'
import type { Lanes } from './lanes.ts'
import type { LogReader } from './log-reader.ts'
import type { Arrival } from './port.ts'
import { owned, toRanges } from './ranges.ts'

/** Decisions in the first commit of a signal, and in each later one (execution allows 256): between them other hooks are answered. */
const FIRST_DECISIONS = 64
const LATER_DECISIONS = 64
/** Signals whose bots are not all decided; beyond this, new ones are not taken (503: the sender tries again). */
const BACKLOG_LIMIT = 100_000
const IDEMPOTENCY_MS = 86_400_000
/** How often a signal is stored anew because another server was faster: it came or went, or stored the same one. */
const OVERTAKEN_LIMIT = 5

/** From a delivery to a stored signal with the decisions of idle bots: one durable commit before the answer. */
export class Intake {
  readonly #context: Context
  readonly #lanes: Lanes
  readonly #log: LogReader
  /** Deliveries on their way into the journal, by what would recognise a second one. */
  readonly #arriving = new Map<string, Promise<unknown>>()
  /** Per webhook, the last commit on its way: a possible duplicate waits for it, to see what came in between. */
  readonly #lastOf = new Map<string, Promise<unknown>>()
  readonly #bodies: KeyedHash

  constructor(context: Context, lanes: Lanes, log: LogReader) {
    this.#context = context
    this.#lanes = lanes
    this.#log = log
    this.#bodies = keyedHash(context.keyed('body hash'))
  }

  async accept(arrival: Arrival<SignalDraft>): Promise<{ signalId: string; duplicate: boolean }> {
    if (this.#context.stopping || this.#lanes.waiting > BACKLOG_LIMIT) throw new Problem('not_stored', 'The intake is full or closing; send the signal again.')
    const { webhook, idempotencyKey } = arrival
    const bodyHash = this.#bodies(arrival.raw).toString('hex')
    const byBody = arrival.source === 'hook' && webhook.duplicateWindowSeconds > 0 && countsForDuplicates(arrival.draft)
    const identity = arrival.source === 'hook' ? (byBody ? `${webhook.id} ${bodyHash}` : null) : idempotencyKey === null ? null : `${webhook.id} # ${idempotencyKey}`
    while (identity !== null && this.#arriving.has(identity)) await Promise.allSettled([this.#arriving.get(identity), this.#lastOf.get(webhook.id)])

    const storing = this.#store(arrival, bodyHash, byBody)
    if (identity !== null) this.#arriving.set(identity, storing)
    this.#lastOf.set(webhook.id, storing)
    try {
      return await storing
    } finally {
      if (identity !== null && this.#arriving.get(identity) === storing) this.#arriving.delete(identity)
      if (this.#lastOf.get(webhook.id) === storing) this.#lastOf.delete(webhook.id)
    }
  }

  async #store(arrival: Arrival<SignalDraft>, bodyHash: string, byBody: boolean): Promise<{ signalId: string; duplicate: boolean }> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#storeOnce(arrival, bodyHash, byBody)
      } catch (error) {
        if (error instanceof Problem && wasOvertaken(error) && attempt < OVERTAKEN_LIMIT) {
          await this.#context.tenure.refresh().catch(problemsOnly)
          continue
        }
        if (error instanceof Problem && error.code !== 'unavailable') throw error
        this.#context.log.warn({ webhookId: arrival.webhook.id, cause: error instanceof Problem ? error.code : String(error) }, 'a signal was not stored')
        throw new Problem('not_stored', 'The signal was not stored; send it again.')
      }
    }
  }

  async #storeOnce(arrival: Arrival<SignalDraft>, bodyHash: string, byBody: boolean): Promise<{ signalId: string; duplicate: boolean }> {
    const { journal, clock } = this.#context
    const { repeats, known, since } = await this.#recognise(arrival, bodyHash, byBody)
    if (repeats !== null) {
      await journal.commit({ duplicates: [repeats] })
      return { signalId: repeats, duplicate: true }
    }
    const signal: Signal = {
      ...arrival.draft, id: newId(clock), webhookId: arrival.webhook.id, userId: arrival.webhook.userId, source: arrival.source,
      receivedAt: arrival.receivedAt, duplicates: 0, replayOf: arrival.replayOf ?? null,
    }
    const idempotencyKey = arrival.source === 'hook' ? null : arrival.idempotencyKey
    const unseen: Unseen | null = since === null ? null : {
      signalId: signal.id, webhookId: signal.webhookId, bodyHash: byBody ? bodyHash : null, idempotencyKey, since, known,
    }
    await this.#storeNew(signal, { bodyHash, idempotencyKey }, unseen)
    return { signalId: signal.id, duplicate: false }
  }

  /**
   * The signal that this delivery repeats, or null; which others look like it and are not the same; and since when one
   * would be. `since` null: nothing would be recognised as the same.
   */
  async #recognise(arrival: Arrival<SignalDraft>, bodyHash: string, byBody: boolean): Promise<{ repeats: string | null; known: readonly string[]; since: number | null }> {
    const { journal } = this.#context
    const { webhook, idempotencyKey, receivedAt } = arrival
    if (arrival.source !== 'hook') {
      if (idempotencyKey === null) return { repeats: null, known: [], since: null }
      const from = receivedAt - IDEMPOTENCY_MS
      const [same] = await journal.recognise([{ webhookId: webhook.id, bodyHash: null, idempotencyKey }], from)
      if (same === undefined) return { repeats: null, known: [], since: from }
      if (same.bodyHash !== bodyHash) throw new Problem('idempotency_key_reused', 'This Idempotency-Key was used for another body within 24 hours; use a new one.')
      return { repeats: same.id, known: [], since: from }
    }
    if (!byBody) return { repeats: null, known: [], since: null }
    const since = receivedAt - webhook.duplicateWindowSeconds * 1000
    const found = await journal.recognise([{ webhookId: webhook.id, bodyHash, idempotencyKey: null }], since)
    const sameBody = found.reduce<(typeof found)[number] | null>((a, b) => (a === null || b.receivedAt > a.receivedAt ? b : a), null)
    if (sameBody === null) return { repeats: null, known: [], since }
    const opposite = carriesTime(arrival.draft) ? null
      : await journal.lastOfSide(webhook.id, arrival.draft.symbol, arrival.draft.side === 'BUY' ? 'SELL' : 'BUY', sameBody.receivedAt)
    const repeats = duplicateOf({
      receivedAt, windowMs: webhook.duplicateWindowSeconds * 1000, carriesTime: carriesTime(arrival.draft), sameBody,
      oppositeAt: opposite,
    })
    return { repeats, known: found.map((one) => one.id), since }
  }

  /**
   * Stores a signal. On its own, this server decides in the same commit what can be decided at once. Where others are,
   * it only stores: the log then brings the signals of all of them, in one order, to the owners of the lanes.
   */
  async #storeNew(signal: Signal, identity: { bodyHash: string; idempotencyKey: string | null }, unseen: Unseen | null): Promise<void> {
    const { book, tenure } = this.#context
    // A bot that another server made, and answered for, before this signal came is among those that get it.
    await this.#context.upToDate()
    const all = [...book.listening(signal.webhookId)]
    const row: NewSignal = { signal, ...identity, fanout: toRanges(all.map((lane) => lane.number)), fanoutDone: all.length === 0 }
    if (!tenure.alone || this.#log.behind > 0 || !all.every((lane) => owned(lane) && !lane.leaving)) return this.#storeOnly(row, unseen)
    const isTest = signal.flags.includes('TEST')
    const decided: { lane: Lane; decided: Decided }[] = []
    for (const lane of all) {
      if (isTest || decided.length >= FIRST_DECISIONS) break
      const now = this.#lanes.idle(lane) ? decideNow(this.#context, lane, signal) : null
      if (now === null) continue
      lane.busy = true
      decided.push({ lane, decided: now })
    }
    const done = new Set(decided.map(({ lane }) => lane))
    const rest = all.filter((lane) => !done.has(lane))
    for (const lane of rest) lane.incoming += 1
    try {
      await this.#context.journal.commit({
        ...merge({ signals: [{ ...row, fanoutDone: rest.length === 0 }], feed: [signalFed(signal)] }, decidedBatch(decided.map((one) => one.decided))),
        held: this.#held(decided.map(({ lane }) => lane)),
      })
    } catch (error) {
      for (const { lane } of decided) this.#lanes.release(lane)
      throw error
    } finally {
      for (const lane of rest) lane.incoming -= 1
    }
    this.#context.exits.stored(decided.map((one) => one.decided))
    for (const { lane, decided: now } of decided) this.#lanes.begin(lane, now)
    if (rest.length > 0) this.#lanes.spread(signal, rest, LATER_DECISIONS, true)
  }

  async #storeOnly(row: NewSignal, unseen: Unseen | null): Promise<void> {
    this.#log.expect(row.signal.id)
    try {
      await this.#context.journal.commit({
        signals: [row], feed: [signalFed(row.signal)], held: this.#held([]), ...unseen === null ? {} : { unseen: [unseen] },
      })
    } catch (error) {
      this.#log.unexpect(row.signal.id)
      throw error
    }
  }

  /** The leases of these lanes, and the one that says who is there. */
  #held(lanes: readonly Lane[]): readonly Held[] | undefined {
    const held = heldBy(this.#context, lanes)
    return held === undefined ? undefined : [...this.#context.tenure.members ?? [], ...held]
  }
}

function problemsOnly(error: unknown): void {
  if (!(error instanceof Problem)) throw error
}
