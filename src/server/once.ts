import { createHash } from 'node:crypto'
import { Problem } from '#model'
import type { Store } from '#store'

const running = new Map<string, { readonly hash: string; readonly result: Promise<unknown> }>()

/**
 * Does something once per Idempotency-Key: the same key and request again within 24 h answer what the first one
 * answered; with another request it is `idempotency_key_reused`. What failed was not done, and its key is free again.
 * One that was cut off by a crash is done anew: everything guarded by this leaves a safe state however often it runs.
 */
export async function once<T>(
  store: Pick<Store, 'idempotency'>, request: { scope: string; key: string; body: string }, work: () => Promise<T>,
): Promise<T> {
  const name = `${request.scope} ${request.key}`
  const hash = createHash('sha256').update(request.body).digest('base64url')
  const same = running.get(name)
  if (same !== undefined) {
    if (same.hash !== hash) throw reused()
    return same.result as Promise<T>
  }
  const result = claimAndDo(store, request, hash, work)
  running.set(name, { hash, result })
  try {
    return await result
  } finally {
    running.delete(name)
  }
}

async function claimAndDo<T>(
  { idempotency }: Pick<Store, 'idempotency'>, { scope, key }: { scope: string; key: string }, hash: string,
  work: () => Promise<T>,
): Promise<T> {
  const claim = await idempotency.claim(scope, key, hash)
  if (claim.kind === 'reused') throw reused()
  if (claim.kind === 'done') return claim.result as T
  let result: T
  try {
    result = await work()
  } catch (error) {
    await idempotency.release(scope, key)
    throw error
  }
  await idempotency.finish(scope, key, result)
  return result
}

const reused = (): Problem => new Problem(
  'idempotency_key_reused', 'This Idempotency-Key was used for another request within 24 hours; use a new one.',
)
