import type { FastifyRequest } from 'fastify'
import { iso } from '#clock'
import { api } from '#contract'
import { Problem } from '#model'
import type { FactorsOf, Passkey } from '#store'
import { guess } from '../accounts/guesses.ts'
import { useCode } from '../accounts/proof.ts'
import { newRecoveryCodes } from '../accounts/recovery-codes.ts'
import { base32, newTotpSecret, totpUri } from '../accounts/totp.ts'
import { registeredPasskey, registrationOptions } from '../accounts/webauthn.ts'
import { callerOf, type Caller } from '../auth.ts'
import { problems, type App } from '../http.ts'
import type { Shared } from '../server.ts'
import { sessionOnly } from './me.ts'

/** Setting up and removing second factors. Only from a browser: a token must not leave another way in behind. */
export function factorRoutes(app: App, shared: Shared): void {
  const { store, clock } = shared
  const bySession = (request: FastifyRequest): Caller => {
    const caller = callerOf(request)
    if (caller.by.kind === 'token') throw sessionOnly()
    return caller
  }
  // With the first second factor come recovery codes: without them a lost phone would lock its owner out.
  const firstCodes = async (userId: string, before: FactorsOf): Promise<string[] | undefined> => (
    before.totp || before.passkeys > 0 || before.recoveryCodes > 0 ? undefined : await freshCodes(userId))
  const freshCodes = async (userId: string): Promise<string[]> => {
    const { codes, hashes } = newRecoveryCodes(clock, userId)
    await store.factors.setRecoveryCodes(userId, hashes)
    return codes
  }
  // Recovery codes stand in for a second factor; they end with the last one.
  const endCodesWithLast = async (userId: string): Promise<void> => {
    const { totp, passkeys } = await store.factors.of(userId)
    if (!totp && passkeys === 0) await store.factors.setRecoveryCodes(userId, [])
  }

  app.post('/me/totp', {
    config: { access: 'admin' },
    schema: {
      summary: 'Begin to set up an authenticator app; the secret is shown once',
      body: api.emptyBody, response: { 201: api.totpProposal, ...problems },
    },
  }, async (request, reply) => {
    const { userId, user } = bySession(request)
    const secret = newTotpSecret(clock.randomBytes)
    if (!await store.factors.proposeTotp(userId, shared.factorKey.seal(secret, userId))) {
      throw new Problem('factor_exists', 'An app is set up already. Remove it first.')
    }
    return reply.code(201).send({ secret: base32(secret), uri: totpUri(secret, user.name, new URL(shared.publicUrl()).host) })
  })

  app.post('/me/totp/confirm', {
    config: { access: 'admin' },
    schema: { summary: 'Finish it with a code of the app', body: api.totpCode, response: { 200: api.factorAdded, ...problems } },
  }, async (request) => {
    const { userId, user } = bySession(request)
    const before = await store.factors.of(userId)
    await guess(shared, request, { name: user.name, userId }, async () => (
      await useCode(shared, userId, request.body.code, false) && await store.factors.confirmTotp(userId) ? true : null
    ), () => new Problem('not_confirmed', 'The code is wrong. Is the clock of that device right?'))
    return { recoveryCodes: await firstCodes(userId, before) ?? null }
  })

  app.delete('/me/totp', {
    config: { access: 'admin' },
    schema: { summary: 'Remove the authenticator app', body: api.emptyBody, response: { 204: api.nothing, ...problems } },
  }, async (request, reply) => {
    const { userId } = bySession(request)
    if (!await store.factors.removeTotp(userId)) throw new Problem('not_found', 'No app is set up.')
    await endCodesWithLast(userId)
    return reply.code(204).send()
  })

  app.post('/me/recovery-codes', {
    config: { access: 'admin' },
    schema: { summary: 'Ten new recovery codes, shown once; the old ones end', body: api.emptyBody, response: { 201: api.newRecoveryCodes, ...problems } },
  }, async (request, reply) => {
    const { userId } = bySession(request)
    const { totp, passkeys } = await store.factors.of(userId)
    if (!totp && passkeys === 0) throw new Problem('not_found', 'There is no second factor that they could stand in for.')
    return reply.code(201).send({ recoveryCodes: await freshCodes(userId) })
  })

  app.get('/me/passkeys', {
    config: { access: 'read' }, schema: { summary: 'Own passkeys', response: { 200: api.passkeys, ...problems } },
  }, async (request) => ({ items: (await store.passkeys.list(callerOf(request).userId)).map(showPasskey), next: null }))

  app.post('/me/passkeys/options', {
    config: { access: 'admin' },
    schema: { summary: 'For navigator.credentials.create', body: api.emptyBody, response: { 200: api.passkeyOptions, ...problems } },
  }, async (request) => {
    const { challengeId, options } = await registrationOptions(shared, request, bySession(request).user)
    return { challengeId, options: { ...options } }
  })

  app.post('/me/passkeys', {
    config: { access: 'admin' },
    schema: { summary: 'Add the passkey that the browser made', body: api.createPasskey, response: { 201: api.passkeyAdded, ...problems } },
  }, async (request, reply) => {
    const { user, userId } = bySession(request)
    const { name, ...answer } = request.body
    const before = await store.factors.of(userId)
    const passkey = await registeredPasskey(shared, request, user, answer, name ?? `Passkey ${before.passkeys + 1}`)
    const made = await store.passkeys.create(passkey)
    if (made !== 'created') {
      throw new Problem('factor_exists', made === 'taken' ? 'This passkey is known here already.' : 'That many passkeys are enough: remove one first.')
    }
    return reply.code(201).send({ ...showPasskey(passkey), recoveryCodes: await firstCodes(userId, before) ?? null })
  })

  app.patch('/me/passkeys/:id', {
    config: { access: 'admin' },
    schema: { summary: 'Rename a passkey', params: api.pathId, body: api.renamePasskey, response: { 204: api.nothing, ...problems } },
  }, async (request, reply) => {
    if (!await store.passkeys.rename(callerOf(request).userId, request.params.id, request.body.name)) throw noPasskey()
    return reply.code(204).send()
  })

  app.delete('/me/passkeys/:id', {
    config: { access: 'admin' },
    schema: { summary: 'Remove a passkey', params: api.pathId, body: api.emptyBody, response: { 204: api.nothing, ...problems } },
  }, async (request, reply) => {
    const { userId } = bySession(request)
    if (!await store.passkeys.remove(userId, request.params.id)) throw noPasskey()
    await endCodesWithLast(userId)
    return reply.code(204).send()
  })
}

const noPasskey = (): Problem => new Problem('not_found', 'There is no such passkey.')

const showPasskey = ({ id, name, backedUp, createdAt, lastUsedAt }: Passkey) => ({
  id, name, backedUp, createdAt: iso(createdAt), lastUsedAt: lastUsedAt === null ? null : iso(lastUsedAt),
})
