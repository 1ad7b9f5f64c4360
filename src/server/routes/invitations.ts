import type { FastifyRequest } from 'fastify'
import { iso } from '#clock'
import { api } from '#contract'
import { Problem } from '#model'
import { factorsToShow, openSession } from '../accounts/browser.ts'
import { demandOwnPage } from '../accounts/own-page.ts'
import { hashNewPassword } from '../accounts/passwords.ts'
import { hashToken } from '../auth.ts'
import { problems, type App } from '../http.ts'
import type { Shared } from '../server.ts'

/** Links with which somebody sets his password: the first one, or one that he lost. */
export function invitationRoutes(app: App, shared: Shared): void {
  const { store, guesses, settings, authenticator, hub } = shared
  const find = async (request: FastifyRequest, token: string) => {
    const invitation = await store.factors.invitation(hashToken(token))
    const user = invitation === undefined ? undefined : await store.users.get(invitation.userId)
    if (invitation !== undefined && user !== undefined) return { invitation, user }
    if (!guesses.allow(shared.addressOf(request))) throw new Problem('rate_limited', 'Too many wrong links from this address. Wait a minute.')
    throw gone()
  }

  app.post('/invitation', {
    config: { access: 'public' },
    schema: { summary: 'Whom a link is for', body: api.lookAtInvitation, response: { 200: api.invitation, ...problems } },
  }, async (request) => {
    const { invitation, user } = await find(request, request.body.token)
    return { userName: user.name, expiresAt: iso(invitation.expiresAt), forgetsFactors: invitation.forgetsFactors }
  })

  app.post('/invitation/accept', {
    config: { access: 'public' }, onRequest: async (request) => demandOwnPage(request, settings.publicUrl),
    schema: {
      summary: 'Set the password with a link, and sign in', body: api.acceptInvitation, response: { 200: api.sessionState, ...problems },
    },
  }, async (request, reply) => {
    const { token, password } = request.body
    const { user } = await find(request, token)
    const passwordHash = await hashNewPassword(password, [user.name])
    if (!await store.factors.accept(hashToken(token), passwordHash)) throw gone()
    authenticator.forget()
    hub.revoked(user.id, null)
    const second = await factorsToShow(shared, user.id)
    return openSession(shared, request, reply, user, { stage: second.length > 0 ? 'second_factor' : 'open', method: 'invitation' })
  })
}

const gone = (): Problem => new Problem('not_found', 'There is no such link: it was used, replaced, or has run out. Ask for a new one.')
