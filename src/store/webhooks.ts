import { sql, type Kysely, type Transaction } from 'kysely'
import { decimal } from '#model'
import type { Named } from './connections.ts'
import type { Database } from './engine.ts'
import { numbered } from './numbered.ts'
import { readSpan, toPage, type Page, type PageRequest } from './page.ts'
import { clean, flag, fromWebhook, toWebhook } from './rows.ts'
import type { ShareRow, Tables, WebhookRow } from './tables.ts'

export type AllowedSenders = 'any' | 'tradingview' | readonly string[]

/** An address that receives signals. */
export interface Webhook {
  readonly id: string
  readonly userId: string
  readonly name: string
  readonly description: string
  /** The secret part of its address, at least 32 random characters. */
  readonly hash: string
  /** Keyed hash of its key; null: it has none. */
  readonly keyHash: string | null
  readonly paused: boolean
  readonly duplicateWindowSeconds: number
  readonly allowedSenders: AllowedSenders
  readonly rateLimit: { readonly perSecond: number; readonly burst: number }
  readonly createdAt: number
}

/** A webhook as one user sees it. For `shared` ones only id, name and description may be shown. */
export interface WebhookView {
  readonly webhook: Webhook
  readonly access: 'owner' | 'shared'
  /** The viewer's own bots that listen. */
  readonly bots: readonly Named[]
}

export type WebhookPatch = Partial<Pick<Webhook, 'name' | 'description' | 'keyHash' | 'paused' | 'duplicateWindowSeconds' | 'allowedSenders' | 'rateLimit'>>

export interface Share { readonly id: string; readonly webhookId: string; readonly userId: string; readonly userName: string; readonly createdAt: number }

/** A bot of a user that follows a shared webhook. */
export interface Follower extends Named { readonly userId: string; readonly holdsPosition: boolean }

export type RemoveWebhook =
  | { readonly kind: 'deleted' }
  | { readonly kind: 'not_found' }
  /** `bots`: the owner's own; `others`: how many of other users listen too. */
  | { readonly kind: 'webhook_in_use'; readonly bots: readonly Named[]; readonly others: number }

export type CreateShare =
  | { readonly kind: 'created'; readonly share: Share }
  | { readonly kind: 'exists'; readonly share: Share }
  | { readonly kind: 'not_found' }
  | { readonly kind: 'unknown_user' }

export interface Webhooks {
  /** `numbered`: nobody chose its name; where one of the user's has it, it gets the next number. */
  create(webhook: Webhook, numbered?: boolean): Promise<Webhook>
  /** For a delivery; undefined: there is no such address. */
  byHash(hash: string): Promise<Webhook | undefined>
  /** The user's own, or shared with him. */
  get(userId: string, id: string): Promise<WebhookView | undefined>
  /** Whether it is the user's own, or shared with him; costs nothing like reading it with its bots. */
  canUse(userId: string, id: string): Promise<boolean>
  list(userId: string, page?: PageRequest): Promise<Page<WebhookView>>
  /** Owner only. */
  change(userId: string, id: string, patch: WebhookPatch): Promise<Webhook | undefined>
  /** Owner only: a new address, a new key, or both. */
  rotate(userId: string, id: string, to: { readonly hash?: string; readonly keyHash?: string }): Promise<Webhook | undefined>
  /** Owner only; refused while bots listen, whoever's they are. */
  remove(userId: string, id: string): Promise<RemoveWebhook>
  /** Owner only; undefined: not his. */
  shares(userId: string, webhookId: string, page?: PageRequest): Promise<Page<Share> | undefined>
  share(userId: string, webhookId: string, withUserId: string, id: string, at: number): Promise<CreateShare>
  /**
   * Ends a share, and pauses the bots that lived on it: from then on they only close. Answers them, for notices;
   * undefined: there is no such share.
   */
  unshare(userId: string, webhookId: string, shareId: string): Promise<readonly Follower[] | undefined>
  /** Bots of other users that listen. */
  followers(webhookId: string): Promise<readonly Follower[]>
}

