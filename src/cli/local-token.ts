import { createHash } from 'node:crypto'
import { newId, systemClock } from '#clock'
import { readSettings, type Settings } from '#config'
import type { Store, TokenScope, User } from '#store'
import { PROGRAM } from './called.ts'
import { openLocalStore } from './local-store.ts'
import { Failure } from './failure.ts'

export interface MadeToken {
  /** Shown once; only its hash is stored. */
  readonly token: string
  readonly id: string
  readonly user: string
  readonly userId: string
  readonly scopes: readonly TokenScope[]
  /** Whether the user was made as well: the first one of the installation. */
  readonly createdUser: boolean
}

/** Makes a token in the store itself, whether a server runs or not; where there is no user, the first administrator too. */
export async function createTokenHere(
  wanted: { name: string; scopes: readonly TokenScope[]; user: string | null }, settings: Settings = readSettings(),
): Promise<MadeToken> {
  const store = await openLocalStore(settings, 'make one')
  try {
    // 256 random bits: nobody guesses them, so a fast hash is enough.
    const token = `tf_${Buffer.from(systemClock.randomBytes(32)).toString('base64url')}`
    const createdAt = systemClock.now()
    const row = { id: newId(systemClock), name: wanted.name, scopes: wanted.scopes, createdAt,
      hash: createHash('sha256').update(token).digest('base64url') }
    const first: User = { id: newId(systemClock), name: wanted.user ?? 'admin', role: 'admin', createdAt }
    const made = { token, id: row.id, scopes: wanted.scopes }
    if (!await store.users.any() && await store.users.createFirst(first, { token: { ...row, userId: first.id } }) === 'created') {
      return { ...made, user: first.name, userId: first.id, createdUser: true }
    }
    const owner = wanted.user === null ? await firstAdministrator(store) : await named(store, wanted.user)
    await store.tokens.create({ ...row, userId: owner.id })
    return { ...made, user: owner.name, userId: owner.id, createdUser: false }
  } finally {
    await store.close()
  }
}

async function named(store: Store, name: string): Promise<User> {
  const found = await store.users.byName(name)
  if (found === undefined) throw new Failure(`There is no user "${name}"`,
    { next: `Make one with: ${PROGRAM} user create --name <name>` })
  return found
}

const MOST_PAGES = 1000

async function firstAdministrator(store: Store): Promise<User> {
  let first: User | undefined
  let cursor: string | undefined
  for (let page = 0; page < MOST_PAGES; page++) {
    const answer = await store.users.list({ limit: 200, ...(cursor === undefined ? {} : { cursor }) })
    first = answer.items.findLast((user) => user.role === 'admin') ?? first // newest first
    if (answer.next === null) break
    cursor = answer.next
  }
  if (first === undefined) throw new Failure('No user is an administrator',
    { next: 'Say whose the token shall be: --user <name>' })
  return first
}
