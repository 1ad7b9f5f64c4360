import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startInstallation, type Installation, type Key } from '../installation.ts'

let installation: Installation
let other: string

beforeAll(async () => {
  installation = await startInstallation({ exchanges: ['binance', 'alpaca'] })
  await installation.control('binance', 'PUT', '/prices/BTCUSDT', { price: '50000' })
  other = (await installation.call('POST', '/users', { body: { name: 'other' } })).body.token
})
afterAll(() => installation.stop())

async function connected(name?: string): Promise<{ id: string; key: Key }> {
  const key = await installation.makeKey('binance')
  const made = await installation.connect('binance', 'spot', key, name === undefined ? {} : { name })
  expect(made.status, made.text).toBe(201)
  return { id: made.body.id as string, key }
}

describe('connecting a key', () => {
  test('a key that works is kept, with a readable unique name and its scope matrix', async () => {
    const first = await installation.connect('binance', 'spot', await installation.makeKey('binance'))
    const second = await installation.connect('binance', 'spot', await installation.makeKey('binance'), { name: '  ' })
    expect(first.body).toMatchObject({
      name: 'Binance spot', exchange: 'binance', market: 'spot', status: 'active', bots: [],
    })
    expect(second.body.name).toBe('Binance spot 2')
    expect(first.body.checks.length).toBeGreaterThan(0)
    expect(first.body.fingerprint).not.toBe(second.body.fingerprint)
  })

  test('two connections made at once without a name get two names', async () => {
    const keys = [
      await installation.makeKey('binance'), await installation.makeKey('binance'),
      await installation.makeKey('binance'),
    ]
    const made = await Promise.all(keys.map((key) => installation.connect('binance', 'futures', key)))
    expect(made.map(({ status }) => status)).toEqual([201, 201, 201])
    expect(new Set(made.map(({ body }) => body.name)).size).toBe(3)
  })

  test('the same key is refused a second time, on another user\'s account too, without telling whose it is', async () => {
    const { key } = await connected()
    const again = await installation.connect('binance', 'spot', key)
    const elsewhere = await installation.connect('binance', 'spot', key, {}, other)
    expect([again.status, again.body.code]).toEqual([409, 'duplicate_connection'])
    expect([elsewhere.status, elsewhere.body.code]).toEqual([409, 'duplicate_connection'])
    expect(elsewhere.text).not.toContain('admin')
    expect(elsewhere.text).not.toContain(installation.userId)
  })

  test('the same key serves spot and futures as two connections', async () => {
    const { key } = await connected()
    expect((await installation.connect('binance', 'futures', key)).status).toBe(201)
  })

  test('a name that is taken is refused before the exchange is asked', async () => {
    await connected('Mine')
    const before = (await installation.control('binance', 'GET', '/requests')).text
    const again = await installation.connect('binance', 'spot', await installation.makeKey('binance'), { name: 'Mine' })
    expect([again.status, again.body.code]).toEqual([409, 'duplicate_name'])
    expect((await installation.control('binance', 'GET', '/requests')).text).toBe(before)
  })

  test('plaintext credentials are refused where the setting does not allow them', async () => {
    const key = await installation.makeKey('binance')
    const answer = await installation.call(
      'POST', '/connections', { body: { exchange: 'binance', market: 'spot', credentials: key } },
    )
    expect([answer.status, answer.body.code]).toEqual([403, 'plaintext_not_allowed'])
  })

  test('a refused key answers what was found out about it and is not kept', async () => {
    const key = await installation.makeKey('binance', { permissions: ['read', 'spot', 'withdraw'] })
    const count = (await installation.call('GET', '/connections?limit=200')).body.items.length
    const answer = await installation.connect('binance', 'spot', key)
    expect([answer.status, answer.body.code]).toEqual([422, 'withdraw_permission'])
    expect(answer.body.checks.some((check: { result: string }) => check.result === 'fail')).toBe(true)
    expect((await installation.call('GET', '/connections?limit=200')).body.items).toHaveLength(count)
  })

  test('no credential is in an answer or a log', async () => {
    const { key } = await connected()
    const bad = { apiKey: key.apiKey, secret: 'f'.repeat(64) }
    const answers = [
      await installation.connect('binance', 'spot', bad), await installation.call('GET', '/connections?limit=200'),
    ]
    for (const secret of [key.apiKey, key.secret, bad.secret]) {
      for (const answer of answers) expect(answer.text).not.toContain(secret)
      expect(installation.logged()).not.toContain(secret)
    }
  })
})

