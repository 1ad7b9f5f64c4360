import type { Headers } from './http.ts'
import type { Caller } from './port.ts'

/** Whose limit it is: that of the address which we send from, or that of one key (or its account). */
export type LimitScope = 'address' | 'key'

/** Who has to wait, and for how long. */
export interface Hold { readonly scope: LimitScope; readonly waitMs: number; readonly text: string }

/** An answer to a request, as far as limits are concerned. `body`: empty where it was not read. */
export interface LimitAnswer { readonly status: number; readonly headers: Headers; readonly body: string }

/** How an exchange counts and words its limits: one for each host, in the exchange's own folder. */
export interface LimitRules {
  /** Whose limit an answer says is used up, and for how long, ms; null: it says nothing of that kind. */
  pauseOf(answer: LimitAnswer, now: number): { readonly scope: LimitScope; readonly ms: number } | null
  /** What an answer's headers say is used. */
  usedOf(headers: Headers): readonly Used[]
  /** What a request counts for. */
  weightOf(method: string, path: string): number
  /** A quarter of the documented limit, in weight a minute: all that background work gets, and of whose. */
  readonly background: { readonly scope: LimitScope; readonly perMinute: number }
}

/** So much of a limit was used, in the running window of that length. */
export interface Used { readonly kind: 'weight' | 'orders'; readonly scope: LimitScope; readonly name: string; readonly windowMs: number; readonly used: number }

/** A limit as the exchange states it itself. */
export interface Stated { readonly kind: Used['kind']; readonly windowMs: number; readonly limit: number }

/** Without a word from the exchange a pause of this length follows a 429 or 418. */
export const DEFAULT_PAUSE_MS = 10_000
const LONGEST_PAUSE_MS = 3 * 86_400_000
const MINUTE_MS = 60_000
/** Openings stop short of a stated limit, so that there is room for closes. */
const ENTRIES_SHARE = 0.95
/** Background work stops where others have used half of a stated limit. */
const BACKGROUND_SHARE = 0.5
/** Keys remembered; what is over is forgotten beyond that. */
const KEYS_KEPT = 10_000
const ADDRESS = ''

/** `Retry-After` in seconds; a date, or none, means `otherwise`. Answers ms. */
export function retryAfter(headers: Headers, otherwise = DEFAULT_PAUSE_MS): number {
  const said = headers['retry-after']
  const seconds = typeof said === 'string' && /^\d{1,9}$/.test(said) ? Number(said) : Number.NaN
  return Number.isNaN(seconds) ? otherwise : Math.max(seconds, 1) * 1000
}

/** Where nothing else is known: 429 and 418 are about the address, and every request counts one. */
export const PLAIN_RULES: LimitRules = {
  pauseOf: ({ status, headers }) => (status === 429 || status === 418 ? { scope: 'address', ms: retryAfter(headers) } : null),
  usedOf: () => [],
  weightOf: () => 1,
  background: { scope: 'address', perMinute: 60 },
}

/**
 * The limits of one host: pauses that the exchange asked for, what its headers say is used, and the share that background
 * work has had. Nothing leaves during a pause. Short of a stated limit openings wait so that closes have room.
 */
export class Limits {
  readonly #rules: LimitRules
  readonly #name: string
  /** Until when nothing may be sent, by key; the address under an empty name. Epoch ms. */
  readonly #pausedUntil = new Map<string, number>()
  /** By key, the address under an empty name, then by the name of what is counted: an order must not look through other people's. */
  readonly #used = new Map<string, Map<string, Used & { readonly at: number }>>()
  readonly #spent = new Map<string, { minute: number; weight: number }>()
  #stated: readonly Stated[] = []

  constructor(name: string, rules: LimitRules) {
    this.#name = name
    this.#rules = rules
  }

