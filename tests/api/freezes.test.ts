import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { childOf } from '../supervisor/installation.ts'
import { eventually, startInstallation, type Answer, type Installation } from '../installation.ts'

let installation: Installation
/** Of another, ordinary user. */
let other: { token: string; id: string }
beforeAll(async () => {
  // One that stays: a server that is killed comes back where it was.
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => { probe.close(resolve) })
  installation = await startInstallation({ exchanges: ['binance'], env: { TOWERFLOW_PORT: String(port) } })
  await installation.control('binance', 'PUT', '/prices/BTCUSDT', { price: '50000' })
  other = (await installation.call('POST', '/users', { body: { name: 'other' } })).body
})
const following: AbortController[] = []
afterAll(async () => {
  for (const one of following) one.abort()
  await installation.stop()
})

interface Trader { readonly connectionId: string; readonly webhookId: string; readonly botId: string; readonly token: string }

async function trader(token: string): Promise<Trader> {
  const made = await installation.connect('binance', 'spot', await installation.makeKey('binance'), {}, token)
  expect(made.status, made.text).toBe(201)
  const webhook = await installation.call('POST', '/webhooks', { token, body: {} })
  const bot = await installation.call('POST', '/bots', { token, body: {
    webhookId: webhook.body.id, connectionId: made.body.id, symbol: 'BTCUSDT', amount: '100', amountIn: 'quote',
  } })
  expect(bot.status, bot.text).toBe(201)
  return { connectionId: made.body.id, webhookId: webhook.body.id, botId: bot.body.id, token }
}

/** What the one bot made of a signal of that side. */
async function signal({ webhookId, token }: Trader, side: 'BUY' | 'SELL'): Promise<{ outcome: string; code: string; reason: string; orders: { state: string; rejectCode: string | null }[] }> {
  const sent = await installation.call('POST', `/webhooks/${webhookId}/signals`, { token, body: { symbol: 'BTCUSDT', side } })
  expect(sent.status, sent.text).toBe(202)
  return eventually(async () => {
    const [decision] = (await installation.call('GET', `/signals/${sent.body.signalId}`, { token })).body.decisions
    const over = decision?.outcome !== 'order' || decision.orders.every((one: { state: string }) => ['filled', 'failed', 'rejected'].includes(one.state))
    return decision !== undefined && over ? decision : null
  }, 'the decision and its end')
}

const freeze = (body: Record<string, unknown>, token = installation.token): Promise<Answer> => installation.call('POST', '/freeze', { token, body: { reason: 'stop it', ...body } })
const thaw = (body: Record<string, unknown>, token = installation.token): Promise<Answer> => installation.call('POST', '/thaw', { token, body })
const ledger = async (): Promise<number> => (await installation.control('binance', 'GET', '/orders')).body.length
const executor = (): number => childOf(process.pid, 'executor').pid
const tokenWith = async (scope: string, token: string): Promise<string> => (await installation.call('POST', '/tokens', { token, body: { name: scope, scopes: [scope] } })).body.token

/** Follows the events of the administrator; answers what came so far. */
async function listen(): Promise<() => string> {
  const stopped = new AbortController()
  following.push(stopped)
  const stream = await fetch(`${installation.url}/api/v1/events`, { headers: { authorization: `Bearer ${installation.token}` }, signal: stopped.signal })
  let text = ''
  const read = async (): Promise<void> => {
    for await (const bytes of stream.body ?? []) text += Buffer.from(bytes as Uint8Array).toString()
  }
  read().catch(() => undefined)
  return () => text
}

