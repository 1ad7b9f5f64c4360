import { newId } from '#clock'
import { api } from '#contract'
import { Problem } from '#model'
import type { User } from '#store'
import { openSession } from '../accounts/browser.ts'
import { demandOwnPage } from '../accounts/own-page.ts'
import { hashNewPassword } from '../accounts/passwords.ts'
import { problems, type App } from '../http.ts'
import type { Shared } from '../server.ts'
import { isSetupToken } from '../setup-token.ts'
import { showUser } from './users.ts'
import { tokenNow } from './tokens.ts'

/** How the first user comes into being. */
export function setupRoute(app: App, shared: Shared): void {
  const { store, guesses, clock, settings } = shared
  app.post('/setup', {
    config: { access: 'public' },
    schema: {
      summary: 'Make the first user; with a password the answer signs the browser in, without one it holds a token',
      body: api.setup, response: { 201: api.createdUser, ...problems },
    },
  }, async (request, reply) => {
    const { name, password, token: setupToken } = request.body
    if (password !== undefined) demandOwnPage(request, settings.publicUrl)
    if (await store.users.any()) throw done()
    if (!await isSetupToken(store, setupToken)) {
      if (!guesses.allow(shared.addressOf(request))) {
        throw new Problem('rate_limited', 'Too many wrong tokens from this address. Wait a minute.')
      }
      throw new Problem('unauthenticated', 'This is not the setup token that `start` printed last.')
    }
    const user: User = { id: newId(clock), name, role: 'admin', createdAt: clock.now() }
    if (password === undefined) {
      const { token, row } = tokenNow(shared, { id: newId(clock), userId: user.id }, 'first', ['admin'])
      if (await store.users.createFirst(user, { token: row }) === 'exists') throw done()
      return reply.code(201).send({ ...showUser(user), token })
    }
    const passwordHash = await hashNewPassword(password, [name])
    if (await store.users.createFirst(user, { passwordHash }) === 'exists') throw done()
    await openSession(shared, request, reply, user, { stage: 'open', method: 'setup' })
    return reply.code(201).send(showUser(user))
  })
}

const done = (): Problem => new Problem('setup_done', 'The first user was made before. Sign in, or ask an administrator for a link.')
