import type { z } from 'zod'
import { api } from '#contract'
import { Problem } from '#model'
import { DEFAULT_RATE_LIMIT, keyMistake, newWebhookKey, webhookKeyHash } from '#signals'
import type { Follower, Webhook, WebhookView } from '#store'
import { callerOf } from '../auth.ts'
import { problems, type App } from '../http.ts'
import { makeOnce } from '../once.ts'
import type { Shared } from '../server.ts'
import { showRejection, showWebhook } from '../show.ts'
import { invalidInput } from '../validation.ts'

const DUPLICATE_WINDOW_SECONDS = 30
const HASH_BYTES = 24

/** Webhooks: addresses that receive signals. */
export function webhookRoutes(app: App, shared: Shared): void {
  const { store, hooks } = shared
  const show = (view: WebhookView, key?: string) => showWebhook(view, shared.publicUrl(), key)

  app.post('/webhooks', {
    config: { access: 'trade' },
    schema: {
      summary: 'Make a webhook',
      headers: api.idempotencyHeader, body: api.createWebhook.nullish(), response: { 201: api.webhook, ...problems },
    },
  }, async (request, reply) => {
    const { userId } = callerOf(request)
    const body = request.body ?? {}
    return reply.code(201).send(await makeOnce<api.WebhookAnswer>(shared, request, {
      make: async (id) => {
        const { webhook, key } = await createWebhook(shared, { id, userId }, body)
        return show({ webhook, access: 'owner', bots: [] }, key)
      },
      find: async (id) => {
        const view = await store.webhooks.get(userId, id)
        if (view !== undefined) hooks.put(view.webhook)
        return view === undefined ? undefined : show(view)
      },
      ...body.key === true ? { shownOnce: ['key'] as const } : {},
    }))
  })

  app.get('/webhooks', {
    config: { access: 'read' },
    schema: {
      summary: 'Own and shared webhooks',
      querystring: api.listWebhooks, response: { 200: api.webhooks, ...problems },
    },
  }, async (request) => {
    const page = await store.webhooks.list(callerOf(request).userId, request.query)
    return { items: page.items.map((view) => show(view)), next: page.next }
  })

  app.get('/webhooks/:id', {
    config: { access: 'read' },
    schema: { summary: 'A webhook', params: api.pathId, response: { 200: api.webhook, ...problems } },
  }, async (request) => show(await visible(shared, callerOf(request).userId, request.params.id)))

  app.patch('/webhooks/:id', {
    config: { access: 'trade' },
    schema: {
      summary: 'Change a webhook',
      params: api.pathId, body: api.changeWebhook, response: { 200: api.webhook, ...problems },
    },
  }, async (request) => {
    const { userId } = callerOf(request)
    const { key: wantedKey, ...plain } = request.body
    const view = await owned(shared, userId, request.params.id)
    const key = keyFor(shared, wantedKey)
    const changed = await store.webhooks.change(
      userId, view.webhook.id, { ...defined(plain), ...(key.hash === undefined ? {} : { keyHash: key.hash }) },
    )
    if (changed === undefined) throw noWebhook()
    hooks.put(changed)
    if (changed.paused && !view.webhook.paused) await tellFollowers(shared, changed, 'paused')
    if (key.hash !== undefined) await tellFollowers(shared, changed, 're-keyed')
    return show({ ...view, webhook: changed }, key.shown)
  })

  app.delete('/webhooks/:id', {
    config: { access: 'admin' },
    schema: {
      summary: 'Delete a webhook',
      params: api.pathId, body: api.emptyBody, response: { 204: api.nothing, ...problems },
    },
  }, async (request, reply) => {
    const removed = await store.webhooks.remove(callerOf(request).userId, request.params.id)
    if (removed.kind === 'not_found') throw noWebhook()
    if (removed.kind === 'webhook_in_use') throw inUse(removed)
    hooks.drop(request.params.id)
    return reply.code(204).send()
  })

  app.post('/webhooks/:id/rotate', {
    config: { access: 'trade' },
    schema: {
      summary: 'A new address, a new key, or both',
      params: api.pathId, body: api.rotateWebhook, response: { 200: api.webhook, ...problems },
    },
  }, async (request) => {
    const { userId } = callerOf(request)
    const view = await owned(shared, userId, request.params.id)
    const key = keyFor(shared, request.body.key === true ? true : undefined)
    const to = {
      ...(request.body.hash === true ? { hash: newHash(shared) } : {}),
      ...(typeof key.hash === 'string' ? { keyHash: key.hash } : {}),
    }
    const changed = await store.webhooks.rotate(userId, view.webhook.id, to)
    if (changed === undefined) throw noWebhook()
    hooks.put(changed)
    await tellFollowers(shared, changed, 're-keyed')
    return show({ ...view, webhook: changed }, key.shown)
  })

  app.get('/webhooks/:id/rejections', {
    config: { access: 'read' },
    schema: {
      summary: 'The last 100 deliveries that were not accepted, redacted',
      params: api.pathId, response: { 200: api.rejections, ...problems },
    },
  }, async (request) => {
    await shared.rejections.flush()
    const rejections = await store.rejections.list(callerOf(request).userId, request.params.id)
    if (rejections === undefined) throw noWebhook()
    return { items: rejections.map(showRejection), next: null }
  })
}