export function createWebhooks({ db, transaction }: Database): Webhooks {
  const change = async (userId: string, id: string, set: Partial<WebhookRow>): Promise<Webhook | undefined> => {
    if (Object.keys(set).length === 0) {
      const row = await db.selectFrom('webhooks').selectAll().where('user_id', '=', userId).where('id', '=', id).executeTakeFirst()
      return row === undefined ? undefined : toWebhook(row)
    }
    const row = await db.updateTable('webhooks').set(set).where('user_id', '=', userId).where('id', '=', id).returningAll().executeTakeFirst()
    return row === undefined ? undefined : toWebhook(row)
  }
  const isOwn = async (userId: string, id: string): Promise<boolean> => (
    await db.selectFrom('webhooks').select('id').where('user_id', '=', userId).where('id', '=', id).executeTakeFirst() !== undefined
  )
  return {
    create: (webhook, isNumbered = false) => transaction(async (trx) => {
      const named = isNumbered ? { ...webhook, name: numbered(webhook.name, await namesOf(trx, webhook.userId)) } : webhook
      await trx.insertInto('webhooks').values(fromWebhook(named)).execute()
      return named
    }),
    async byHash(hash) {
      const row = await db.selectFrom('webhooks').selectAll().where('hash', '=', hash).executeTakeFirst()
      return row === undefined ? undefined : toWebhook(row)
    },
    async get(userId, id) {
      return (await withBots(db, userId, await visible(db, userId).where('id', '=', id).execute()))[0]
    },
    canUse: async (userId, id) => await visible(db, userId).clearSelect().select('id').where('id', '=', id).executeTakeFirst() !== undefined,
    async list(userId, page) {
      const span = readSpan('webhooks', { userId }, page)
      let query = visible(db, userId).orderBy('id', 'desc').limit(span.fetch)
      if (span.after !== null) query = query.where('id', '<', span.after)
      const rows = toPage(span, await query.execute(), (row) => row.id)
      return { ...rows, items: await withBots(db, userId, rows.items) }
    },
    change: (userId, id, patch) => change(userId, id, fromPatch(patch)),
    rotate: (userId, id, { hash, keyHash }) => change(userId, id, { ...hash === undefined ? {} : { hash }, ...keyHash === undefined ? {} : { key_hash: keyHash } }),
    remove: (userId, id) => transaction<RemoveWebhook>(async (trx) => {
      const row = await trx.selectFrom('webhooks').select('id').where('user_id', '=', userId).where('id', '=', id).executeTakeFirst()
      if (row === undefined) return { kind: 'not_found' }
      const bots = await trx.selectFrom('bots').select(['id', 'name', 'user_id']).where('webhook_id', '=', id).where('deleted_at', 'is', null).orderBy('id').execute()
      const own = bots.filter((bot) => bot.user_id === userId).map((bot) => ({ id: bot.id, name: bot.name }))
      if (bots.length > 0) return { kind: 'webhook_in_use', bots: own, others: bots.length - own.length }
      await trx.deleteFrom('webhooks').where('id', '=', id).execute()
      return { kind: 'deleted' }
    }),
    async shares(userId, webhookId, page) {
      if (!await isOwn(userId, webhookId)) return undefined
      const span = readSpan('shares', { userId, webhookId }, page)
      let query = sharesOf(db).where('shares.webhook_id', '=', webhookId).orderBy('shares.id', 'desc').limit(span.fetch)
      if (span.after !== null) query = query.where('shares.id', '<', span.after)
      return toPage(span, (await query.execute()).map(toShare), (share) => share.id)
    },
    share: (userId, webhookId, withUserId, id, at) => transaction<CreateShare>(async (trx) => {
      const own = await trx.selectFrom('webhooks').select('id').where('user_id', '=', userId).where('id', '=', webhookId).executeTakeFirst()
      if (own === undefined) return { kind: 'not_found' }
      const user = await trx.selectFrom('users').select('id').where('id', '=', withUserId).where('id', '<>', userId).executeTakeFirst()
      if (user === undefined) return { kind: 'unknown_user' }
      const made = await trx.insertInto('shares').values({ id, webhook_id: webhookId, user_id: withUserId, created_at: at })
        .onConflict((conflict) => conflict.columns(['webhook_id', 'user_id']).doNothing()).returning('id').executeTakeFirst()
      const share = await sharesOf(trx).where('shares.webhook_id', '=', webhookId).where('shares.user_id', '=', withUserId).executeTakeFirstOrThrow()
      return { kind: made === undefined ? 'exists' : 'created', share: toShare(share) }
    }),
    unshare: (userId, webhookId, shareId) => transaction((trx) => unshare(trx, userId, webhookId, shareId)),
    followers: (webhookId) => followers(db, webhookId),
  }
}

