import type { Clock } from '#clock'
import { Problem } from '#model'
import { fullBucket, takeToken, type Bucket } from '#signals'
import type { Page, PageRequest, Store, Webhook } from '#store'

/** A webhook as deliveries meet it: in memory, with what is left of its rate limit. */
export interface HookTarget {
  readonly row: Webhook
  bucket: Bucket
  readAt: number
}

const MOST_ASKED = 200
const MOST_TRIES = 5
const FRESH_MS = 5000

/**
 * Webhooks by their hash, so that a delivery reads no database. The store is asked only for a hash that is not here
 * yet; what this process changes it puts here at once. On a database that other servers share, their log tells of changes,
 * and an entry that is older than five seconds is read anew behind the delivery that used it.
 */
export class HookTargets {
  readonly #byHash = new Map<string, HookTarget>()
  readonly #hashOf = new Map<string, string>()
  readonly #store: Pick<Store, 'users' | 'webhooks' | 'engine'>
  readonly #clock: Clock
  #changes = 0
  #asking = 0

  constructor(store: Pick<Store, 'users' | 'webhooks' | 'engine'>, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  /** Reads all webhooks. Until it is done, and for those that other processes make, the store is asked one by one. */
  async load(): Promise<void> {
    for await (const users of pages((page) => this.#store.users.list(page))) {
      for (const { id } of users) {
        for await (const views of pages((page) => this.#unchanged(() => this.#store.webhooks.list(id, page)))) {
          for (const { webhook, access } of views) if (access === 'owner') this.#keep(webhook)
        }
      }
    }
  }

  /** The webhook with this hash if it is in memory. */
  known(hash: string): HookTarget | undefined {
    const target = this.#byHash.get(hash)
    const shared = target !== undefined && this.#store.engine === 'postgres'
    if (shared && this.#clock.now() - target.readAt > FRESH_MS) this.#refresh(target)
    return target
  }

  /** Asks the store for a hash that is not in memory. Problems: `not_stored` when too many are asked for at once. */
  async find(hash: string): Promise<HookTarget | undefined> {
    if (this.#asking >= MOST_ASKED) {
      throw new Problem(
        'not_stored', 'Too many new addresses are asked for at once. Send it again.',
      )
    }
    this.#asking += 1
    try {
      const row = await this.#unchanged(() => this.#store.webhooks.byHash(hash))
      if (row !== undefined) this.#keep(row)
      return this.#byHash.get(hash)
    } finally {
      this.#asking -= 1
    }
  }

  /** Takes over a webhook that was made or changed; an old hash of it stops working. */
  put(row: Webhook): void {
    this.#changes += 1
    this.#keep(row)
  }

  /** Forgets a webhook that was deleted. */
  drop(webhookId: string): void {
    this.#changes += 1
    const hash = this.#hashOf.get(webhookId)
    if (hash !== undefined) this.#byHash.delete(hash)
    this.#hashOf.delete(webhookId)
  }

  /** Another server changed or deleted it: it is read anew. */
  changedElsewhere(webhookId: string): void {
    const hash = this.#hashOf.get(webhookId)
    const target = hash === undefined ? undefined : this.#byHash.get(hash)
    if (target === undefined) return
    this.#changes += 1
    this.#refresh(target)
  }

  /** Counts one delivery against the webhook's rate limit; false: over it. */
  take(target: HookTarget, now: number): boolean {
    const taken = takeToken(target.bucket, target.row.rateLimit, now)
    target.bucket = taken.bucket
    return taken.ok
  }

  /** Reads again what was read while something changed: an old state must not be brought back. */
  async #unchanged<T>(read: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      const changes = this.#changes
      const result = await read()
      if (changes === this.#changes || tries === MOST_TRIES) return result
    }
  }

  #keep(row: Webhook): void {
    const before = this.#hashOf.get(row.id)
    const old = before === undefined ? undefined : this.#byHash.get(before)
    if (before !== undefined && before !== row.hash) this.#byHash.delete(before)
    const { burst, perSecond } = row.rateLimit
    const sameLimit = old?.row.rateLimit.burst === burst && old.row.rateLimit.perSecond === perSecond
    const now = this.#clock.now()
    this.#byHash.set(
      row.hash,
      { row, bucket: old !== undefined && sameLimit ? old.bucket : fullBucket(row.rateLimit, now), readAt: now },
    )
    this.#hashOf.set(row.id, row.hash)
  }

  #refresh(target: HookTarget): void {
    target.readAt = this.#clock.now()
    const changes = this.#changes
    const { hash, id } = target.row
    // A database that is away changes nothing: what is in memory serves on.
    this.#store.webhooks.byHash(hash).then((row) => {
      if (changes !== this.#changes) return
      if (row === undefined) this.drop(id)
      else this.#keep(row)
    }, () => undefined)
  }
}

async function* pages<T>(fetch: (page: PageRequest) => Promise<Page<T>>): AsyncGenerator<readonly T[]> {
  let cursor: string | undefined
  do {
    const page = await fetch({ limit: 200, cursor })
    yield page.items
    cursor = page.next ?? undefined
  } while (cursor !== undefined)
}
