import type { z } from 'zod'
import { iso } from '#clock'
import { api } from '#contract'
import { Problem } from '#model'
import type { NewToken, Token } from '#store'
import { callerOf, hashToken } from '../auth.ts'
import { problems, type App } from '../http.ts'
import { makeOnce } from '../once.ts'
import type { Shared } from '../server.ts'
import { newToken } from '../setup-token.ts'

/** API tokens. */
export function tokenRoutes(app: App, shared: Shared): void {
  const { store, clock, authenticator, hub } = shared
  app.get('/tokens', {
    config: { access: 'read' },
    schema: { summary: 'Own tokens', querystring: api.listTokens, response: { 200: api.tokens, ...problems } },
  }, async (request) => {
    const { userId, by } = callerOf(request)
    const page = await store.tokens.list(userId, request.query)
    return { items: page.items.map((one) => showToken(one, by.id)), next: page.next }
  })

  app.post('/tokens', {
    config: { access: 'admin' },
    schema: {
      summary: 'Make a token; it is shown once',
      headers: api.idempotencyHeader, body: api.createToken, response: { 201: api.createdToken, ...problems },
    },
  }, async (request, reply) => {
    const { userId, by } = callerOf(request)
    return reply.code(201).send(await makeOnce<z.infer<typeof api.createdToken>>(shared, request, {
      make: async (id) => {
        const { token, row } = tokenNow(shared, { id, userId }, request.body.name ?? 'token', request.body.scopes)
        await store.tokens.create(row)
        return { ...showToken({ ...row, lastUsedAt: null }, by.id), token }
      },
      find: async (id) => {
        const made = await store.tokens.get(userId, id)
        return made === undefined ? undefined : showToken(made, by.id)
      },
      shownOnce: ['token'],
    }))
  })

  app.delete('/tokens/:id', {
    config: { access: 'admin' },
    schema: { summary: 'Revoke a token, at once', params: api.pathId, response: { 204: api.nothing, ...problems } },
  }, async (request, reply) => {
    const { userId } = callerOf(request)
    const revoked = await store.tokens.revoke(userId, request.params.id, clock.now())
    authenticator.forget()
    hub.revoked(userId, request.params.id)
    if (!revoked) throw new Problem('not_found', 'There is no such token.')
    return reply.code(204).send()
  })
}

/** A new token: what is shown once, and what is stored. */
export function tokenNow(
  { clock }: Shared, { id, userId }: { readonly id: string; readonly userId: string }, name: string,
  scopes: readonly api.Scope[],
): { token: string; row: NewToken } {
  const token = newToken(clock)
  return {
    token,
    row: {
      id, userId, name, scopes: [...new Set(scopes)], createdAt: clock.now(), hash: hashToken(token),
    },
  }
}

function showToken(token: Pick<Token, 'id' | 'name' | 'scopes' | 'createdAt' | 'lastUsedAt'>, currentId: string) {
  const { id, name, scopes, createdAt, lastUsedAt } = token
  return {
    id, name, scopes: [...scopes], createdAt: iso(createdAt), lastUsedAt: lastUsedAt === null ? null : iso(lastUsedAt),
    current: id === currentId,
  }
}