describe('a connection that is kept', () => {
  test('is never edited: not by PUT, not by PATCH, whatever the body, for unknown ids too', async () => {
    const { id } = await connected()
    for (const method of ['PUT', 'PATCH']) {
      for (const path of [`/connections/${id}`, '/connections/unknown', '/connections/%00']) {
        for (const body of [
          { body: { name: 'x' } }, { raw: '{broken' }, { raw: 'x', headers: { 'content-type': 'text/weird' } }, {},
        ]) {
          const answer = await installation.call(method, path, body)
          expect([method, path, answer.status, answer.body.code]).toEqual([method, path, 405, 'connection_immutable'])
          expect(answer.headers.get('allow')).toBe('GET, HEAD, DELETE')
        }
      }
    }
    expect((await installation.call('PUT', `/connections/${id}`, { token: null, body: {} })).status).toBe(401)
  })

  test('is not there for another user, by any route', async () => {
    const { id } = await connected()
    for (const [method, path] of [['GET', ''], ['POST', '/check'], ['GET', '/audit'], ['DELETE', '']] as const) {
      const answer = await installation.call(method, `/connections/${id}${path}`, { token: other })
      expect([path, answer.status, answer.body.code]).toEqual([path, 404, 'not_found'])
    }
    const relink = await installation.call('POST', `/connections/${id}/relink`, { token: other, body: { to: id } })
    expect(relink.status).toBe(404)
  })

  test('is checked again on demand, and becomes unhealthy only by a definite refusal', async () => {
    const { id, key } = await connected()
    await installation.control(
      'binance', 'POST', '/faults',
      { fault: 'status', status: 503, times: 20, path: '/sapi/v1/account/apiRestrictions' },
    )
    const unanswered = await installation.call('POST', `/connections/${id}/check`)
    expect([unanswered.status, unanswered.body.code]).toEqual([502, 'exchange_unreachable'])
    await installation.control('binance', 'DELETE', '/faults')
    expect((await installation.call('GET', `/connections/${id}`)).body.status).toBe('active')

    await installation.control(
      'binance', 'POST', '/accounts', { ...key, permissions: ['read', 'spot', 'withdraw'], balances: {} },
    )
    const refused = await installation.call('POST', `/connections/${id}/check`)
    expect([refused.status, refused.body.status]).toEqual([200, 'unhealthy'])
    expect(refused.body.statusDetail).toContain('withdraw_permission')
    await installation.control('binance', 'POST', '/accounts', { ...key, permissions: ['read', 'spot'], balances: {} })
    expect((await installation.call('POST', `/connections/${id}/check`)).body.status).toBe('active')
  })

  test('shows every use of its key', async () => {
    const { id } = await connected()
    await installation.call('POST', `/connections/${id}/check`)
    await expect.poll(async () => (await installation.call(
      'GET', `/connections/${id}/audit`,
    )).body.items.length).toBeGreaterThan(0)
    const { items } = (await installation.call('GET', `/connections/${id}/audit`)).body
    expect(items[0]).toMatchObject({ connectionId: id, action: 'check' })
  })

  test('is deleted only when no bot uses it; then it is gone and its key can be connected again', async () => {
    const { id, key } = await connected()
    const webhook = (await installation.call('POST', '/webhooks', { body: {} })).body
    const bot = await installation.call(
      'POST', '/bots',
      { body: { webhookId: webhook.id, connectionId: id, symbol: 'BTCUSDT', amount: '100', amountIn: 'quote' } },
    )
    expect(bot.status, bot.text).toBe(201)
    const refused = await installation.call('DELETE', `/connections/${id}`)
    expect([refused.status, refused.body.code, refused.body.bots]).toEqual([
      409, 'connection_in_use', [{ id: bot.body.id, name: 'BTCUSDT' }],
    ])
    expect(
      (await installation.call('PATCH', `/bots/${bot.body.id}`, { body: { connectionId: null } })).body.connectionId,
    ).toBeNull()
    expect((await installation.call('DELETE', `/connections/${id}`)).status).toBe(204)
    expect((await installation.call('GET', `/connections/${id}`)).status).toBe(404)
    expect((await installation.connect('binance', 'spot', key)).status).toBe(201)
  })
})

