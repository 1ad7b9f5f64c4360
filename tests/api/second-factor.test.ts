import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { FRESH_ROUTES } from '../../src/server/accounts/fresh.ts'
import { totpCode, totpStep } from '../../src/server/accounts/totp.ts'
import { Authenticator } from '../authenticator.ts'
import type { Browser } from '../browser.ts'
import { startPostgres, type TestPostgres } from '../postgres.ts'
import { makeBot, makeConnection, makeWebhook } from '../store/samples.ts'
import { startInProcess, type InProcess } from './in-process.ts'

const PASSWORD = 'crimson otter balcony 41'
const ORIGIN = 'https://flow.example'
const MINUTE = 60_000
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

const bytesOf = (base32: string): Buffer => {
  const bits = base32.split('').map((letter) => BASE32.indexOf(letter).toString(2).padStart(5, '0')).join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}

let server: InProcess
let browser: Browser
let names = 0

/** A user with a password, and a browser in which he is signed in. */
async function newUser(role = 'user'): Promise<{ name: string; id: string; browser: Browser }> {
  const name = `person ${names += 1}`
  await fresh(browser)
  const made = await browser.call('POST', '/users', { name, role, invite: true })
  expect(made.status, made.text).toBe(201)
  const his = server.browser()
  expect((await his.call('POST', '/invitation/accept', { token: made.body.invitation.token, password: PASSWORD })).body.state).toBe('signed_in')
  return { name, id: made.body.id, browser: his }
}
const fresh = async (of: Browser): Promise<void> => { expect((await of.call('POST', '/session/step-up', { password: PASSWORD })).status).toBe(200) }
const code = (secret: string, ahead = 0): string => totpCode(bytesOf(secret), totpStep(server.clock.now()) + ahead)
/** The next code: the one before was used. */
const nextCode = (secret: string): string => {
  server.pass(30_000)
  return code(secret)
}
async function withApp(of: Browser): Promise<{ secret: string; recoveryCodes: string[] }> {
  const { secret } = (await of.call('POST', '/me/totp')).body
  const confirmed = await of.call('POST', '/me/totp/confirm', { code: code(secret) })
  expect(confirmed.status, confirmed.text).toBe(200)
  return { secret, recoveryCodes: confirmed.body.recoveryCodes }
}
async function withPasskey(of: Browser, device = new Authenticator(ORIGIN)): Promise<{ device: Authenticator; id: string; recoveryCodes: string[] }> {
  const { challengeId, options } = (await of.call('POST', '/me/passkeys/options')).body
  const added = await of.call('POST', '/me/passkeys', { challengeId, response: device.create(options) })
  expect(added.status, added.text).toBe(201)
  return { device, id: added.body.id, recoveryCodes: added.body.recoveryCodes }
}
async function assertion(of: Browser, device: Authenticator): Promise<{ challengeId: string; response: object }> {
  const { challengeId, options } = (await of.call('POST', '/session/passkey-options')).body
  return { challengeId, response: device.get(options) }
}
const password = async (name: string, of = server.browser()): Promise<Browser> => {
  const answer = await of.call('POST', '/session', { name, password: PASSWORD })
  expect(answer.body, answer.text).toMatchObject({ state: 'second_factor', user: null })
  return of
}

