import { api } from '#contract'
import { Problem } from '#model'
import { guess } from '../accounts/guesses.ts'
import { hashNewPassword, isPassword } from '../accounts/passwords.ts'
import { callerOf, type Caller } from '../auth.ts'
import { problems, type App } from '../http.ts'
import type { Shared } from '../server.ts'
import { endSessions } from './session.ts'
import { refused, showUser } from './users.ts'

/** Oneself: name and password. */
export function meRoutes(app: App, shared: Shared): void {
  const { store, authenticator } = shared
  const show = async ({ user, scopes, by }: Caller) => {
    const factors = await store.factors.of(user.id)
    const second = factors.totp || factors.passkeys > 0
    return { ...showUser(user), scopes: [...scopes], by: by.kind, factors, stepUp: second ? 'second_factor' as const : 'password' as const }
  }

  app.get('/me', {
    config: { access: 'read' }, schema: { summary: 'Whose token or session this is', response: { 200: api.me, ...problems } },
  }, (request) => show(callerOf(request)))

  app.patch('/me', {
    config: { access: 'admin' },
    schema: {
      summary: 'Change one\'s name or password; a new password signs all other browsers out',
      body: api.changeMe, response: { 200: api.me, ...problems },
    },
  }, async (request) => {
    const caller = callerOf(request)
    const { user, userId, by } = caller
    const { name, password, currentPassword } = request.body
    const passwordHash = password === undefined ? null : await hashNewPassword(password, [name ?? user.name])
    if (passwordHash !== null) {
      const stored = await store.factors.password(userId)
      if (by.kind === 'token' && stored === undefined) throw sessionOnly()
      if (stored !== undefined) {
        await guess(shared, request, { name: user.name, userId }, async () => (
          await isPassword(stored, currentPassword ?? '') ? true : null
        ), () => new Problem('not_confirmed', 'The current password is wrong.', { errors: [{ path: 'currentPassword', message: 'is wrong' }] }))
      }
    }
    if (name !== undefined) {
      const changed = await store.users.change(userId, { name })
      if (changed.kind !== 'changed') throw refused(changed)
    }
    if (passwordHash !== null) {
      await store.factors.setPassword(userId, passwordHash)
      await endSessions(shared, userId, by.kind === 'session' ? by.id : null)
    }
    authenticator.forget()
    return show({ ...caller, user: { ...user, name: name ?? user.name } })
  })
}

/** A token must not leave another way in behind, which would outlive its revocation. */
export const sessionOnly = (): Problem => new Problem(
  'forbidden', 'Sign in with a browser for this: a token cannot set up ways to sign in. `towerflow user reset` on the machine makes a link.',
)