export const noWebhook = (): Problem => new Problem('not_found', 'There is no such webhook.')

/** A webhook of the user's own, or shared with him. */
export async function visible({ store }: Shared, userId: string, id: string): Promise<WebhookView> {
  const view = await store.webhooks.get(userId, id)
  if (view === undefined) throw noWebhook()
  return view
}

/** A webhook of the user's own. */
export async function owned(shared: Shared, userId: string, id: string): Promise<WebhookView> {
  const view = await visible(shared, userId, id)
  if (view.access !== 'owner') throw noWebhook()
  return view
}

/** Tells those who hold a position because of this webhook that something about it changed. */
export async function tellFollowers(
  { store }: Shared, webhook: Webhook, change: string, followers?: readonly Follower[],
): Promise<void> {
  const told = (followers ?? await store.webhooks.followers(webhook.id)).filter((bot) => bot.holdsPosition)
  if (told.length === 0) return
  await store.journal.commit({
    feed: told.map((bot) => ({
      type: 'notice' as const, userId: bot.userId,
      data: {
        code: 'webhook_changed', webhookId: webhook.id, webhookName: webhook.name, change, botId: bot.id,
        botName: bot.name,
      },
    })),
  })
}

async function createWebhook(
  shared: Shared, { id, userId }: { readonly id: string; readonly userId: string }, body: z.infer<typeof api.createWebhook>,
): Promise<{ webhook: Webhook; key: string | undefined }> {
  const { store, clock, hooks } = shared
  const key = keyFor(shared, body.key)
  const given = body.name?.trim() ?? ''
  const webhook = await store.webhooks.create({
    id, userId, name: given === '' ? 'Webhook' : given,
    description: body.description ?? '', hash: newHash(shared),
    keyHash: key.hash ?? null, paused: body.paused ?? false,
    duplicateWindowSeconds: body.duplicateWindowSeconds ?? DUPLICATE_WINDOW_SECONDS,
    allowedSenders: body.allowedSenders ?? 'any', rateLimit: body.rateLimit ?? DEFAULT_RATE_LIMIT,
    createdAt: clock.now(),
  }, given === '')
  hooks.put(webhook)
  return { webhook, key: key.shown }
}

interface MadeKey {
  /** What is to be stored; null: no key any more; undefined: as it is. */
  readonly hash: string | null | undefined
  /** What is shown, once: only a key that we made. */
  readonly shown?: string
}

function keyFor({ clock, installation }: Shared, wanted: boolean | string | undefined): MadeKey {
  if (wanted === undefined) return { hash: undefined }
  if (wanted === false) return { hash: null }
  if (wanted === true) {
    const key = newWebhookKey(clock)
    return { hash: webhookKeyHash(key, installation.webhookPepper), shown: key }
  }
  const mistake = keyMistake(wanted)
  if (mistake !== null) throw invalidInput([mistake])
  return { hash: webhookKeyHash(wanted, installation.webhookPepper) }
}

const newHash = ({ clock }: Shared): string => Buffer.from(clock.randomBytes(HASH_BYTES)).toString('base64url')

function inUse({ bots, others }: { bots: readonly { id: string; name: string }[]; others: number }): Problem {
  const parts = [
    ...bots.length > 0 ? [`${bots.length} of your bots`] : [], ...others > 0 ? [`${others} of other users`] : [],
  ]
  return new Problem(
    'webhook_in_use', `${parts.join(' and ')} listen to this webhook. Link them to another one or delete them first.`,
    { extra: { bots } },
  )
}

/** Without the members that were not given. */
type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

function defined<T extends object>(patch: T): Given<T> {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined)) as Given<T>
}
