import type { Clock } from '#clock'
import type { Caps, CapsAnswer } from '#contract'
import { decimal, freezeKey, freezeOn, type Freeze, type FreezeScope } from '#model'
import type { Content } from './content.ts'
import { Meter } from './meter.ts'
import { SafeguardError } from './safeguard-error.ts'
import { openStateFile, type Found, type StateFile } from './state-file.ts'

/** Most freezes at once; everything can be frozen beyond that as well. */
export const MOST_FREEZES = 5000
/** Most deleted connections, and connections with a row version above 1, that are remembered. */
const MOST_CONNECTIONS = 200_000
const MOST_SCOPES = 65_536
const SAVE_AFTER_MS = 1000

/** Why an order may not go out now. */
export interface Stopped { readonly code: 'frozen' | 'fenced' | 'cap_exceeded'; readonly text: string }

/** A fencing token: whoever holds a higher one of the same scope has taken over. */
export interface Fence { readonly scope: string; readonly token: number }

/** What an order is looked at for. Only what says so is a close. */
export interface Guarded {
  readonly connectionId: string
  readonly userId: string
  readonly kind: 'open' | 'close'
  readonly fence?: Fence | undefined
}

/**
 * Reads what was held when the process ended. Where that cannot be known, everything is frozen for entries: `expected`
 * says whether there must be something (the audit has entries). `ceiling`: caps that hold for every connection, whatever is
 * asked for. `found` is for the log.
 */
export async function openSafeguards(folder: string, clock: Clock, expected: boolean, ceiling: Caps = NO_CAPS): Promise<{ safeguards: Safeguards; found: Found }> {
  const { file, found } = await openStateFile(folder)
  const safeguards = new Safeguards(file, clock, ceiling)
  const lost = found === 'damaged' ? DAMAGED : found === 'missing' && expected ? MISSING : null
  if (lost !== null) {
    // Where it cannot be written it holds all the same, as long as the process lives; the next start finds the same.
    await safeguards.freeze({ scope: 'all', id: null, mode: 'entries', reason: lost, at: clock.now(), by: null }).catch(safeguardErrorsOnly)
  } else if (found === 'missing') await file.append([])
  return { safeguards, found }
}

const NO_CAPS: Caps = { ordersPerMinute: null, notionalPerOrder: null, notionalPerDay: null }
const DAMAGED = 'The executor\'s state file was damaged: freezes, caps and tombstones may be missing. Look at them, then thaw.'
const MISSING = 'The executor\'s state file is missing although keys were used here before: bring it back, or look at what is frozen, capped and deleted, then thaw.'

const stricter = (a: string | null, b: string | null): string | null => (a === null ? b : b === null || decimal(a).lessThan(b) ? a : b)

function safeguardErrorsOnly(error: unknown): void {
  if (!(error instanceof SafeguardError)) throw error
}

/**
 * What the executor holds against whoever asks it: freezes, tombstones, row versions, fencing tokens. Asking costs a
 * look into memory. What stops holds from the call on and is on disk when the call resolves; what lets go is on disk
 * before it holds. Rejects with `SafeguardError`.
 */
export class Safeguards {
  readonly #file: StateFile
  readonly #freezes: Map<string, Freeze>
  readonly #gone: Set<string>
  readonly #versions: Map<string, number>
  readonly #fences: Map<string, number>
  /** Tokens and versions on their way to disk. */
  readonly #rising = new Map<string, { readonly to: number; readonly durable: Promise<void> }>()

  readonly #clock: Clock
  readonly #ceiling: Caps
  /** Of connections that sent entries under a cap. */
  readonly #meters = new Map<string, Meter>()
  /** Those whose day's sum is not in the file yet. */
  readonly #unsaved = new Set<string>()

  constructor(file: StateFile, clock: Clock, ceiling: Caps) {
    this.#clock = clock
    this.#ceiling = ceiling
    const { freezes, gone, versions, fences }: Content = file.content
    this.#file = file
    this.#freezes = new Map(freezes)
    this.#gone = new Set(gone)
    this.#versions = new Map(versions)
    this.#fences = new Map(fences)
  }

