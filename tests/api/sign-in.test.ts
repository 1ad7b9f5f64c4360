import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Browser } from '../browser.ts'
import { eventually } from '../installation.ts'
import { startPostgres, type TestPostgres } from '../postgres.ts'
import { startInProcess, type InProcess } from './in-process.ts'

const PASSWORD = 'crimson otter balcony 41'
const MINUTE = 60_000
const HOUR = 60 * MINUTE

const owner = async (server: InProcess): Promise<Browser> => {
  const browser = server.browser()
  const made = await browser.call('POST', '/setup', { token: server.setupToken, name: 'owner', password: PASSWORD })
  expect(made.status, made.text).toBe(201)
  return browser
}
const signIn = async (server: InProcess, browser = server.browser()): Promise<Browser> => {
  expect((await browser.call('POST', '/session', { name: 'owner', password: PASSWORD })).body).toMatchObject({ state: 'signed_in' })
  return browser
}

describe.each(['sqlite', 'postgres'] as const)('a session on %s', (engine) => {
  let postgres: TestPostgres | undefined
  let server: InProcess
  let browser: Browser
  beforeAll(async () => {
    if (engine === 'postgres') postgres = await startPostgres()
    server = await startInProcess(postgres === undefined ? {} : { url: await postgres.createDatabase() })
    expect((await server.browser().call('GET', '/session')).body).toMatchObject({ state: 'setup', user: null })
    browser = await owner(server)
  })
  afterAll(async () => {
    await server.stop()
    await postgres?.stop()
  })

  test('begins with the first account, whose answer holds no token', async () => {
    expect((await browser.call('GET', '/session')).body).toMatchObject({ state: 'signed_in', user: { name: 'owner', role: 'admin' } })
    expect((await browser.call('GET', '/me')).body).toMatchObject({ name: 'owner', by: 'session', scopes: ['admin'], stepUp: 'password' })
    expect((await browser.call('GET', '/tokens')).body.items).toEqual([])
    expect((await server.browser().call('POST', '/setup', { token: server.setupToken, name: 'late', password: PASSWORD })).body.code).toBe('setup_done')
  })

  test('has a cookie that scripts cannot read and other sites do not send; the store knows only its hash', async () => {
    const [cookie = ''] = browser.setCookies
    expect(cookie).toMatch(/^towerflow=[\w-]{43}; Max-Age=604800; Path=\/; HttpOnly; SameSite=Strict$/)
    expect(server.logged()).not.toContain(/=([\w-]{43})/.exec(cookie)?.[1])
  })

  test('is another one at each sign-in, and the one before ends', async () => {
    const before = await signIn(server)
    const old = before.copy()
    await signIn(server, before)
    expect(before.cookie()).not.toBe(old.cookie())
    expect([(await before.call('GET', '/me')).status, (await old.call('GET', '/me')).status]).toEqual([200, 401])
  })

  test('is listed with where it comes from, and revocable: one, all others, all', async () => {
    const [first, second] = [await signIn(server), await signIn(server)]
    const list = (await first.call('GET', '/sessions')).body.items as { id: string; current: boolean; userAgent: string; address: string; method: string }[]
    expect(list.filter((one) => one.current)).toHaveLength(1)
    expect(list[0]).toMatchObject({ userAgent: 'a test browser', address: '127.0.0.1', method: 'password' })
    const itsId = (await second.call('GET', '/session')).body.sessionId as string
    expect((await first.call('DELETE', `/sessions/${itsId}`)).status).toBe(204)
    expect((await second.call('GET', '/me')).status).toBe(401)
    const third = await signIn(server)
    expect((await first.call('DELETE', '/sessions')).body.ended).toBeGreaterThanOrEqual(2)
    expect([(await first.call('GET', '/me')).status, (await third.call('GET', '/me')).status]).toEqual([200, 401])
    await first.call('DELETE', '/sessions?current=true')
    expect((await first.call('GET', '/session')).body.state).toBe('signed_out')
    browser = await signIn(server)
  })

  test('ends with signing out, also for who copied the cookie', async () => {
    const mine = await signIn(server)
    const thief = mine.copy()
    expect((await mine.call('DELETE', '/session')).status).toBe(204)
    expect(mine.cookie()).not.toContain('towerflow=')
    expect((await thief.call('GET', '/me')).status).toBe(401)
  })

  test('ends after 12 hours without use, and after 7 days of use', async () => {
    const idle = await signIn(server)
    const used = await signIn(server)
    server.pass(7 * HOUR)
    expect((await used.call('GET', '/me')).status).toBe(200)
    server.pass(6 * HOUR)
    expect([(await idle.call('GET', '/me')).status, (await used.call('GET', '/me')).status]).toEqual([401, 200])
    for (let hours = 13; hours < 7 * 24; hours += 8) {
      server.pass(8 * HOUR)
      await used.call('GET', '/me')
    }
    expect((await used.call('GET', '/me')).body.code).toBe('unauthenticated')
    browser = await signIn(server)
  })

  test('ends with everything else when its user is disabled, and does not begin', async () => {
    const made = (await browser.call('POST', '/users', { name: 'guest', invite: true })).body
    const guest = server.browser()
    expect((await guest.call('POST', '/invitation/accept', { token: made.invitation.token, password: 'wobbly lantern 88 quay' })).body.state).toBe('signed_in')
    const token = (await guest.call('POST', '/tokens', { scopes: ['read'] })).body.token as string
    const byToken = () => server.browser().call('GET', '/me', undefined, { authorization: `Bearer ${token}`, cookie: null })
    expect((await byToken()).status).toBe(200)
    expect((await browser.call('PATCH', `/users/${made.id as string}`, { disabled: true })).body).toMatchObject({ disabled: true, hasPassword: true })
    expect([(await guest.call('GET', '/me')).status, (await byToken()).status]).toEqual([401, 401])
    expect((await server.browser().call('POST', '/session', { name: 'guest', password: 'wobbly lantern 88 quay' })).body.code).toBe('wrong_credentials')
    await browser.call('PATCH', `/users/${made.id as string}`, { disabled: false })
    expect((await byToken()).status).toBe(200)
  })
})

