import { iso } from '#clock'
import { api } from '#contract'
import { Problem } from '#model'
import type { Session, User } from '#store'
import { factorsToShow, openSession, showState } from '../accounts/browser.ts'
import { guess } from '../accounts/guesses.ts'
import { demandOwnPage } from '../accounts/own-page.ts'
import { isOutdated, isPassword, rehash } from '../accounts/passwords.ts'
import { callerOf } from '../auth.ts'
import { problems, type App } from '../http.ts'
import type { Shared } from '../server.ts'

/** Signing in and out of a browser, and its sessions. */
export function sessionRoutes(app: App, shared: Shared): void {
  const { store, settings, authenticator, cookies, hub } = shared
  const fromOwnPage = async (request: Parameters<typeof demandOwnPage>[0]): Promise<void> => demandOwnPage(request, settings.publicUrl)

  app.get('/session', {
    config: { access: 'public' },
    schema: { summary: 'Where this browser stands', response: { 200: api.sessionState, ...problems } },
  }, async (request) => showState(shared, request, await authenticator.session(request)))

  app.post('/session', {
    config: { access: 'public' }, onRequest: fromOwnPage,
    schema: { summary: 'Sign in with name and password', body: api.signIn, response: { 200: api.sessionState, ...problems } },
  }, async (request, reply) => {
    const { name, password } = request.body
    const found = await store.factors.byName(name)
    const user = await guess(
      shared, request, { name, userId: found?.user.id ?? null },
      async () => (await isPassword(found?.passwordHash, password) ? found?.user ?? null : null), wrongCredentials,
    )
    if (found?.passwordHash !== undefined && isOutdated(found.passwordHash)) await store.factors.setPassword(user.id, await rehash(password))
    const second = await factorsToShow(shared, user.id)
    return openSession(shared, request, reply, user, { stage: second.length > 0 ? 'second_factor' : 'open', method: 'password' })
  })

  app.delete('/session', {
    config: { access: 'public' }, onRequest: fromOwnPage,
    schema: { summary: 'Sign out', body: api.emptyBody, response: { 204: api.nothing, ...problems } },
  }, async (request, reply) => {
    const found = await authenticator.session(request)
    if (found !== null) await endOne(found)
    cookies.session.clear(reply)
    // What this origin kept of the API's answers goes too, where the browser knows the header (https only).
    return reply.header('clear-site-data', '"cache"').code(204).send()
  })

  app.get('/sessions', {
    config: { access: 'read' },
    schema: { summary: 'Browsers that are signed in as oneself', querystring: api.listSessions, response: { 200: api.sessions, ...problems } },
  }, async (request) => {
    const { userId, by } = callerOf(request)
    const page = await store.sessions.list(userId, request.query)
    return { items: page.items.map((session) => showSession(session, by.id)), next: page.next }
  })

  app.delete('/sessions/:id', {
    config: { access: 'admin' },
    schema: { summary: 'Sign a browser out', params: api.pathId, body: api.emptyBody, response: { 204: api.nothing, ...problems } },
  }, async (request, reply) => {
    const { userId } = callerOf(request)
    if (!await store.sessions.end(userId, request.params.id)) throw new Problem('not_found', 'There is no such session.')
    authenticator.forget()
    hub.revoked(userId, request.params.id)
    return reply.code(204).send()
  })

  app.delete('/sessions', {
    config: { access: 'admin' },
    schema: {
      summary: 'Sign all other browsers out; with `current=true` this one too',
      querystring: api.endSessions, body: api.emptyBody, response: { 200: api.endedSessions, ...problems },
    },
  }, async (request, reply) => {
    const { userId, by } = callerOf(request)
    const kept = by.kind === 'session' && request.query.current !== true ? by.id : null
    const ended = await endSessions(shared, userId, kept)
    if (by.kind === 'session' && kept === null) cookies.session.clear(reply)
    return { ended }
  })

  async function endOne({ session, user }: { session: Session; user: User }): Promise<void> {
    await store.sessions.end(user.id, session.id)
    authenticator.forget()
    hub.revoked(user.id, session.id)
  }
}

export const wrongCredentials = (): Problem => new Problem('wrong_credentials', 'The name or the password is wrong.')

/** Ends a user's sessions, but that one; answers how many. */
export async function endSessions({ store, authenticator, hub }: Shared, userId: string, except: string | null): Promise<number> {
  const page = await store.sessions.list(userId, { limit: 200 })
  const ended = await store.sessions.endAll(userId, except)
  authenticator.forget()
  for (const { id } of page.items) if (id !== except) hub.revoked(userId, id)
  return ended
}

function showSession({ id, method, createdAt, lastUsedAt, expiresAt, address, userAgent }: Session, current: string) {
  return {
    id, current: id === current, method, createdAt: iso(createdAt), lastUsedAt: iso(lastUsedAt), expiresAt: iso(expiresAt), address, userAgent,
  }
}