describe.each(['sqlite', 'postgres'] as const)('on %s', (engine) => {
  let postgres: TestPostgres | undefined
  beforeAll(async () => {
    if (engine === 'postgres') postgres = await startPostgres()
    server = await startInProcess({ settings: { publicUrl: ORIGIN }, ...(postgres === undefined ? {} : { url: await postgres.createDatabase() }) })
    browser = server.browser()
    expect((await browser.call('POST', '/setup', { token: server.setupToken, name: 'owner', password: PASSWORD })).status).toBe(201)
  })
  afterAll(async () => {
    await server.stop()
    await postgres?.stop()
  })
  beforeEach(() => { server.pass(30 * MINUTE) })

  test('with an app, the password alone opens nothing', async () => {
    const { name, browser: his } = await newUser()
    const { secret, recoveryCodes } = await withApp(his)
    expect(new Set(recoveryCodes).size).toBe(10)
    expect((await his.call('GET', '/me')).body).toMatchObject({ stepUp: 'second_factor', factors: { totp: true, recoveryCodes: 10 } })
    const other = await password(name)
    expect((await other.call('GET', '/session')).body).toMatchObject({ state: 'second_factor', factors: ['totp', 'recovery_code'], user: null })
    for (const [method, path] of [['GET', '/me'], ['GET', '/connections'], ['POST', '/webhooks'], ['GET', '/sessions']] as const) {
      expect([path, (await other.call(method, path)).status]).toEqual([path, 401])
    }
    expect((await other.call('POST', '/session/step-up', { password: PASSWORD })).status).toBe(401)
    expect((await other.call('POST', '/session/second-factor', { code: '000000' })).body.code).toBe('not_confirmed')
    const before = other.copy()
    expect((await other.call('POST', '/session/second-factor', { code: nextCode(secret) })).body).toMatchObject({ state: 'signed_in', user: { name } })
    expect((await other.call('GET', '/sessions')).body.items[0]).toMatchObject({ method: 'password+totp', current: true })
    // The value that had shown no second factor is worth nothing, not even for a moment.
    expect([(await before.call('GET', '/me')).status, (await before.call('GET', '/session')).body.state]).toEqual([401, 'signed_out'])
  })

  test('a code counts once, also when it is sent many times at once', async () => {
    const { name, browser: his } = await newUser()
    const { secret } = await withApp(his)
    const browsers = []
    for (let n = 0; n < 5; n += 1) browsers.push(await password(name))
    const now = nextCode(secret)
    const answers = await Promise.all(browsers.map((one) => one.call('POST', '/session/second-factor', { code: now })))
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 422, 422, 422, 422])
    expect((await (await password(name)).call('POST', '/session/second-factor', { code: now })).body.code).toBe('not_confirmed')
    // Nor does the code with which the app was set up.
    const { browser: hers } = await newUser()
    const { secret: another } = (await hers.call('POST', '/me/totp')).body
    const first = code(another)
    expect((await hers.call('POST', '/me/totp/confirm', { code: first })).status).toBe(200)
    expect((await hers.call('POST', '/session/step-up', { code: first })).body.code).toBe('not_confirmed')
  })

  test('codes are guessed no faster than a few a minute, over many sessions', async () => {
    const { name, browser: his } = await newUser()
    await withApp(his)
    const codes: string[] = []
    const browsers: Browser[] = []
    for (let n = 0; n < 4; n += 1) browsers.push(await password(name))
    for (const [n, one] of browsers.entries()) {
      for (let more = 0; more < 4; more += 1) codes.push((await one.call('POST', '/session/second-factor', { code: String(100_000 + n * 10 + more) })).body.code)
    }
    expect(codes.filter((one) => one === 'not_confirmed').length).toBeLessThanOrEqual(10)
    expect(codes.at(-1)).toBe('rate_limited')
  })

  test('the secret is shown once, and lies sealed in the database with a key that is not in it', async () => {
    const { id, browser: his } = await newUser()
    const { secret } = await withApp(his)
    expect((await his.call('GET', '/me')).text).not.toContain(secret)
    expect((await his.call('POST', '/me/totp')).body.code).toBe('factor_exists')
    const stored = (await server.store.factors.totp(id))?.secret ?? ''
    expect(stored).toMatch(/^1\.[\w-]{8}\.[\w-]+$/)
    for (const form of [secret, bytesOf(secret).toString('hex'), bytesOf(secret).toString('base64url')]) {
      expect(stored).not.toContain(form)
      expect(server.logged()).not.toContain(form)
    }
    const file = path.join(server.dataDir, 'factors.key')
    expect([statSync(file).mode & 0o777, readFileSync(file).length]).toEqual([0o600, 32])
    // Moved to another user's row it does not open.
    const other = await newUser()
    await server.store.factors.proposeTotp(other.id, stored)
    expect((await other.browser.call('POST', '/me/totp/confirm', { code: nextCode(secret) })).body.code).toBe('unavailable')
  })

  test('a recovery code signs in once, however it is typed; new ones end the old', async () => {
    const { name, browser: his } = await newUser()
    const { secret, recoveryCodes: [first = '', second = ''] } = await withApp(his)
    const typed = first.toUpperCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l')
    expect((await (await password(name)).call('POST', '/session/second-factor', { recoveryCode: typed })).status).toBe(200)
    expect((await (await password(name)).call('POST', '/session/second-factor', { recoveryCode: first })).status).toBe(422)
    await his.call('POST', '/session/step-up', { code: nextCode(secret) })
    const renewed = (await his.call('POST', '/me/recovery-codes')).body.recoveryCodes as string[]
    expect((await (await password(name)).call('POST', '/session/second-factor', { recoveryCode: second })).status).toBe(422)
    expect((await (await password(name)).call('POST', '/session/second-factor', { recoveryCode: renewed[0] })).status).toBe(200)
    expect((await his.call('GET', '/me')).body.factors.recoveryCodes).toBe(9)
  })

  test('a passkey is a second factor, and enough by itself', async () => {
    const { name, browser: his } = await newUser()
    const { device, recoveryCodes } = await withPasskey(his)
    expect(recoveryCodes).toHaveLength(10)
    const other = await password(name)
    expect((await other.call('GET', '/session')).body.factors).toEqual(['passkey', 'recovery_code'])
    expect((await other.call('POST', '/session/second-factor', { passkey: await assertion(other, device) })).body.state).toBe('signed_in')
    const alone = server.browser()
    expect((await alone.call('POST', '/session/passkey', await assertion(alone, device))).body).toMatchObject({ state: 'signed_in', user: { name } })
    expect((await alone.call('GET', '/sessions')).body.items[0]).toMatchObject({ method: 'passkey' })
  })

  test('an answer of a passkey counts once, for its challenge, its address and its user', async () => {
    const { name, browser: his } = await newUser()
    const { device } = await withPasskey(his)
    const alone = server.browser()
    const answer = await assertion(alone, device)
    expect((await alone.call('POST', '/session/passkey', answer)).status).toBe(200)
    const refused = async (given: { challengeId: string; response: object }, of = server.browser()) => {
      expect((await of.call('POST', '/session/passkey', given)).body.code).toBe('wrong_credentials')
    }
    await refused(answer)
    // Signed for another challenge, for another page, by a device that asked nobody, too late.
    const foreign = server.browser()
    await refused({ ...await assertion(foreign, device), challengeId: (await foreign.call('POST', '/session/passkey-options')).body.challengeId }, foreign)
    const phished = new Authenticator('https://flow.example.evil')
    Object.assign(phished, { credentialId: device.credentialId })
    await refused(await assertion(foreign, phished), foreign)
    device.verifiesUser = false
    await refused(await assertion(foreign, device), foreign)
    // As a second factor, the password being right, it is enough that it is there.
    const other = await password(name)
    expect((await other.call('POST', '/session/second-factor', { passkey: await assertion(other, device) })).status).toBe(200)
    device.verifiesUser = true
    const late = await assertion(foreign, device)
    server.pass(6 * MINUTE)
    await refused(late, foreign)
    // Nobody else's passkey confirms me.
    const { name: her, browser: hers } = await newUser()
    await withPasskey(hers)
    const waiting = await password(her)
    expect((await waiting.call('POST', '/session/second-factor', { passkey: await assertion(waiting, device) })).body.code).toBe('not_confirmed')
  })

  test('a passkey whose counter goes back is refused: somebody copied it', async () => {
    const { browser: his } = await newUser()
    const device = new Authenticator(ORIGIN)
    device.counter = 5
    await withPasskey(his, device)
    const alone = server.browser()
    expect((await alone.call('POST', '/session/passkey', await assertion(alone, device))).status).toBe(200)
    device.counter = 3
    const again = server.browser()
    expect((await again.call('POST', '/session/passkey', await assertion(again, device))).body.code).toBe('wrong_credentials')
  })

  test('passkeys are listed, renamed and removed by their owner alone; with the last factor the recovery codes end', async () => {
    const { browser: his } = await newUser()
    const { browser: hers } = await newUser()
    const { id, device } = await withPasskey(his)
    expect((await his.call('PATCH', `/me/passkeys/${id}`, { name: 'phone' })).status).toBe(204)
    expect((await his.call('GET', '/me/passkeys')).body.items).toMatchObject([{ id, name: 'phone' }])
    expect((await hers.call('GET', '/me/passkeys')).body.items).toEqual([])
    expect([(await hers.call('PATCH', `/me/passkeys/${id}`, { name: 'x' })).status, (await hers.call('DELETE', `/me/passkeys/${id}`)).status]).toEqual([404, 404])
    const { challengeId, options } = (await hers.call('POST', '/me/passkeys/options')).body
    expect((await hers.call('POST', '/me/passkeys', { challengeId, response: device.create(options) })).body.code).toBe('factor_exists')
    expect((await his.call('DELETE', `/me/passkeys/${id}`)).status).toBe(204)
    expect((await his.call('GET', '/me')).body.factors).toEqual({ password: true, totp: false, passkeys: 0, recoveryCodes: 0 })
  })

  test('a session asks for a fresh proof where it matters, and a token does not', async () => {
    const { browser: his } = await newUser('admin')
    const token = (await his.call('POST', '/tokens', { scopes: ['admin'] })).body.token as string
    const { secret } = await withApp(his)
    server.pass(5 * MINUTE + 1000)
    expect((await his.call('GET', '/session')).body.freshUntil).toBeNull()
    const asked: string[] = []
    for (const route of FRESH_ROUTES) {
      const [method = '', where = ''] = route.split(' ')
      const { status, body } = await his.call(method, where.replace(':id', 'x'), method === 'DELETE' ? undefined : {})
      expect([route, status, body.code]).toEqual([route, 403, 'second_factor_required'])
      asked.push(route)
      const byToken = await server.browser().call(method, where.replace(':id', 'x'), { wrong: true }, { authorization: `Bearer ${token}` })
      expect([route, byToken.body.code]).not.toEqual([route, 'second_factor_required'])
    }
    expect(asked).toHaveLength(FRESH_ROUTES.size)
    expect((await his.call('POST', '/session/step-up', { password: PASSWORD })).body.code).toBe('second_factor_required')
    const before = his.copy()
    const stepped = await his.call('POST', '/session/step-up', { code: nextCode(secret) })
    expect(Date.parse(stepped.body.freshUntil) - server.clock.now()).toBeGreaterThan(4 * MINUTE)
    expect((await his.call('POST', '/tokens', {})).status).toBe(201)
    // The cookie is another one from now on; the one before holds for what was on its way.
    expect(his.cookie()).not.toBe(before.cookie())
    expect((await before.call('GET', '/me')).status).toBe(200)
    server.pass(11_000)
    expect((await before.call('GET', '/me')).status).toBe(401)
    server.pass(5 * MINUTE)
    expect((await his.call('POST', '/tokens', {})).body.code).toBe('second_factor_required')
  })

  test('widening a bot asks for a fresh proof; narrowing and stopping it never does', async () => {
    const { id, browser: his } = await newUser()
    const [webhook, connection] = [makeWebhook(id), makeConnection(id)]
    await server.store.webhooks.create(webhook)
    await server.store.connections.create(connection, 'sealed')
    const bot = makeBot(id, webhook.id, connection.id)
    await server.store.bots.create(bot)
    server.pass(6 * MINUTE)
    const change = async (body: object) => (await his.call('PATCH', `/bots/${bot.id}`, body)).body.code as string | undefined
    for (const body of [{ amount: '101' }, { maxSize: '5000' }, { acceptSize: true }, { amount: '50', symbol: 'ETHUSDT' }]) expect([body, await change(body)]).toEqual([body, 'password_required'])
    for (const body of [{ amount: '50' }, { paused: true }, { connectionId: null }]) expect([body, await change(body)]).not.toEqual([body, 'password_required'])
  })

  test('who has no second factor is asked for his password', async () => {
    const { browser: his } = await newUser()
    server.pass(6 * MINUTE)
    expect((await his.call('POST', '/tokens', {})).body.code).toBe('password_required')
    expect((await his.call('POST', '/session/step-up', { password: 'wrong' })).body.code).toBe('not_confirmed')
    await fresh(his)
    expect((await his.call('POST', '/tokens', {})).status).toBe(201)
  })

  test('a token sets up no way to sign in', async () => {
    const { browser: his } = await newUser()
    const token = (await his.call('POST', '/tokens', { scopes: ['admin'] })).body.token as string
    const byToken = (method: string, where: string, body?: object) => server.browser().call(method, where, body, { authorization: `Bearer ${token}` })
    for (const where of ['/me/totp', '/me/passkeys/options', '/me/recovery-codes']) expect((await byToken('POST', where)).body.code).toBe('forbidden')
    expect((await byToken('PATCH', '/me', { password: 'another ferry quartz 7' })).body.code).toBe('not_confirmed')
    const scripted = (await browser.call('POST', '/users', { name: 'script' })).body.token as string
    expect((await server.browser().call('PATCH', '/me', { password: 'another ferry quartz 7' }, { authorization: `Bearer ${scripted}` })).body.code).toBe('forbidden')
  })

  test('a link sets the password once; one that forgets factors removes them, any other does not', async () => {
    const { name, id, browser: his } = await newUser()
    await withApp(his)
    await fresh(browser)
    const link = async (forgetFactors: boolean) => (await browser.call('POST', `/users/${id}/invitation`, { forgetFactors })).body as { token: string; url: string }
    const kept = await link(false)
    expect(kept.url).toBe(`${ORIGIN}/invitation#${kept.token}`)
    expect((await server.browser().call('POST', '/invitation', { token: kept.token })).body).toMatchObject({ userName: name, forgetsFactors: false })
    const chosen = 'granite parsnip orbit 12'
    const again = server.browser()
    expect((await again.call('POST', '/invitation/accept', { token: kept.token, password: 'short' })).body.code).toBe('weak_password')
    expect((await again.call('POST', '/invitation/accept', { token: kept.token, password: chosen })).body.state).toBe('second_factor')
    expect((await his.call('GET', '/me')).status).toBe(401)
    expect((await again.call('POST', '/invitation/accept', { token: kept.token, password: chosen })).status).toBe(404)
    const [old, forgetting] = [await link(false), await link(true)]
    expect((await again.call('POST', '/invitation', { token: old.token })).status).toBe(404)
    expect((await again.call('POST', '/invitation/accept', { token: forgetting.token, password: chosen })).body.state).toBe('signed_in')
    expect((await again.call('GET', '/me')).body.factors).toEqual({ password: true, totp: false, passkeys: 0, recoveryCodes: 0 })
    const late = await link(false)
    server.pass(73 * 60 * MINUTE)
    expect((await again.call('POST', '/invitation', { token: late.token })).status).toBe(404)
    browser = server.browser()
    expect((await browser.call('POST', '/session', { name: 'owner', password: PASSWORD })).status).toBe(200)
  })

  test('users are renamed, promoted and deleted by administrators; one of them always stays', async () => {
    await fresh(browser)
    const owner = (await browser.call('GET', '/me')).body.id as string
    for (const one of (await browser.call('GET', '/users?limit=200')).body.items as { id: string; role: string }[]) {
      if (one.role === 'admin' && one.id !== owner) expect((await browser.call('PATCH', `/users/${one.id}`, { role: 'user' })).status).toBe(200)
    }
    const { id, name, browser: his } = await newUser()
    expect((await his.call('PATCH', `/users/${owner}`, { role: 'user' })).status).toBe(403)
    for (const change of [{ role: 'user' }, { disabled: true }]) expect((await browser.call('PATCH', `/users/${owner}`, change)).body.code).toBe('last_administrator')
    expect((await browser.call('DELETE', `/users/${owner}`)).body.code).toBe('last_administrator')
    expect((await browser.call('PATCH', `/users/${id}`, { name: 'owner' })).body.code).toBe('duplicate_name')
    expect((await browser.call('PATCH', `/users/${id}`, { name: `${name} jr`, role: 'admin' })).body).toMatchObject({ name: `${name} jr`, role: 'admin', hasPassword: true })
    const webhook = (await his.call('POST', '/webhooks', {})).body.id as string
    expect((await browser.call('DELETE', `/users/${id}`)).body.code).toBe('user_in_use')
    await his.call('DELETE', `/webhooks/${webhook}`)
    expect((await browser.call('DELETE', `/users/${id}`)).status).toBe(204)
    expect((await his.call('GET', '/me')).status).toBe(401)
    expect((await browser.call('GET', '/users?limit=200')).text).not.toContain(id)
    expect((await browser.call('POST', '/users', { name: `${name} jr` })).status).toBe(201)
  })
})

describe('under an IP address', () => {
  test('passkeys are not offered, and asking for one says why; under localhost they are', async () => {
    const local = await startInProcess()
    try {
      const one = local.browser()
      expect((await one.call('GET', '/session')).body.passkeysAvailable).toBe(false)
      expect((await one.call('POST', '/session/passkey-options')).body.code).toBe('passkeys_unavailable')
    } finally {
      await local.stop()
    }
  })
})