describe('over https', () => {
  let server: InProcess
  beforeAll(async () => { server = await startInProcess({ settings: { publicUrl: 'https://flow.example' } }) })
  afterAll(() => server.stop())

  test('cookies are Secure and bound to the host by their name', async () => {
    const browser = await owner(server)
    expect(browser.setCookies.length).toBe(2)
    for (const cookie of browser.setCookies) expect(cookie).toMatch(/^__Host-towerflow[\w-]*=[^;]+; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Strict; Secure$/)
  })

  test('a session does not help a page of another address, nor a form without our header', async () => {
    const browser = await signIn(server)
    const from = (headers: Record<string, string | null>) => browser.call('POST', '/webhooks', {}, headers)
    expect((await from({})).status).toBe(201)
    const foreign: readonly Record<string, string | null>[] = [
      { 'x-towerflow': null }, { origin: 'https://evil.example' }, { origin: 'null' }, { origin: 'http://flow.example' },
      { 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }, { origin: 'http://evil.example', host: 'evil.example' },
    ]
    for (const headers of foreign) expect([headers, (await from(headers)).body.code]).toEqual([headers, 'cross_site_request'])
    expect((await server.browser().call('POST', '/session', { name: 'owner', password: PASSWORD }, { origin: 'https://evil.example' })).body.code).toBe('cross_site_request')
    expect((await browser.call('DELETE', '/session', undefined, { 'x-towerflow': null })).status).toBe(403)
    // Reading changes nothing, and other pages cannot read: nobody tells their browsers that they may.
    const read = await browser.call('GET', '/me', undefined, { 'x-towerflow': null, origin: 'https://evil.example' })
    expect([read.status, read.headers.get('access-control-allow-origin')]).toEqual([200, null])
  })
})