describe('the audit', () => {
  const verify = async (): Promise<Record<string, unknown>> => (await installation.call('POST', '/audit/verify')).body

  test('compares with its copy, and shows what was changed, cut off or added', async () => {
    await connected()
    expect(await verify()).toMatchObject({ ok: true, problems: [] })
    const file = path.join(installation.dataDir, 'audit.log')
    const whole = readFileSync(file, 'utf8')
    await expect.poll(async () => (await verify())['missing']).toBe(0)

    const lines = whole.trimEnd().split('\n')
    const changed = lines.with(2, (lines[2] ?? '').replace(/"userId":"[^"]+"/, '"userId":"somebody"'))
    writeFileSync(file, `${changed.join('\n')}\n`)
    expect(await verify()).toMatchObject({ ok: false, entries: 2, problems: [{ seq: 3 }] })

    writeFileSync(file, `${lines.slice(0, -2).join('\n')}\n`)
    const cut = await verify()
    expect(cut['ok']).toBe(false)
    expect(JSON.stringify(cut['problems'])).toContain('ends before an entry that the copy has')

    writeFileSync(file, whole)
    expect(await verify()).toMatchObject({ ok: true })
  })

  test('is whole in its copy: every line of the file can be made from it', async () => {
    const { id } = await connected()
    const webhook = (await installation.call('POST', '/webhooks', { body: {} })).body
    const bot = { webhookId: webhook.id, connectionId: id, symbol: 'BTCUSDT', amount: '100', amountIn: 'quote' }
    expect((await installation.call('POST', '/bots', { body: bot })).status).toBe(201)
    expect((await fetch(webhook.url, { method: 'POST', body: '{"symbol":"BTCUSDT","side":"buy"}' })).status).toBe(202)
    await expect.poll(async () => (await installation.call('GET', '/orders')).body.items[0]?.state).toBe('filled')
    await expect.poll(async () => (await verify())['missing']).toBe(0)
    const file = readFileSync(path.join(installation.dataDir, 'audit.log'), 'utf8').trimEnd().split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(file.some((entry) => 'sent' in entry)).toBe(true)
    const database = new DatabaseSync(path.join(installation.dataDir, 'towerflow.db'), { readOnly: true })
    const rows = database.prepare('select * from key_uses order by seq').all()
    database.close()
    const copied = rows.map((row, index) => ({
      seq: row['seq'], at: new Date(Number(row['at'])).toISOString(), prev: index === 0 ? file[0]?.['prev'] : rows[index - 1]?.['hash'],
      event: row['event'], connectionId: row['connection_id'], userId: row['user_id'], orderId: row['order_id'], botId: row['bot_id'],
      signalId: row['signal_id'], of: row['of_seq'], outcome: row['outcome'], reason: row['reason'],
      ...JSON.parse(String(row['entry'])) as object, hash: row['hash'],
    }))
    const named = (entry: object): object => Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== null))
    expect(copied.map(named)).toEqual(file.map(named))
  })
})
