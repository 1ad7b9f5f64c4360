import type { Transaction } from 'kysely'
import type { Database } from './engine.ts'
import { endSetup } from './meta.ts'
import { clean, toUser } from './rows.ts'
import { insertToken } from './tokens.ts'
import type { Tables } from './tables.ts'
import { readSpan, toPage, type Page, type PageRequest } from './page.ts'
import type { NewToken } from './tokens.ts'

/** A person of the installation. */
export interface User {
  readonly id: string
  readonly name: string
  readonly role: 'admin' | 'user'
  readonly createdAt: number
}

export interface Users {
  /** Names are unique in the installation. `token`: the user's first one, made with him or not at all. */
  create(user: User, token?: NewToken): Promise<'created' | 'duplicate_name'>
  /** Makes the first user with his first token, unless there is one already; the setup token ends with it. */
  createFirst(user: User, token: NewToken): Promise<'created' | 'exists'>
  /** Whether there is any. */
  any(): Promise<boolean>
  get(id: string): Promise<User | undefined>
  byName(name: string): Promise<User | undefined>
  list(page?: PageRequest): Promise<Page<User>>
}

export function createUsers({ db, transaction }: Database): Users {
  const add = async (trx: Transaction<Tables>, user: User, token: NewToken | undefined): Promise<boolean> => {
    const made = await trx.insertInto('users').values({ id: user.id, name: clean(user.name), role: user.role, created_at: user.createdAt })
      .onConflict((conflict) => conflict.column('name').doNothing()).returning('id').executeTakeFirst()
    if (made !== undefined && token !== undefined) await insertToken(trx, token)
    return made !== undefined
  }
  return {
    create: (user, token) => transaction(async (trx) => (await add(trx, user, token) ? 'created' : 'duplicate_name')),
    createFirst: (user, token) => transaction(async (trx) => {
      if (await trx.selectFrom('users').select('id').limit(1).executeTakeFirst() !== undefined) return 'exists'
      await add(trx, user, token)
      await endSetup(trx)
      return 'created'
    }),
    any: async () => await db.selectFrom('users').select('id').limit(1).executeTakeFirst() !== undefined,
    async get(id) {
      const row = await db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst()
      return row === undefined ? undefined : toUser(row)
    },
    async byName(name) {
      const row = await db.selectFrom('users').selectAll().where('name', '=', name).executeTakeFirst()
      return row === undefined ? undefined : toUser(row)
    },
    async list(page) {
      const span = readSpan('users', {}, page)
      let query = db.selectFrom('users').selectAll().orderBy('id', 'desc').limit(span.fetch)
      if (span.after !== null) query = query.where('id', '<', span.after)
      return toPage(span, (await query.execute()).map(toUser), (user) => user.id)
    },
  }
}