describe('an event stream', () => {
  let server: InProcess
  beforeAll(async () => { server = await startInProcess({ hurry: 100 }) })
  afterAll(() => server.stop())

  /** Reads what comes; `ended` when the server ended it. */
  async function listen(browser: Browser, headers: Record<string, string> = {}): Promise<{ text: () => string; ended: Promise<void> }> {
    const response = await fetch(`${server.url}/api/v1/events`, { headers: { cookie: browser.cookie(), ...headers }, signal: AbortSignal.timeout(30_000) })
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8'])
    let text = ''
    const ended = (async () => { for await (const chunk of response.body ?? []) text += Buffer.from(chunk as Uint8Array).toString() })()
    return { text: () => text, ended }
  }
  const tell = (userId: string, n: number) => server.store.journal.commit({ feed: [{ type: 'notice', userId, data: { n } }] })

  test('is opened by a session, resumes where it broke off, is kept alive, and ends with the session', async () => {
    const browser = await owner(server)
    const { user: { id }, sessionId } = (await browser.call('GET', '/session')).body
    const first = await listen(browser)
    await eventually(async () => first.text().includes('welcome'), 'the stream has begun')
    await tell(id, 1)
    await eventually(async () => first.text().includes('"n":1'), 'the event has come')
    await eventually(async () => first.text().split(': still here').length > 3, 'heartbeats')
    const [, lastId = ''] = /^id: (\S+)$/m.exec(first.text()) ?? []
    await tell(id, 2)
    const second = await listen(browser, { 'last-event-id': lastId })
    await eventually(async () => second.text().includes('"n":2'), 'what was missed has come')
    expect(second.text()).not.toContain('"n":1')
    await browser.call('DELETE', `/sessions/${sessionId as string}`)
    await Promise.all([first.ended, second.ended])
    expect((await fetch(`${server.url}/api/v1/events`, { headers: { cookie: browser.cookie() } })).status).toBe(401)
  })

  test('does not outlive a session that runs out, nor one that another process ended', async () => {
    const browser = await signIn(server)
    const { user: { id }, sessionId } = (await browser.call('GET', '/session')).body
    const one = await listen(browser)
    await server.store.sessions.end(id, sessionId)
    await one.ended
    const other = await listen(await signIn(server))
    server.pass(13 * HOUR)
    await other.ended
  })
})

