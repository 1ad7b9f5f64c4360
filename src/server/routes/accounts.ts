import { iso, newId } from '#clock'
import { api } from '#contract'
import { Problem } from '#model'
import type { NewToken, Token, User } from '#store'
import { administratorOf, callerOf, hashToken } from '../auth.ts'
import { problems, type App } from '../http.ts'
import type { Shared } from '../server.ts'
import { isSetupToken, newToken } from '../setup-token.ts'

/** Users and tokens, and how the first of them come into being. */
export function accountRoutes(app: App, shared: Shared): void {
  setupRoute(app, shared)
  userRoutes(app, shared)
  tokenRoutes(app, shared)
}

function setupRoute(app: App, shared: Shared): void {
  const { store, guesses } = shared
  app.post('/setup', {
    config: { access: 'public' },
    schema: { summary: 'Make the first user', body: api.setup, response: { 201: api.createdUser, ...problems } },
  }, async (request, reply) => {
    if (await store.users.any()) {
      throw new Problem(
        'setup_done', 'The first user was made before. Use a token, or ask an administrator for one.',
      )
    }
    if (!await isSetupToken(store, request.body.token)) {
      if (!guesses.allow(shared.addressOf(request))) {
        throw new Problem(
          'rate_limited', 'Too many wrong tokens from this address. Wait a minute.',
        )
      }
      throw new Problem('unauthenticated', 'This is not the setup token that `start` printed last.')
    }
    const user = userNow(shared, request.body.name, 'admin')
    const { token, row } = tokenNow(shared, user.id, 'first', ['admin'])
    if (await store.users.createFirst(user, row) === 'exists') {
      throw new Problem(
        'setup_done', 'The first user was made a moment ago.',
      )
    }
    return reply.code(201).send({ ...showUser(user), token })
  })
}

function userRoutes(app: App, shared: Shared): void {
  const { store } = shared
  app.get('/me', {
    config: { access: 'read' }, schema: { summary: 'Whose token this is', response: { 200: api.me, ...problems } },
  }, (request) => {
    const { user, token } = callerOf(request)
    return { ...showUser(user), scopes: [...token.scopes] }
  })

  app.get('/users', {
    config: { access: 'admin' },
    schema: {
      summary: 'Users of the installation (administrators)',
      querystring: api.listUsers, response: { 200: api.users, ...problems },
    },
  }, async (request) => {
    administratorOf(request)
    const page = await store.users.list(request.query)
    return { items: page.items.map(showUser), next: page.next }
  })

  app.post('/users', {
    config: { access: 'admin' },
    schema: {
      summary: 'Make a user with a first token (administrators)',
      body: api.createUser, response: { 201: api.createdUser, ...problems },
    },
  }, async (request, reply) => {
    administratorOf(request)
    const user = userNow(shared, request.body.name, request.body.role)
    const { token, row } = tokenNow(shared, user.id, 'first', ['admin'])
    if (await store.users.create(user, row) === 'duplicate_name') {
      throw new Problem(
        'duplicate_name', 'Another user has this name.',
      )
    }
    return reply.code(201).send({ ...showUser(user), token })
  })
}

function tokenRoutes(app: App, shared: Shared): void {
  const { store, clock, authenticator, hub } = shared
  app.get('/tokens', {
    config: { access: 'read' },
    schema: { summary: 'Own tokens', querystring: api.listTokens, response: { 200: api.tokens, ...problems } },
  }, async (request) => {
    const { userId, token } = callerOf(request)
    const page = await store.tokens.list(userId, request.query)
    return { items: page.items.map((one) => showToken(one, token.id)), next: page.next }
  })

  app.post('/tokens', {
    config: { access: 'admin' },
    schema: {
      summary: 'Make a token; it is shown once',
      body: api.createToken, response: { 201: api.createdToken, ...problems },
    },
  }, async (request, reply) => {
    const { userId, token: current } = callerOf(request)
    const { token, row } = tokenNow(shared, userId, request.body.name ?? 'token', request.body.scopes)
    await store.tokens.create(row)
    return reply.code(201).send({ ...showToken({ ...row, lastUsedAt: null }, current.id), token })
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

const userNow = ({ clock }: Shared, name: string, role: User['role']): User => ({
  id: newId(clock), name, role, createdAt: clock.now(),
})

function tokenNow(
  { clock }: Shared, userId: string, name: string, scopes: readonly api.Scope[],
): { token: string; row: NewToken } {
  const token = newToken(clock)
  return {
    token,
    row: {
      id: newId(clock), userId, name, scopes: [...new Set(scopes)], createdAt: clock.now(), hash: hashToken(token),
    },
  }
}

const showUser = ({ id, name, role, createdAt }: User) => ({ id, name, role, createdAt: iso(createdAt) })

function showToken(token: Pick<Token, 'id' | 'name' | 'scopes' | 'createdAt' | 'lastUsedAt'>, currentId: string) {
  const { id, name, scopes, createdAt, lastUsedAt } = token
  return {
    id, name, scopes: [...scopes], createdAt: iso(createdAt), lastUsedAt: lastUsedAt === null ? null : iso(lastUsedAt),
    current: id === currentId,
  }
}