describe('what a freeze does', () => {
  test('of entries: openings are skipped with its reason, closes go through; of all: both are skipped; thawed, both go', async () => {
    const mine = await trader(installation.token)
    expect(await signal(mine, 'BUY')).toMatchObject({ outcome: 'order', orders: [{ state: 'filled' }] })
    const frozen = await freeze({ scope: 'connection', id: mine.connectionId, mode: 'entries' })
    expect([frozen.status, frozen.body]).toEqual([200, {
      scope: 'connection', id: mine.connectionId, name: 'Binance spot', mode: 'entries', reason: 'stop it', at: expect.any(String), by: installation.userId,
    }])
    expect(await signal(mine, 'SELL')).toMatchObject({ outcome: 'order', code: 'close', orders: [{ state: 'filled' }] })
    const before = await ledger()
    expect((await installation.call('GET', '/attention')).body.items).toContainEqual(expect.objectContaining({ kind: 'frozen', connectionId: mine.connectionId }))
    expect(await signal(mine, 'BUY')).toMatchObject({ outcome: 'skipped', code: 'frozen', reason: 'Openings are frozen: stop it', orders: [] })
    expect(await ledger()).toBe(before)
    await thaw({ scope: 'connection', id: mine.connectionId })
    expect(await signal(mine, 'BUY')).toMatchObject({ orders: [{ state: 'filled' }] })
    await freeze({ scope: 'user', mode: 'all' })
    expect(await signal(mine, 'SELL')).toMatchObject({ outcome: 'skipped', code: 'frozen', reason: 'Trading is frozen, closes included: stop it' })
    const closing = await installation.call('POST', `/bots/${mine.botId}/close`, { headers: { 'idempotency-key': 'x' } })
    expect([closing.status, closing.body.code]).toEqual([409, 'frozen'])
    await thaw({ scope: 'user' })
    expect(await signal(mine, 'SELL')).toMatchObject({ orders: [{ state: 'filled' }] })
  })

  test('shows on the connection and in the list, as a notice, and in the audit of the connection', async () => {
    const mine = await trader(installation.token)
    const shown = async (): Promise<Record<string, unknown>> => (await installation.call('GET', `/connections/${mine.connectionId}`)).body
    expect(await shown()).toMatchObject({ status: 'active', freeze: null })
    const told = await listen()
    await freeze({ scope: 'connection', id: mine.connectionId, mode: 'all' })
    expect(await shown()).toMatchObject({ status: 'frozen', freeze: { scope: 'connection', mode: 'all', reason: 'stop it' } })
    expect((await installation.call('GET', '/freezes')).body.items).toMatchObject([{ scope: 'connection', id: mine.connectionId, mode: 'all' }])
    await thaw({ scope: 'connection', id: mine.connectionId, mode: 'all', reason: 'over' })
    expect(await shown()).toMatchObject({ status: 'active', freeze: null })
    const uses = await eventually(async () => {
      const { items } = (await installation.call('GET', `/connections/${mine.connectionId}/audit`)).body
      return items.some((one: { action: string }) => one.action === 'thaw') ? items : null
    }, 'the audit')
    expect(uses).toContainEqual(expect.objectContaining({ action: 'freeze', reason: `connection, by ${installation.userId}: all: stop it` }))
    await eventually(async () => told().includes('"change":"thawed"'), 'the end of the freeze is told')
    expect(told()).toMatch(/event: notice\ndata: {"code":"frozen","scope":"connection",.*"mode":"all","reason":"stop it"/)
    expect(told()).toContain('"change":"frozen"')
  })

  test('outlives kill -9 of the executor, and of the server', async () => {
    const mine = await trader(installation.token)
    await freeze({ scope: 'all', mode: 'entries' })
    for (const name of ['executor', 'server'] as const) {
      const { pid } = childOf(process.pid, name)
      process.kill(pid, 'SIGKILL')
      await eventually(async () => {
        const ready = await installation.call('GET', '/ready').catch(() => null)
        return ready?.status === 200 && childOf(process.pid, name).pid !== pid ? true : null
      }, `another ${name}`)
      expect(await signal(mine, 'BUY')).toMatchObject({ outcome: 'skipped', code: 'frozen' })
    }
    expect((await thaw({ scope: 'all' })).status).toBe(200)
    expect(await signal(mine, 'BUY')).toMatchObject({ orders: [{ state: 'filled' }] })
  })

  test('while the executor does not answer: 503, and this server stops all the same; the executor holds it when it wakes', async () => {
    const mine = await trader(installation.token)
    const pid = executor()
    process.kill(pid, 'SIGSTOP')
    const answer = freeze({ scope: 'connection', id: mine.connectionId, mode: 'entries' })
    // Not after the answer: from the call on.
    await eventually(async () => (await installation.call('GET', `/connections/${mine.connectionId}`)).body.status === 'frozen' || null, 'it shows')
    expect(await signal(mine, 'BUY')).toMatchObject({ outcome: 'skipped', code: 'frozen' })
    const answered = await answer.finally(() => { process.kill(pid, 'SIGCONT') })
    expect([answered.status, answered.body.code, answered.body.detail]).toEqual([503, 'unavailable', expect.stringContaining('not confirmed')])
    await eventually(async () => (await installation.call('GET', '/freezes')).body.items?.some((one: { id: string }) => one.id === mine.connectionId) || null, 'the executor holds it')
    expect((await thaw({ scope: 'connection', id: mine.connectionId })).status).toBe(200)
    expect(await signal(mine, 'BUY')).toMatchObject({ orders: [{ state: 'filled' }] })
  })
})

test('a connection is deleted only together with its tombstone: without an executor it stays, and afterwards it can be deleted', async () => {
  const made = await installation.connect('binance', 'spot', await installation.makeKey('binance'))
  const pid = executor()
  process.kill(pid, 'SIGSTOP')
  const answer = await installation.call('DELETE', `/connections/${made.body.id}`).finally(() => { process.kill(pid, 'SIGCONT') })
  expect([answer.status, answer.body.code]).toEqual([503, 'unavailable'])
  expect((await installation.call('GET', `/connections/${made.body.id}`)).status).toBe(200)
  expect((await installation.call('DELETE', `/connections/${made.body.id}`)).status).toBe(204)
  const tombstones = readFileSync(path.join(installation.dataDir, 'safeguards', 'state.log'), 'utf8')
  expect(tombstones).toContain(`"set":"gone","connectionId":"${made.body.id}"`)
})

describe('who may', () => {
  test('freeze needs the scope trade, thaw the scope admin', async () => {
    const trade = await tokenWith('trade', other.token)
    expect((await freeze({ scope: 'user', mode: 'entries' }, await tokenWith('read', other.token))).status).toBe(403)
    expect((await freeze({ scope: 'user', mode: 'entries' }, trade)).status).toBe(200)
    expect((await thaw({ scope: 'user' }, trade)).status).toBe(403)
    expect((await thaw({ scope: 'user' }, other.token)).status).toBe(200)
  })

  test('everything is an administrator\'s to stop, and another user\'s things are not found', async () => {
    const mine = await trader(installation.token)
    const codes = async (answer: Promise<Answer>): Promise<unknown[]> => [(await answer).status, (await answer).body.code]
    expect(await codes(freeze({ scope: 'all', mode: 'entries' }, other.token))).toEqual([403, 'forbidden'])
    expect(await codes(thaw({ scope: 'all' }, other.token))).toEqual([403, 'forbidden'])
    expect(await codes(freeze({ scope: 'connection', id: mine.connectionId, mode: 'all' }, other.token))).toEqual([404, 'not_found'])
    expect(await codes(freeze({ scope: 'user', id: installation.userId, mode: 'all' }, other.token))).toEqual([404, 'not_found'])
    expect(await codes(thaw({ scope: 'user', id: installation.userId }, other.token))).toEqual([404, 'not_found'])
    expect((await installation.call('GET', '/freezes')).body.items).toEqual([])
  })

  test('what an administrator froze nobody else thaws, by freezing it once more neither', async () => {
    const his = await trader(other.token)
    expect((await freeze({ scope: 'connection', id: his.connectionId, mode: 'entries' })).status).toBe(200)
    expect((await freeze({ scope: 'user', id: other.id, mode: 'entries' })).status).toBe(200)
    expect((await freeze({ scope: 'user', mode: 'entries' }, other.token)).status).toBe(200)
    for (const body of [{ scope: 'user' }, { scope: 'connection', id: his.connectionId }]) {
      const refused = await thaw(body, other.token)
      expect([refused.status, refused.body.code]).toEqual([403, 'forbidden'])
    }
    expect((await installation.call('GET', '/freezes', { token: other.token })).body.items).toHaveLength(2)
    expect((await thaw({ scope: 'user', id: other.id })).status).toBe(200)
    expect((await thaw({ scope: 'connection', id: his.connectionId })).status).toBe(200)
  })

  test('sees his own freezes and everybody\'s, an administrator all of them, page by page', async () => {
    const mine = await trader(installation.token)
    await freeze({ scope: 'connection', id: mine.connectionId, mode: 'entries' })
    await freeze({ scope: 'user', mode: 'entries' }, other.token)
    const all = (await installation.call('GET', '/freezes')).body.items
    expect(all.map((one: { scope: string; name: string }) => one.scope).sort()).toEqual(['connection', 'user'])
    const first = (await installation.call('GET', '/freezes?limit=1')).body
    const second = (await installation.call('GET', `/freezes?limit=1&cursor=${first.next}`)).body
    expect([...first.items, ...second.items]).toEqual(all)
    expect(second.next).toBeNull()
    expect((await installation.call('GET', '/freezes', { token: other.token })).body.items).toMatchObject([{ scope: 'user', id: other.id, name: 'other' }])
    await thaw({ scope: 'user' }, other.token)
    await thaw({ scope: 'connection', id: mine.connectionId })
  })
})

test('an entry above a cap fails visibly and is not tried again; a close goes; only the scope admin sets caps, on own connections', async () => {
  const mine = await trader(installation.token)
  const path = `/connections/${mine.connectionId}/caps`
  const none = { ordersPerMinute: null, notionalPerOrder: null, notionalPerDay: null }
  expect((await installation.call('GET', path)).body).toEqual({ ...none, ceiling: none })
  const caps = { ordersPerMinute: 1, notionalPerOrder: '150', notionalPerDay: null }
  expect((await installation.call('PUT', path, { body: caps, token: await tokenWith('trade', installation.token) })).status).toBe(403)
  expect((await installation.call('PUT', path, { body: caps, token: other.token })).status).toBe(404)
  expect((await installation.call('PUT', path, { body: { ...caps, ordersPerMinute: 0 } })).body.errors).toMatchObject([{ path: 'ordersPerMinute' }])
  expect((await installation.call('PUT', path, { body: caps })).body).toEqual({ ...caps, ceiling: none })
  expect(await signal(mine, 'BUY')).toMatchObject({ orders: [{ state: 'filled' }] })
  expect(await signal(mine, 'SELL')).toMatchObject({ orders: [{ state: 'filled' }] })
  const before = await ledger()
  expect(await signal(mine, 'BUY')).toMatchObject({ orders: [{ state: 'failed', rejectCode: 'cap_exceeded', rejectText: expect.stringContaining('1 entries a minute') }] })
  expect(await ledger()).toBe(before)
})

test('what is wrong is named', async () => {
  for (const [body, path] of [
    [{ scope: 'all', id: 'x', mode: 'all' }, 'id'], [{ scope: 'connection', mode: 'all' }, 'id'], [{ scope: 'all', mode: 'most' }, 'mode'],
    [{ scope: 'all' }, 'mode'], [{ scope: 'all', mode: 'all', reason: 'two\nlines' }, 'reason'],
  ] as const) {
    const answer = await freeze(body)
    expect([answer.status, answer.body.errors?.[0]?.path], JSON.stringify(body)).toEqual([400, path])
  }
  const nothing = await thaw({ scope: 'all' })
  expect([nothing.status, nothing.body.code]).toEqual([404, 'not_found'])
})
