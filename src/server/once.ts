import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { newId } from '#clock'
import { keyedHash, Problem } from '#model'
import type { Idempotency } from '#store'
import { callerOf } from './auth.ts'
import { BASE } from './http.ts'
import type { Shared } from './server.ts'

/** Something that is done once, however often it is asked for. */
export interface Deed<T extends object> {
  /** Does it; what comes into being gets this id, which was stored before. */
  make(id: string): Promise<T>
  /**
   * What came into being under this id, where an earlier try was cut off or another server was faster; undefined: nothing.
   * Without it doing it anew has to leave a safe state.
   */
  find?(id: string): Promise<T | undefined>
  /** Members that are shown in the first answer alone: they are not stored, and a repeated request names them as `withheld`. */
  shownOnce?: readonly (keyof T & string)[]
}

/** What this process is doing right now, per store: who asks at the same instant gets the very same answer. */
const running = new WeakMap<Idempotency, Map<string, { readonly hash: string; readonly result: Promise<unknown> }>>()

/** After these nobody knows whether it was done: the key keeps its id, so that the next try cannot make a second one. */
const UNCLEAR: ReadonlySet<string> = new Set(['unavailable', 'internal', 'not_stored'])

/**
 * Makes something for a request: once per `Idempotency-Key`, for 24 h, over restarts and all servers of a database; without
 * that header at each request. Problems: `idempotency_key_reused`, and those of the deed.
 */
export function makeOnce<T extends object>(
  { store, clock, installation }: Pick<Shared, 'store' | 'clock' | 'installation'>, request: FastifyRequest, deed: Deed<T>,
): Promise<T> {
  const key = request.headers['idempotency-key']
  if (typeof key !== 'string') return deed.make(newId(clock))
  const [path = ''] = request.url.split('?', 1)
  // Under a key of ours: a body may hold a webhook's key, which could be guessed from a bare hash.
  const body = keyedHash(installation.key)(JSON.stringify(request.body ?? null)).toString('base64url')
  return once(store, { scope: `${callerOf(request).userId} ${request.method} ${path.replace(BASE, '')}`, key, body }, deed)
}

/**
 * Does something once per key: the same key and request again within 24 h answer what the first one answered, less what is
 * shown once; with another request it is `idempotency_key_reused`. What was refused was not done, and its key is free again.
 */
export async function once<T extends object>(
  { idempotency }: { readonly idempotency: Idempotency }, request: { scope: string; key: string; body: string }, deed: Deed<T>,
): Promise<T> {
  const name = `${request.scope} ${request.key}`
  const hash = createHash('sha256').update(request.body).digest('base64url')
  const here = running.get(idempotency) ?? new Map<string, { hash: string; result: Promise<unknown> }>()
  running.set(idempotency, here)
  const same = here.get(name)
  if (same !== undefined) {
    if (same.hash !== hash) throw reused()
    return same.result as Promise<T>
  }
  const result = claimAndDo(idempotency, request, hash, deed)
  here.set(name, { hash, result })
  try {
    return await result
  } finally {
    here.delete(name)
  }
}

async function claimAndDo<T extends object>(
  idempotency: Idempotency, { scope, key }: { scope: string; key: string }, hash: string, deed: Deed<T>,
): Promise<T> {
  const claim = await idempotency.claim(scope, key, hash)
  if (claim.kind === 'reused') throw reused()
  if (claim.kind === 'done') return claim.result as T
  const { id } = claim
  const shownOnce: readonly string[] = deed.shownOnce ?? []
  const before = claim.kind === 'pending' ? await deed.find?.(id) : undefined
  const result = before ?? await deed.make(id).catch(async (error: unknown) => {
    // Another server may have been faster: then what looks like a refusal is about its work.
    const found = await deed.find?.(id) ?? await finished()
    if (found !== undefined) return found
    // Only who began with the key may say that nothing came of it.
    if (claim.kind === 'new' && error instanceof Problem && !UNCLEAR.has(error.code)) await idempotency.release(scope, key)
    throw error
  })
  const secrets = pick(result, (name) => shownOnce.includes(name))
  const rest = pick(result, (name) => !shownOnce.includes(name))
  const kept = await idempotency.finish(scope, key, shownOnce.length === 0 ? rest : { ...rest, withheld: shownOnce })
  // Who made it is shown everything; everybody else what is kept, which is `T` but for what its schema lets be absent.
  return (Object.keys(secrets).length === 0 ? kept : { ...kept as object, withheld: undefined, ...secrets }) as T

  async function finished(): Promise<T | undefined> {
    const now = await idempotency.claim(scope, key, hash)
    return now.kind === 'done' ? now.result as T : undefined
  }
}

const pick = (answer: object, which: (name: string) => boolean): object => (
  Object.fromEntries(Object.entries(answer).filter(([name]) => which(name))))

const reused = (): Problem => new Problem(
  'idempotency_key_reused', 'This Idempotency-Key was used for another request within 24 hours; use a new one.',
)
