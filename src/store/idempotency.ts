import { newId, type Clock } from '#clock'
import type { Database } from './engine.ts'

export type Claim =
  /**
   * The caller does the work, under this id where it makes something, and then calls `finish`, or `release` when it came to
   * nothing.
   */
  | { readonly kind: 'new'; readonly id: string }
  /** Done before; `result` is what `finish` was given. */
  | { readonly kind: 'done'; readonly result: unknown }
  /** Begun under this id and not finished: being done right now, perhaps by another server, or cut off by a crash. */
  | { readonly kind: 'pending'; readonly id: string }
  /** The key belongs to another request. */
  | { readonly kind: 'reused' }

/** Requests that must not be carried out twice, for 24 h; `scope` names what they are about, e.g. `close:<botId>`. */
export interface Idempotency {
  /** Exactly one of several equal claims gets `new`, and all get one id. `requestHash` tells one request from another. */
  claim(scope: string, key: string, requestHash: string): Promise<Claim>
  /**
   * Keeps the result as it is: nothing secret may be in it. Answers the one that is kept from now on, which is another's
   * where another server had finished before.
   */
  finish(scope: string, key: string, result: unknown): Promise<unknown>
  release(scope: string, key: string): Promise<void>
}

export const IDEMPOTENCY_MS = 86_400_000

export function createIdempotency({ db, transaction }: Database, clock: Clock): Idempotency {
  return {
    claim: (scope, key, requestHash) => transaction<Claim>(async (trx) => {
      const now = clock.now()
      const id = newId(clock)
      await trx.deleteFrom('idempotency').where('scope', '=', scope).where('key', '=', key).where('created_at', '<', now - IDEMPOTENCY_MS).execute()
      const made = await trx.insertInto('idempotency')
        .values({ scope, key, request_hash: requestHash, result: null, created_at: now, thing: id })
        .onConflict((conflict) => conflict.columns(['scope', 'key']).doNothing()).returning('key').executeTakeFirst()
      if (made !== undefined) return { kind: 'new', id }
      const row = await trx.selectFrom('idempotency').selectAll().where('scope', '=', scope).where('key', '=', key).executeTakeFirstOrThrow()
      if (row.request_hash !== requestHash) return { kind: 'reused' }
      if (row.result !== null) return { kind: 'done', result: JSON.parse(row.result) as unknown }
      if (row.thing === null) {
        await trx.updateTable('idempotency').set({ thing: id }).where('scope', '=', scope).where('key', '=', key).execute()
      }
      return { kind: 'pending', id: row.thing ?? id }
    }),
    finish: (scope, key, result) => transaction(async (trx) => {
      const text = JSON.stringify(result ?? null)
      await trx.updateTable('idempotency').set({ result: text }).where('scope', '=', scope).where('key', '=', key)
        .where('result', 'is', null).execute()
      const row = await trx.selectFrom('idempotency').select('result').where('scope', '=', scope).where('key', '=', key).executeTakeFirst()
      return JSON.parse(row?.result ?? text) as unknown
    }),
    async release(scope, key) {
      await db.deleteFrom('idempotency').where('scope', '=', scope).where('key', '=', key).where('result', 'is', null).execute()
    },
  }
}