describe('names and passwords', () => {
  let server: InProcess
  let browser: Browser
  beforeAll(async () => {
    server = await startInProcess()
    browser = server.browser()
  })
  afterAll(() => server.stop())

  test('a page under a name that nobody vouched for cannot sign in: it may have been pointed here', async () => {
    const rebound = await browser.call('POST', '/setup', { token: server.setupToken, password: PASSWORD }, { origin: 'http://evil.example:3000', host: 'evil.example:3000' })
    expect(rebound.body.code).toBe('cross_site_request')
  })

  test.each([
    ['short', 'Xk9#mQ2$vL7'], ['of 11 characters that are many bytes', '💰💰💰💰💰💰💰💰💰💰💰'], ['long', 'a1'.repeat(65)], ['repeated', 'abcabcabcabcabc'], ['a row of keys', 'qwertyuiop123'],
    ['common', 'password1234'], ['digits', '123456789012'], ['the product', 'towerflow2026!'], ['the name', 'bartholomew-1'],
  ])('a password that is %s is refused, and the text says so without it', async (_, password) => {
    const answer = await browser.call('POST', '/setup', { token: server.setupToken, name: 'bartholomew', password })
    expect([answer.status, answer.body.code, answer.body.errors[0].path]).toEqual([422, 'weak_password', 'password'])
    expect(answer.text).not.toContain(password)
  })

  test('a good one is taken as it is, to its last character, spaces and all', async () => {
    const password = ` ${'nimbus Ünïcode ferry '.repeat(6)}`.slice(0, 127) + '!'
    expect((await browser.call('POST', '/setup', { token: server.setupToken, name: 'owner', password })).status).toBe(201)
    for (const wrong of [password.trim(), password.slice(0, -1), `${password} `, password.toLowerCase(), password.normalize('NFD')]) {
      expect((await server.browser().call('POST', '/session', { name: 'owner', password: wrong })).status).toBe(401)
      server.pass(MINUTE)
    }
    expect((await browser.call('POST', '/session', { name: 'owner', password })).status).toBe(200)
    const changed = await browser.call('PATCH', '/me', { password: PASSWORD, currentPassword: password })
    expect(changed.status, changed.text).toBe(200)
    expect(server.logged()).not.toContain('nimbus')
  })

  test('are stored as argon2id with OWASP\'s parameters, and hashed anew when those grow', async () => {
    const { id } = (await browser.call('GET', '/me')).body
    expect(await server.store.factors.password(id)).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    const { hash } = await import('@node-rs/argon2')
    await server.store.factors.setPassword(id, await hash(PASSWORD, { memoryCost: 8192, timeCost: 1 }))
    await signIn(server)
    expect(await server.store.factors.password(id)).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  })

  test('changing one needs the one before, and ends the other sessions', async () => {
    const other = await signIn(server)
    expect((await browser.call('PATCH', '/me', { password: 'another ferry quartz 7' })).body.code).toBe('not_confirmed')
    expect((await browser.call('PATCH', '/me', { password: 'another ferry quartz 7', currentPassword: 'no' })).body.code).toBe('not_confirmed')
    expect((await browser.call('PATCH', '/me', { password: 'short', currentPassword: PASSWORD })).body.code).toBe('weak_password')
    expect((await other.call('GET', '/me')).status).toBe(200)
    expect((await browser.call('PATCH', '/me', { password: `${PASSWORD} more`, currentPassword: PASSWORD })).status).toBe(200)
    expect([(await other.call('GET', '/me')).status, (await browser.call('GET', '/me')).status]).toEqual([401, 200])
    await browser.call('PATCH', '/me', { password: PASSWORD, currentPassword: `${PASSWORD} more` })
  })

  test('a wrong name and a wrong password answer the same, and take the same time', async () => {
    server.pass(HOUR)
    const times: Record<string, number[]> = { owner: [], nobody: [] }
    const texts = new Set<string>()
    for (let n = 0; n < 8; n += 1) {
      for (const name of ['owner', 'nobody']) {
        server.pass(2 * MINUTE)
        const begun = performance.now()
        const { text, status } = await server.browser().call('POST', '/session', { name, password: `wrong ${n}` })
        times[name]?.push(performance.now() - begun)
        expect(status).toBe(401)
        texts.add(text)
      }
    }
    expect(texts.size).toBe(1)
    // The hash is what takes time: without it the answer would be there in a fraction of it.
    const fastest = (name: string): number => Math.min(...times[name] ?? [])
    expect(fastest('nobody')).toBeGreaterThan(fastest('owner') / 3)
  })

  test('guessing is slowed down, and the owner comes in all the same with the browser that he used before', async () => {
    server.pass(24 * HOUR)
    const mine = await signIn(server)
    await mine.call('DELETE', '/session')
    const codes: string[] = []
    for (let n = 0; n < 12; n += 1) codes.push((await server.browser().call('POST', '/session', { name: 'owner', password: `guess ${n}` })).body.code)
    expect(codes).toEqual([...Array.from({ length: 10 }, () => 'wrong_credentials'), 'rate_limited', 'rate_limited'])
    // Whether the next guess is right cannot be told.
    expect((await server.browser().call('POST', '/session', { name: 'owner', password: PASSWORD })).body.code).toBe('rate_limited')
    await signIn(server, mine)
    // And nobody is locked out for good.
    server.pass(2 * MINUTE)
    await signIn(server)
  })

  test('many guesses at once are not more guesses', async () => {
    server.pass(24 * HOUR)
    const answers = await Promise.all(Array.from({ length: 30 }, (_, n) => server.browser().call('POST', '/session', { name: 'owner', password: `guess ${n}` })))
    expect(answers.filter(({ body }) => body.code === 'wrong_credentials')).toHaveLength(10)
    server.pass(24 * HOUR)
  })
})
