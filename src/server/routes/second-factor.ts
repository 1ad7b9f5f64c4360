import { api } from '#contract'
import { Problem } from '#model'
import { factorsToShow, openSession, renewSession } from '../accounts/browser.ts'
import { guess } from '../accounts/guesses.ts'
import { demandOwnPage } from '../accounts/own-page.ts'
import { prove } from '../accounts/proof.ts'
import { assertionOptions, userOfPasskey } from '../accounts/webauthn.ts'
import { problems, type App } from '../http.ts'
import type { Shared } from '../server.ts'
import { wrongCredentials } from './session.ts'

/** The second step of signing in, signing in by passkey alone, and proving once more that one is oneself. */
export function secondFactorRoutes(app: App, shared: Shared): void {
  const { store, settings, authenticator } = shared
  const fromOwnPage = async (request: Parameters<typeof demandOwnPage>[0]): Promise<void> => demandOwnPage(request, settings.publicUrl)
  const signedOut = (): Problem => new Problem('unauthenticated', 'The session has ended. Sign in again.')

  app.post('/session/second-factor', {
    config: { access: 'public' }, onRequest: fromOwnPage,
    schema: { summary: 'Finish signing in', body: api.secondFactor, response: { 200: api.sessionState, ...problems } },
  }, async (request, reply) => {
    const found = await authenticator.session(request)
    if (found === null || found.session.stage !== 'second_factor') throw signedOut()
    const { session, user } = found
    const how = await guess(shared, request, { name: user.name, userId: user.id }, () => prove(shared, request, user.id, request.body), () => (
      new Problem('not_confirmed', 'The code or passkey is wrong, or was used before.')
    ))
    const state = await renewSession(shared, request, reply, found, `${session.method}+${how}`)
    if (state === null) throw signedOut()
    return state
  })

  app.post('/session/passkey-options', {
    config: { access: 'public' }, onRequest: fromOwnPage,
    schema: {
      summary: 'For navigator.credentials.get: to sign in with a passkey alone, as a second factor, or to step up',
      body: api.emptyBody, response: { 200: api.passkeyOptions, ...problems },
    },
  }, async (request) => {
    const found = await authenticator.session(request)
    if (!shared.passkeyOptions.allow(shared.addressOf(request))) throw new Problem('rate_limited', 'Too many passkeys were asked for from this address. Wait a minute.')
    const { challengeId, options } = await assertionOptions(shared, request, found?.user ?? null)
    return { challengeId, options: { ...options } }
  })

  app.post('/session/passkey', {
    config: { access: 'public' }, onRequest: fromOwnPage,
    schema: { summary: 'Sign in with a passkey alone', body: api.passkeyAnswer, response: { 200: api.sessionState, ...problems } },
  }, async (request, reply) => {
    const address = shared.addressOf(request)
    if (!shared.signInAddresses.allow(address)) throw new Problem('rate_limited', 'Too many wrong tries from this address. Wait a minute.')
    const userId = await userOfPasskey(shared, request, request.body, null)
    const user = userId === null ? undefined : await store.users.details(userId)
    if (user === undefined || user.disabledAt !== null) throw wrongCredentials()
    shared.signInAddresses.giveBack(address)
    return openSession(shared, request, reply, user, { stage: 'open', method: 'passkey' })
  })

  app.post('/session/step-up', {
    config: { access: 'public' }, onRequest: fromOwnPage,
    schema: {
      summary: 'Prove once more that it is you: for five minutes every route is open',
      body: api.stepUp, response: { 200: api.sessionState, ...problems },
    },
  }, async (request, reply) => {
    const found = await authenticator.session(request)
    if (found === null || found.session.stage !== 'open') throw signedOut()
    const { user } = found
    if (request.body.password !== undefined && (await factorsToShow(shared, user.id)).length > 0) {
      throw new Problem('second_factor_required', 'The password alone is not enough: use a code or a passkey.')
    }
    await guess(shared, request, { name: user.name, userId: user.id }, () => prove(shared, request, user.id, request.body), () => (
      new Problem('not_confirmed', 'The password, code or passkey is wrong, or was used before.')
    ))
    const state = await renewSession(shared, request, reply, found, found.session.method)
    if (state === null) throw signedOut()
    return state
  })
}
