import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startInstallation, type Installation } from '../installation.ts'

let installation: Installation
const tokens: Record<string, string> = {}

beforeAll(async () => {
  installation = await startInstallation()
  for (const scope of ['read', 'trade', 'admin']) {
    tokens[scope] = (await installation.call('POST', '/tokens', { body: { name: scope, scopes: [scope] } })).body.token
  }
})
afterAll(() => installation.stop())

/** Which routes a scope opens; everything else in this table it must not. */
const ROUTES: readonly (readonly ['read' | 'trade' | 'admin', string, string])[] = [
  [
    'read', 'GET', '/connections',
  ], ['read', 'GET', '/webhooks'], ['read', 'GET', '/bots'], ['read', 'GET', '/signals'], ['read', 'GET', '/orders'],
  [
    'read', 'GET', '/positions',
  ], ['read', 'GET', '/findings'], ['read', 'GET', '/me'], ['read', 'GET', '/tokens'], ['read', 'GET', '/audit'],
  ['read', 'GET', '/stats'], ['read', 'GET', '/vault'], ['read', 'GET', '/metrics'], ['read', 'GET', '/exchanges'], [
    'read', 'GET', '/sealing-key',
  ],
  ['read', 'PUT', '/connections/x'], ['trade', 'POST', '/webhooks'], ['trade', 'PATCH', '/webhooks/x'], [
    'trade', 'POST', '/webhooks/x/rotate',
  ],
  [
    'trade', 'POST', '/webhooks/x/signals',
  ], ['trade', 'POST', '/bots'], ['trade', 'PATCH', '/bots/x'], ['trade', 'POST', '/bots/preview'],
  ['trade', 'POST', '/bots/x/close'], ['trade', 'POST', '/bots/x/position'], [
    'trade', 'POST', '/signals/x/replay',
  ], ['trade', 'POST', '/orders/x/cancel'],
  ['trade', 'POST', '/connections/x/check'], ['admin', 'POST', '/connections'], [
    'admin', 'POST', '/connections/x/relink',
  ], ['admin', 'DELETE', '/connections/x'],
  ['admin', 'DELETE', '/webhooks/x'], ['admin', 'DELETE', '/bots/x'], ['admin', 'POST', '/webhooks/x/shares'], [
    'admin', 'DELETE', '/webhooks/x/shares/y',
  ],
  ['admin', 'POST', '/tokens'], [
    'admin', 'DELETE', '/tokens/x',
  ], ['admin', 'GET', '/users'], ['admin', 'POST', '/users'], ['admin', 'POST', '/audit/verify'],
]

describe('scopes', () => {
  test('each route opens for its scope and those above it, and for no other', async () => {
    const levels = ['read', 'trade', 'admin'] as const
    for (const [needed, method, path] of ROUTES) {
      for (const scope of levels) {
        const answer = await installation.call(
          method, path, { token: tokens[scope] ?? '', ...(method === 'GET' ? {} : { body: { wrong: true } }) },
        )
        const allowed = levels.indexOf(scope) >= levels.indexOf(needed)
        expect([method, path, scope, answer.status === 403]).toEqual([method, path, scope, !allowed])
        if (!allowed) expect(answer.body).toMatchObject({ code: 'forbidden', status: 403 })
      }
    }
  })

  test('without a token, or with a wrong one, nothing opens', async () => {
    for (const [, method, path] of ROUTES) {
      const answer = await installation.call(
        method, path, { token: null, ...(method === 'GET' ? {} : { raw: '{broken' }) },
      )
      expect([method, path, answer.status, answer.body.code]).toEqual([method, path, 401, 'unauthenticated'])
    }
    for (const authorization of [
      'Bearer nonsense', 'Basic eDp5', 'Bearer ', 'bearer', `Bearer ${installation.token}x`,
    ]) {
      expect(
        (await installation.call('GET', '/me', { token: null, headers: { authorization } })).status, authorization,
      ).toBe(401)
    }
  })
})

describe('tokens', () => {
  test('are shown once, stored hashed, listed without themselves, and end at once when revoked', async () => {
    const made = (await installation.call('POST', '/tokens', { body: { name: 'script', scopes: ['read'] } })).body
    const token = made.token as string
    expect((await installation.call('GET', '/me', { token })).body).toMatchObject({ name: 'admin', scopes: ['read'] })
    const list = await installation.call('GET', '/tokens')
    expect(list.text).not.toContain(token)
    expect(list.body.items).toContainEqual(
      expect.objectContaining({ id: made.id, name: 'script', scopes: ['read'], current: false }),
    )
    expect((await installation.call('DELETE', `/tokens/${made.id as string}`)).status).toBe(204)
    expect((await installation.call('GET', '/me', { token })).status).toBe(401)
    expect((await installation.call('DELETE', `/tokens/${made.id as string}`)).status).toBe(404)
  })

  test('of another user cannot be seen or revoked', async () => {
    const other = (await installation.call('POST', '/users', { body: { name: 'somebody' } })).body.token as string
    const mine = (await installation.call('GET', '/tokens')).body.items[0].id as string
    expect((await installation.call('DELETE', `/tokens/${mine}`, { token: other })).status).toBe(404)
    expect((await installation.call('GET', '/tokens', { token: other })).body.items).toHaveLength(1)
    const users = await installation.call('GET', '/users', { token: other })
    expect([users.status, users.body.code]).toEqual([403, 'forbidden'])
  })

  test('guessed too often from one address are 429; right ones pass all the same', async () => {
    const codes: string[] = []
    for (let n = 0; n < 40; n += 1) codes.push(
      (await installation.call('GET', '/me', { token: `guess-${n}` })).body.code,
    )
    expect(codes).toContain('unauthenticated')
    expect(codes.at(-1)).toBe('rate_limited')
    expect((await installation.call('GET', '/me')).status).toBe(200)
  })
})

describe('the first user', () => {
  test('is made once, with the setup token', async () => {
    const again = await installation.call(
      'POST', '/setup', { token: null, body: { token: 'whatever', name: 'second' } },
    )
    expect([again.status, again.body.code]).toEqual([409, 'setup_done'])
  })

  test('names are unique', async () => {
    const answer = await installation.call('POST', '/users', { body: { name: 'admin' } })
    expect([answer.status, answer.body.code]).toEqual([409, 'duplicate_name'])
  })
})
