import type { z } from 'zod'
import { iso, newId } from '#clock'
import { api } from '#contract'
import { Problem } from '#model'
import type { User, UserDetails, UserRefusal } from '#store'
import { newInvitation } from '../accounts/invitations.ts'
import { administratorOf } from '../auth.ts'
import { problems, type App } from '../http.ts'
import { makeOnce } from '../once.ts'
import type { Shared } from '../server.ts'
import { tokenNow } from './tokens.ts'

/** Users, as administrators see them. */
export function userRoutes(app: App, shared: Shared): void {
  const { store, clock, authenticator, hub } = shared
  const details = async (id: string) => {
    const found = await store.users.details(id)
    if (found === undefined) throw noUser()
    return showDetails(found)
  }

  app.get('/users', {
    config: { access: 'admin' },
    schema: {
      summary: 'Users of the installation (administrators)',
      querystring: api.listUsers, response: { 200: api.users, ...problems },
    },
  }, async (request) => {
    administratorOf(request)
    const page = await store.users.list(request.query)
    return { items: page.items.map(showDetails), next: page.next }
  })

  app.post('/users', {
    config: { access: 'admin' },
    schema: {
      summary: 'Make a user, with a first token or a link to set a password (administrators)',
      headers: api.idempotencyHeader, body: api.createUser, response: { 201: api.createdUser, ...problems },
    },
  }, async (request, reply) => {
    administratorOf(request)
    const { name, role, invite } = request.body
    return reply.code(201).send(await makeOnce<z.infer<typeof api.createdUser>>(shared, request, {
      make: async (id) => {
        const user: User = { id, name, role, createdAt: clock.now() }
        const { token, row } = tokenNow(shared, { id: newId(clock), userId: id }, 'first', ['admin'])
        const invitation = newInvitation(shared, id, false)
        const made = await store.users.create(user, invite ? { invitation: invitation.row } : { token: row })
        if (made === 'duplicate_name') throw refused({ kind: made })
        return { ...showUser(user), ...(invite ? { invitation: invitation.shown } : { token }) }
      },
      find: async (id) => {
        const made = await store.users.get(id)
        return made === undefined ? undefined : showUser(made)
      },
      shownOnce: [invite ? 'invitation' : 'token'],
    }))
  })

  app.patch('/users/:id', {
    config: { access: 'admin' },
    schema: {
      summary: 'Rename, promote or disable a user (administrators)',
      params: api.pathId, body: api.changeUser, response: { 200: api.userDetails, ...problems },
    },
  }, async (request) => {
    administratorOf(request)
    const { id } = request.params
    const changed = await store.users.change(id, request.body)
    if (changed.kind !== 'changed') throw refused(changed)
    authenticator.forget()
    if (request.body.disabled === true) hub.revoked(id, null)
    return details(id)
  })

  app.delete('/users/:id', {
    config: { access: 'admin' },
    schema: {
      summary: 'Delete a user who has no bots, connections and webhooks left (administrators)',
      params: api.pathId, body: api.emptyBody, response: { 204: api.nothing, ...problems },
    },
  }, async (request, reply) => {
    administratorOf(request)
    const removed = await store.users.remove(request.params.id)
    if (removed.kind !== 'removed') throw refused(removed)
    authenticator.forget()
    hub.revoked(request.params.id, null)
    return reply.code(204).send()
  })

  app.post('/users/:id/invitation', {
    config: { access: 'admin' },
    schema: {
      summary: 'A link with which the user sets a new password, once (administrators)',
      params: api.pathId, headers: api.idempotencyHeader, body: api.createInvitation,
      response: { 201: api.madeInvitation, ...problems },
    },
  }, async (request, reply) => {
    administratorOf(request)
    const { id } = await details(request.params.id)
    return reply.code(201).send(await makeOnce<z.infer<typeof api.madeInvitation>>(shared, request, {
      // Made anew after a crash, it takes the place of the first: there is one of a user.
      make: async () => {
        const { shown, row } = newInvitation(shared, id, request.body?.forgetFactors ?? false)
        await store.factors.invite(row)
        return shown
      },
      shownOnce: ['url', 'token'],
    }))
  })
}

const noUser = (): Problem => new Problem('not_found', 'There is no such user.')

/** What stands in the way of a change to a user. */
export function refused(refusal: UserRefusal): Problem {
  if (refusal.kind === 'not_found') return noUser()
  if (refusal.kind === 'duplicate_name') return new Problem('duplicate_name', 'Another user has this name.')
  if (refusal.kind === 'last_administrator') {
    return new Problem('last_administrator', 'This is the only administrator who can come in. Make somebody else one first.')
  }
  const { bots, connections, webhooks } = refusal
  return new Problem('user_in_use', `The user still has ${bots} bots, ${connections} connections and ${webhooks} webhooks. They have to be deleted first.`)
}

export const showUser = ({ id, name, role, createdAt }: User) => ({ id, name, role, createdAt: iso(createdAt) })

const showDetails = (user: UserDetails) => ({
  ...showUser(user), disabled: user.disabledAt !== null, hasPassword: user.hasPassword, hasSecondFactor: user.hasSecondFactor,
  invitedUntil: user.invitedUntil === null ? null : iso(user.invitedUntil),
})
