import type { Clock } from '#clock'
import type { Database } from './engine.ts'

export type Claim =
  /** The caller does the work and then calls `finish`, or `release` when it came to nothing. */
  | { readonly kind: 'new' }
  /** Done before; `result` is what `finish` was given. */
  | { readonly kind: 'done'; readonly result: unknown }
  /** Begun and not finished: being done right now, or cut off by a crash. */
  | { readonly kind: 'pending' }
  /** The key belongs to another request. */
  | { readonly kind: 'reused' }

/** Requests that must not be carried out twice, for 24 h; `scope` names what they are about, e.g. `close:<botId>`. */
export interface Idempotency {
  /** Exactly one of several equal claims gets `new`. `requestHash` tells one request from another. */
  claim(scope: string, key: string, requestHash: string): Promise<Claim>
  finish(scope: string, key: string, result: unknown): Promise<void>
  release(scope: string, key: string): Promise<void>
}

export const IDEMPOTENCY_MS = 86_400_000

export function createIdempotency({ db, transaction }: Database, clock: Clock): Idempotency {
  return {
    claim: (scope, key, requestHash) => transaction<Claim>(async (trx) => {
      const now = clock.now()
      await trx.deleteFrom('idempotency').where('scope', '=', scope).where('key', '=', key).where('created_at', '<', now - IDEMPOTENCY_MS).execute()
      const made = await trx.insertInto('idempotency').values({ scope, key, request_hash: requestHash, result: null, created_at: now })
        .onConflict((conflict) => conflict.columns(['scope', 'key']).doNothing()).returning('key').executeTakeFirst()
      if (made !== undefined) return { kind: 'new' }
      const row = await trx.selectFrom('idempotency').selectAll().where('scope', '=', scope).where('key', '=', key).executeTakeFirstOrThrow()
      if (row.request_hash !== requestHash) return { kind: 'reused' }
      return row.result === null ? { kind: 'pending' } : { kind: 'done', result: JSON.parse(row.result) as unknown }
    }),
    async finish(scope, key, result) {
      await db.updateTable('idempotency').set({ result: JSON.stringify(result ?? null) }).where('scope', '=', scope).where('key', '=', key).execute()
    },
    async release(scope, key) {
      await db.deleteFrom('idempotency').where('scope', '=', scope).where('key', '=', key).where('result', 'is', null).execute()
    },
  }
}