  /** Why this order may not go out at this moment; null: it may. To be asked right before its first byte leaves. */
  stops({ connectionId, userId, kind, fence }: Guarded): Stopped | null {
    const freeze = freezeOn(this.#freezes, connectionId, userId)
    if (freeze !== null && (freeze.mode === 'all' || kind === 'open')) {
      const what = freeze.mode === 'all' ? 'Trading is' : 'Openings are'
      const whose = { all: 'everybody', user: 'this user', connection: 'this connection' }[freeze.scope]
      return { code: 'frozen', text: `${what} frozen for ${whose}: ${freeze.reason}` }
    }
    if (fence !== undefined && fence.token < (this.#fences.get(fence.scope) ?? 0)) {
      return { code: 'fenced', text: 'another server has taken over this lane' }
    }
    return null
  }

  /** Whether anything is frozen for a connection. */
  frozen(connectionId: string, userId: string): Freeze | null {
    return freezeOn(this.#freezes, connectionId, userId)
  }

  /**
   * Lower tokens of the scope are refused from now on. Null where this one is known to the disk already, which is the
   * usual case; else it is by the time that the promise resolves, and only then may anything be sent under it.
   */
  raiseFence({ scope, token }: Fence): Promise<void> | null {
    const known = this.#fences.get(scope)
    if (known === undefined && this.#fences.size >= MOST_SCOPES) return Promise.reject(new SafeguardError('too_many', 'scopes of fencing tokens'))
    if (known === undefined || token > known) this.#fences.set(scope, token)
    const durable = this.#file.content.fences.get(scope)
    return durable !== undefined && durable >= token ? null
      : this.#rise(`fence ${scope}`, token, () => this.#file.append([{ set: 'fence', scope, token }]))
  }

  /** Whether the connection was deleted. */
  isGone(connectionId: string): boolean {
    return this.#gone.has(connectionId)
  }

  /** The lowest row version whose envelope is still taken. */
  lowestVersion(connectionId: string): number {
    return this.#versions.get(connectionId) ?? 1
  }

  /** Older envelopes are refused from now on. As `raiseFence`; to be called for an envelope that opened. */
  raiseVersion(connectionId: string, rowVersion: number): Promise<void> | null {
    if (rowVersion > this.lowestVersion(connectionId)) {
      if (this.#versions.size >= MOST_CONNECTIONS) return Promise.reject(new SafeguardError('too_many', 'row versions'))
      this.#versions.set(connectionId, rowVersion)
    }
    return (this.#file.content.versions.get(connectionId) ?? 1) >= rowVersion ? null
      : this.#rise(`version ${connectionId}`, rowVersion, () => this.#file.append([{ set: 'version', connectionId, rowVersion }]))
  }

  /** Everything that is frozen, the newest first. */
  freezes(): Freeze[] {
    return [...this.#freezes.values()].sort((a, b) => b.at - a.at)
  }

  /** Never weakens: where a stronger freeze holds already, its mode stays. Answers what holds. */
  async freeze(wanted: Freeze): Promise<Freeze> {
    const key = freezeKey(wanted.scope, wanted.id)
    const known = this.#freezes.get(key)
    if (known === undefined && wanted.scope !== 'all' && this.#freezes.size >= MOST_FREEZES) throw new SafeguardError('too_many', 'freezes')
    const freeze: Freeze = { ...wanted, mode: known?.mode === 'all' ? 'all' : wanted.mode }
    this.#freezes.set(key, freeze)
    await this.#file.append([{ set: 'freeze', ...freeze }])
    return freeze
  }

  /** The freeze of exactly that scope and id. */
  held(scope: FreezeScope, id: string | null): Freeze | undefined {
    return this.#freezes.get(freezeKey(scope, id))
  }

  /** Lets go of what `held` told. False: another freeze came since; it holds. */
  async thaw(held: Freeze): Promise<boolean> {
    const { scope, id } = held
    const key = freezeKey(scope, id)
    if (this.#freezes.get(key) !== held) return false
    await this.#file.append([{ set: 'thaw', scope, id }])
    // One that came meanwhile stands behind this thaw in the file.
    return this.#freezes.get(key) === held && this.#freezes.delete(key)
  }

  /** The tombstone of a deleted connection: its envelope is refused for ever, whatever row brings it back. */
  async bury(connectionId: string): Promise<void> {
    if (!this.#gone.has(connectionId) && this.#gone.size >= MOST_CONNECTIONS) throw new SafeguardError('too_many', 'deleted connections')
    this.#gone.add(connectionId)
    if (this.#file.content.gone.has(connectionId)) return
    await this.#file.append([{ set: 'gone', connectionId }])
    this.#freezes.delete(freezeKey('connection', connectionId))
    this.#versions.delete(connectionId)
    this.#meters.delete(connectionId)
  }

  /** The caps of a connection: its own and the installation's. */
  caps(connectionId: string): CapsAnswer {
    return { own: this.#file.content.caps.get(connectionId) ?? null, ceiling: this.#ceiling }
  }

  /** The stricter of both; null: nothing is capped. Asked for every entry. */
  capsInForce(connectionId: string): Caps | null {
    const own = this.#file.content.caps.get(connectionId)
    if (own === undefined) return Object.values(this.#ceiling).every((limit) => limit === null) ? null : this.#ceiling
    const [mine, all] = [own.ordersPerMinute, this.#ceiling.ordersPerMinute]
    return {
      ordersPerMinute: mine === null ? all : Math.min(mine, all ?? mine),
      notionalPerOrder: stricter(own.notionalPerOrder, this.#ceiling.notionalPerOrder),
      notionalPerDay: stricter(own.notionalPerDay, this.#ceiling.notionalPerDay),
    }
  }

  /** Replaces a connection's own caps; null: it has none. They are on disk, and hold, when this resolves. */
  async setCaps(connectionId: string, caps: Caps | null): Promise<void> {
    if (caps !== null && !this.#file.content.caps.has(connectionId) && this.#file.content.caps.size >= MOST_CONNECTIONS) {
      throw new SafeguardError('too_many', 'connections with caps')
    }
    await this.#file.append([{ set: 'caps', connectionId, caps }])
  }

  /** Counts an entry against the caps in force. What was counted and not sent is to be undone. */
  takeEntry(connectionId: string, caps: Caps, notional: string | null): Stopped | { readonly undo: () => void } {
    let meter = this.#meters.get(connectionId)
    if (meter === undefined) this.#meters.set(connectionId, meter = new Meter(this.#file.content.spent.get(connectionId)))
    const taken = meter.take(caps, notional, this.#clock.now())
    if ('refused' in taken) {
      return { code: 'cap_exceeded', text: `The cap of this connection is ${taken.refused}. Closes are not capped. To raise it: towerflow connections cap` }
    }
    if (caps.notionalPerDay !== null) this.#saveSoon(connectionId)
    return taken
  }

  /** The day's sums go to disk within a second and are waited for by nobody: a crash forgets that much at most. */
  #saveSoon(connectionId: string): void {
    if (this.#unsaved.size === 0) this.#clock.after(SAVE_AFTER_MS, () => { this.#save().catch(safeguardErrorsOnly) })
    this.#unsaved.add(connectionId)
  }

  async #save(): Promise<void> {
    const entries = [...this.#unsaved].flatMap((connectionId) => {
      const meter = this.#meters.get(connectionId)
      return meter === undefined || this.#gone.has(connectionId) ? [] : [{ set: 'spent' as const, connectionId, ...meter.spent }]
    })
    this.#unsaved.clear()
    if (entries.length > 0) await this.#file.append(entries)
  }

  async close(): Promise<void> {
    try {
      await this.#save()
    } finally {
      await this.#file.close()
    }
  }

  #rise(name: string, to: number, write: () => Promise<void>): Promise<void> {
    const under = this.#rising.get(name)
    if (under !== undefined && under.to >= to) return under.durable
    const durable = write().finally(() => {
      if (this.#rising.get(name)?.durable === durable) this.#rising.delete(name)
    })
    this.#rising.set(name, { to, durable })
    return durable
  }
}