const namesOf = async (on: Kysely<Tables>, userId: string): Promise<string[]> => (
  (await on.selectFrom('webhooks').select('name').where('user_id', '=', userId).execute()).map((row) => row.name)
)

/** Owner's and shared ones. */
const visible = (on: Kysely<Tables>, userId: string) => on.selectFrom('webhooks').selectAll().where((eb) => eb.or([
  eb('user_id', '=', userId),
  eb('id', 'in', eb.selectFrom('shares').select('shares.webhook_id').where('shares.user_id', '=', userId)),
]))

async function withBots(db: Kysely<Tables>, userId: string, rows: readonly WebhookRow[]): Promise<WebhookView[]> {
  if (rows.length === 0) return []
  const bots = await db.selectFrom('bots').select(['id', 'name', 'webhook_id']).where('webhook_id', 'in', rows.map((row) => row.id))
    .where('user_id', '=', userId).where('deleted_at', 'is', null).orderBy('id').execute()
  const botsOf = Map.groupBy(bots, (bot) => bot.webhook_id)
  return rows.map((row) => ({
    webhook: toWebhook(row), access: row.user_id === userId ? 'owner' : 'shared',
    bots: (botsOf.get(row.id) ?? []).map(({ id, name }) => ({ id, name })),
  }))
}

function fromPatch(patch: WebhookPatch): Partial<WebhookRow> {
  return {
    ...patch.name === undefined ? {} : { name: clean(patch.name) },
    ...patch.description === undefined ? {} : { description: clean(patch.description) },
    ...patch.keyHash === undefined ? {} : { key_hash: patch.keyHash },
    ...patch.paused === undefined ? {} : { paused: flag(patch.paused) },
    ...patch.duplicateWindowSeconds === undefined ? {} : { duplicate_window_seconds: patch.duplicateWindowSeconds },
    ...patch.allowedSenders === undefined ? {} : { allowed_senders: JSON.stringify(patch.allowedSenders) },
    ...patch.rateLimit === undefined ? {} : { rate_limit: JSON.stringify(patch.rateLimit) },
  }
}

const sharesOf = (on: Kysely<Tables>) => on.selectFrom('shares').innerJoin('users', 'users.id', 'shares.user_id').selectAll('shares').select('users.name as user_name')
const toShare = (row: ShareRow & { user_name: string }): Share => ({
  id: row.id, webhookId: row.webhook_id, userId: row.user_id, userName: row.user_name, createdAt: row.created_at,
})

async function unshare(trx: Transaction<Tables>, userId: string, webhookId: string, shareId: string): Promise<readonly Follower[] | undefined> {
  const share = await trx.selectFrom('shares').innerJoin('webhooks', 'webhooks.id', 'shares.webhook_id').select('shares.user_id')
    .where('shares.id', '=', shareId).where('shares.webhook_id', '=', webhookId).where('webhooks.user_id', '=', userId).executeTakeFirst()
  if (share === undefined) return undefined
  const cutOff = (await followers(trx, webhookId)).filter((bot) => bot.userId === share.user_id)
  await trx.deleteFrom('shares').where('id', '=', shareId).execute()
  await trx.updateTable('bots').set({ paused: 1, version: sql`version + 1` })
    .where('webhook_id', '=', webhookId).where('user_id', '=', share.user_id).where('deleted_at', 'is', null).execute()
  return cutOff
}

async function followers(on: Kysely<Tables>, webhookId: string): Promise<readonly Follower[]> {
  const rows = await on.selectFrom('bots').innerJoin('webhooks', 'webhooks.id', 'bots.webhook_id').innerJoin('positions', 'positions.bot_id', 'bots.id')
    .select(['bots.id', 'bots.name', 'bots.user_id', 'positions.quantity']).where('bots.webhook_id', '=', webhookId)
    .whereRef('bots.user_id', '<>', 'webhooks.user_id').where('bots.deleted_at', 'is', null).orderBy('bots.id').execute()
  return rows.map((row) => ({ id: row.id, name: row.name, userId: row.user_id, holdsPosition: !decimal(row.quantity).isZero() }))
}