  /** Takes over what the exchange states its limits to be. */
  state(stated: readonly Stated[]): void { this.#stated = stated }

  /** Why a request has to wait; null: it may go. Pauses hold for everybody. */
  hold({ who = ADDRESS, urgency = 'question' }: Pick<Caller, 'who' | 'urgency'>, method: string, path: string, now: number, offsetMs: number): Hold | null {
    return this.pause(who, now) ?? (urgency === 'background' ? this.#backgroundHold(who, this.#rules.weightOf(method, path), now, offsetMs)
      : urgency === 'entry' ? this.#full(who, ENTRIES_SHARE, now, offsetMs) : null)
  }

  /** The pause that holds for a key: its own, or the address's. */
  pause(who: string, now: number): Hold | null {
    if (this.#pausedUntil.size === 0) return null
    const [address, key] = [this.#pausedUntil.get(ADDRESS) ?? 0, who === ADDRESS ? 0 : this.#pausedUntil.get(who) ?? 0]
    const until = Math.max(address, key)
    if (until <= now) return null
    const waitMs = Math.ceil(until - now)
    return { scope: key > address ? 'key' : 'address', waitMs, text: `${this.#name} asked for a pause of another ${Math.ceil(waitMs / 1000)} s` }
  }

  /** Counts a request that leaves. */
  sent({ who = ADDRESS, urgency }: Pick<Caller, 'who' | 'urgency'>, method: string, path: string, now: number): void {
    if (urgency !== 'background') return
    const spent = this.#spentBy(who, now)
    spent.weight += this.#rules.weightOf(method, path)
  }

  /** Learns from an answer, whatever it was. */
  told({ who = ADDRESS }: Pick<Caller, 'who'>, answer: LimitAnswer, now: number): void {
    for (const used of this.#rules.usedOf(answer.headers)) this.#usedBy(used.scope === 'key' ? who : ADDRESS).set(used.name, { ...used, at: now })
    const pause = this.#rules.pauseOf(answer, now)
    if (pause !== null) {
      const whose = pause.scope === 'key' ? who : ADDRESS
      this.#pausedUntil.set(whose, Math.max(this.#pausedUntil.get(whose) ?? 0, now + Math.min(pause.ms, LONGEST_PAUSE_MS)))
    }
    this.#forgetOld(now)
  }

  /** What the address has used, as last told: `{"1m": 12}`. */
  used(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#used.get(ADDRESS) ?? []].map(([name, { used }]) => [name, used]))
  }

  #backgroundHold(who: string, weight: number, now: number, offsetMs: number): Hold | null {
    const { perMinute } = this.#rules.background
    const full = this.#full(who, BACKGROUND_SHARE, now, offsetMs)
    if (full !== null) return full
    const spent = this.#spentBy(who, now)
    // What is heavier than the whole share goes alone.
    if (spent.weight === 0 || spent.weight + weight <= perMinute) return null
    const waitMs = Math.ceil((spent.minute + 1) * MINUTE_MS - now)
    return { scope: this.#rules.background.scope, waitMs, text: `background work has had its quarter of ${this.#name}'s limit for this minute` }
  }

  /** Whether that share of a stated limit is used in the running window, by the address or by this key. */
  #full(who: string, share: number, now: number, offsetMs: number): Hold | null {
    if (this.#stated.length === 0) return null
    return this.#fullOf(this.#used.get(ADDRESS), share, now, offsetMs) ?? (who === ADDRESS ? null : this.#fullOf(this.#used.get(who), share, now, offsetMs))
  }

  #fullOf(whose: ReadonlyMap<string, Used & { readonly at: number }> | undefined, share: number, now: number, offsetMs: number): Hold | null {
    if (whose === undefined) return null
    for (const used of whose.values()) {
      for (const { kind, windowMs, limit } of this.#stated) {
        if (used.kind !== kind || used.windowMs !== windowMs || used.used < limit * share) continue
        const window = (at: number): number => Math.floor((at + offsetMs) / windowMs)
        if (window(used.at) !== window(now)) continue
        const waitMs = Math.ceil((window(now) + 1) * windowMs - now - offsetMs)
        return { scope: used.scope, waitMs, text: `${used.used} of ${limit} ${kind} are used on ${this.#name} (${used.name})` }
      }
    }
    return null
  }

  #usedBy(whose: string): Map<string, Used & { readonly at: number }> {
    const known = this.#used.get(whose) ?? new Map<string, Used & { readonly at: number }>()
    this.#used.set(whose, known)
    return known
  }

  #spentBy(who: string, now: number): { minute: number; weight: number } {
    const whose = this.#rules.background.scope === 'key' ? who : ADDRESS
    const minute = Math.floor(now / MINUTE_MS)
    let spent = this.#spent.get(whose)
    if (spent === undefined || spent.minute !== minute) this.#spent.set(whose, spent = { minute, weight: 0 })
    return spent
  }

  #forgetOld(now: number): void {
    if (this.#pausedUntil.size > KEYS_KEPT) for (const [key, until] of this.#pausedUntil) if (until <= now) this.#pausedUntil.delete(key)
    if (this.#spent.size > KEYS_KEPT) this.#spent.clear()
    if (this.#used.size > KEYS_KEPT) this.#used.clear()
  }
}
