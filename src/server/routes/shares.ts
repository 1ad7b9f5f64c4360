import { api } from '#contract'
import { Problem } from '#model'
import { callerOf } from '../auth.ts'
import { problems, type App } from '../http.ts'
import { makeOnce } from '../once.ts'
import type { Shared } from '../server.ts'
import { showShare } from '../show.ts'
import { invalidInput } from '../validation.ts'
import { noWebhook, owned, tellFollowers } from './webhooks.ts'

/** Shares: other users of the installation who may link a webhook to their bots. */
export function shareRoutes(app: App, shared: Shared): void {
  const { store, clock } = shared

  app.post('/webhooks/:id/shares', {
    config: { access: 'admin' },
    schema: {
      summary: 'Share a webhook with another user',
      params: api.pathId, headers: api.idempotencyHeader, body: api.createShare,
      response: { 201: api.share, ...problems },
    },
  }, async (request, reply) => {
    const { userId } = callerOf(request)
    await owned(shared, userId, request.params.id)
    const { body } = request
    const other = 'userId' in body ? await store.users.get(body.userId) : await store.users.byName(body.userName)
    if (other === undefined) throw new Problem('not_found', 'There is no such user.')
    if (other.id === userId) {
      throw invalidInput([{
        path: 'userId', message: 'is your own: the webhook is yours already',
      }])
    }
    return reply.code(201).send(await makeOnce(shared, request, {
      // There is one of a webhook with a user: made anew, it is the same.
      make: async (id) => {
        const made = await store.webhooks.share(userId, request.params.id, other.id, id, clock.now())
        if (made.kind === 'not_found') throw noWebhook()
        if (made.kind === 'unknown_user') throw new Problem('not_found', 'There is no such user.')
        return showShare(made.share)
      },
    }))
  })

  app.get('/webhooks/:id/shares', {
    config: { access: 'read' },
    schema: {
      summary: 'With whom a webhook is shared',
      params: api.pathId, querystring: api.page, response: { 200: api.shares, ...problems },
    },
  }, async (request) => {
    const page = await store.webhooks.shares(callerOf(request).userId, request.params.id, request.query)
    if (page === undefined) throw noWebhook()
    return { items: page.items.map(showShare), next: page.next }
  })

  app.delete('/webhooks/:id/shares/:shareId', {
    config: { access: 'admin' },
    schema: {
      summary: 'End a share; its bots then only close',
      params: api.shareId, body: api.emptyBody, response: { 204: api.nothing, ...problems },
    },
  }, async (request, reply) => {
    const { userId } = callerOf(request)
    const { webhook } = await owned(shared, userId, request.params.id)
    const followers = await store.webhooks.unshare(userId, webhook.id, request.params.shareId)
    if (followers === undefined) throw new Problem('not_found', 'There is no such share.')
    for (const bot of followers) await shared.execution.botChanged(bot.id)
    await tellFollowers(shared, webhook, 'unshared', followers)
    return reply.code(204).send()
  })
}
