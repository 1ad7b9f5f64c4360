import { createConnection } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually, startInstallation, type Answer, type Installation } from '../installation.ts'

let installation: Installation
let other: string

beforeAll(async () => {
  // 127.0.0.1 is this test's own address: as a trusted proxy it may name any sender.
  installation = await startInstallation({ env: { TOWERFLOW_TRUSTED_PROXIES: '127.0.0.1' } })
  other = (await installation.call('POST', '/users', { body: { name: 'other' } })).body.token
})
afterAll(() => installation.stop())

interface Hook { readonly id: string; readonly hash: string; readonly key?: string; readonly url: string }

async function webhook(body: object = {}): Promise<Hook> {
  const made = await installation.call('POST', '/webhooks', { body })
  expect(made.status, made.text).toBe(201)
  return made.body as Hook
}
const deliver = (hash: string, raw: string | Uint8Array, headers: Record<string, string> = {}): Promise<Answer> =>
  installation.call('POST', `/hooks/${hash}`, { raw, headers, token: null })
const SIGNAL = '{"symbol":"BTCUSDT","side":"BUY"}'
const rejections = async (id: string): Promise<Record<string, string>[]> => (await installation.call(
  'GET', `/webhooks/${id}/rejections`,
)).body.items

describe('a delivery', () => {
  test('is accepted whatever its content type says, and once only', async () => {
    const { hash } = await webhook()
    const seen = new Set<string>()
    for (const type of [
      'application/json', 'text/plain; charset=utf-8', 'application/x-www-form-urlencoded', 'nonsense', ';;;',
      'multipart/form-data',
    ]) {
      const answer = await deliver(hash, SIGNAL, { 'content-type': type })
      expect([type, answer.status]).toEqual([type, 202])
      expect(answer.body).toEqual({ signalId: expect.any(String), duplicate: seen.size > 0 })
      expect(answer.headers.get('x-request-id')).toMatch(/^[\w-]+$/)
      seen.add(answer.body.signalId as string)
    }
    expect(seen.size).toBe(1)
    const bom = await deliver(hash, Buffer.from(`\ufeff${SIGNAL}\n`))
    expect(bom.status).toBe(202)
  })

  test('without a content type at all is accepted', async () => {
    const { hash } = await webhook()
    const { port } = new URL(installation.url)
    const text = await new Promise<string>((resolve, reject) => {
      const socket = createConnection(Number(port), '127.0.0.1', () => {
        socket.end(
          `POST /api/v1/hooks/${hash} HTTP/1.1\r\nhost: x\r\ncontent-length: ${SIGNAL.length}\r\nconnection: close\r\n\r\n${SIGNAL}`,
        )
      })
      let answer = ''
      socket.on(
        'data', (bytes) => { answer += bytes.toString() },
      ).on('end', () => { resolve(answer) }).on('error', reject)
    })
    expect(text).toContain('HTTP/1.1 202')
  })

  test('to an unknown address is 404, and too many of them from one sender 429; others are not hindered', async () => {
    const { hash } = await webhook()
    const from = { 'x-forwarded-for': '203.0.113.7' }
    const codes: string[] = []
    for (let n = 0; n < 30; n += 1) codes.push((await deliver(`unknown-hash-number-${n}`, SIGNAL, from)).body.code)
    expect(codes[0]).toBe('unknown_webhook')
    expect(codes.at(-1)).toBe('rate_limited')
    expect((await deliver(hash, SIGNAL, from)).status).toBe(202)
    expect(
      (await deliver('unknown-hash-of-another', SIGNAL, { 'x-forwarded-for': '203.0.113.8' })).body.code,
    ).toBe('unknown_webhook')
  })

  test('from a sender that is not allowed is 403; forwarded addresses count only behind a trusted proxy', async () => {
    const { hash, id } = await webhook({ allowedSenders: ['198.51.100.0/24'] })
    expect((await deliver(hash, SIGNAL)).body.code).toBe('sender_not_allowed')
    expect((await deliver(hash, SIGNAL, { 'x-forwarded-for': '203.0.113.1' })).body.code).toBe('sender_not_allowed')
    expect(
      (await deliver(hash, SIGNAL, { 'x-forwarded-for': '198.51.100.9, 203.0.113.1' })).body.code,
    ).toBe('sender_not_allowed')
    expect((await deliver(hash, SIGNAL, { 'x-forwarded-for': '203.0.113.1, 198.51.100.9' })).status).toBe(202)
    expect(
      (await installation.call('PATCH', `/webhooks/${id}`, { body: { allowedSenders: 'tradingview' } })).status,
    ).toBe(200)
    expect((await deliver(hash, SIGNAL, { 'x-forwarded-for': '52.89.214.238' })).status).toBe(202)
    expect((await rejections(id)).map(({ code, sender }) => `${code} ${sender}`)).toContain(
      'sender_not_allowed 203.0.113.1',
    )
  })

  test('to a paused webhook is 409, to a resumed one accepted at once', async () => {
    const { hash, id } = await webhook()
    await installation.call('PATCH', `/webhooks/${id}`, { body: { paused: true } })
    expect((await deliver(hash, SIGNAL)).body.code).toBe('webhook_paused')
    await installation.call('PATCH', `/webhooks/${id}`, { body: { paused: false } })
    expect((await deliver(hash, SIGNAL)).status).toBe(202)
  })

  test('that is no signal is 400 and says why without quoting it', async () => {
    const { hash } = await webhook()
    for (const body of [
      '', 'hunter2', '{"symbol":"BTCUSDT"}', '{"symbol":"BTCUSDT","side":"hunter2"}', '[]',
      '{"symbol":"BTCUSDT","side":"BUY","flag":"hunter2"}', '{"symbol":"B","side":"BUY","size":"-1"}',
    ]) {
      const answer = await deliver(hash, body)
      expect([body, answer.status, answer.body.code]).toEqual([body, 400, 'invalid_payload'])
      expect(answer.headers.get('content-type')).toContain('application/problem+json')
      expect(answer.body.errors.length).toBeGreaterThan(0)
      expect(answer.text).not.toContain('hunter2')
    }
  })

  test('with a wrong or no key is 401, after many from one sender 429; the right key passes all the same', async () => {
    const { hash, key = '', id } = await webhook({ key: true })
    expect(key).toMatch(/^[\w-]{32}$/)
    const from = { 'x-forwarded-for': '203.0.113.9' }
    const keyed = (given: string): string => JSON.stringify({ symbol: 'BTCUSDT', side: 'BUY', key: given })
    expect((await deliver(hash, SIGNAL, from)).body.code).toBe('wrong_key')
    const codes: string[] = []
    for (let n = 0; n < 30; n += 1) codes.push((await deliver(hash, keyed(`guess-number-${n}`), from)).body.code)
    expect(codes[0]).toBe('wrong_key')
    expect(codes.at(-1)).toBe('rate_limited')
    const accepted = await deliver(hash, keyed(key), from)
    expect(accepted.status).toBe(202)
    const stored = await installation.call('GET', `/signals/${accepted.body.signalId as string}`)
    expect(stored.text).not.toContain(key)
    expect(JSON.stringify(await rejections(id))).not.toContain('guess-number')
    expect((await installation.call('GET', `/webhooks/${id}`)).text).not.toContain(key)
  })

  test('above the webhook\'s own limit is 503, so that the sender tries again', async () => {
    const { hash } = await webhook({ rateLimit: { perSecond: 0.1, burst: 2 }, duplicateWindowSeconds: 0 })
    const answers = [await deliver(hash, SIGNAL), await deliver(hash, SIGNAL), await deliver(hash, SIGNAL)]
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 503])
    expect(answers[2]?.body.code).toBe('not_stored')
    expect(answers[2]?.headers.get('retry-after')).toBe('1')
  })

  test('larger than 64 KB is 413, and noted', async () => {
    const { hash, id } = await webhook()
    const answer = await deliver(hash, JSON.stringify({ symbol: 'BTCUSDT', side: 'BUY', debug: 'x'.repeat(70_000) }))
    expect([answer.status, answer.body.code]).toEqual([413, 'body_too_large'])
    expect((await rejections(id))[0]).toMatchObject({ code: 'body_too_large' })
  })
})

describe('bad deliveries in a flood', () => {
  const from = (address: string) => ({ 'x-forwarded-for': address })
  const HOSTILE = [
    `x${'key-'.repeat(16_000)}`, `{"symbol":"A","side":"BUY","x${'1'.repeat(64_000)}x":1}`, 'key '.repeat(16_000), '[['.repeat(30_000),
    `{"symbol":"A","side":"BUY","size":"${'1 '.repeat(30_000)}"}`, `{"key":"${'a'.repeat(30_000)}","debug":"${'a'.repeat(30_000)}"}`,
  ]

  test('do not keep another webhook from answering', async () => {
    const [bad, closed, good] = [await webhook(), await webhook({ key: true, allowedSenders: 'tradingview' }), await webhook({ duplicateWindowSeconds: 0 })]
    const flood = [bad.hash, closed.hash].flatMap((hash) => HOSTILE.flatMap((body) => [0, 1, 2, 3].map(() => deliver(hash, body, from('203.0.113.9')))))
    const waited: number[] = []
    for (let turn = 0; turn < 5; turn += 1) {
      const began = performance.now()
      expect((await deliver(good.hash, SIGNAL)).status).toBe(202)
      waited.push(performance.now() - began)
    }
    expect((await Promise.all(flood)).map(({ status }) => status).filter((status) => status !== 400 && status !== 403 && status !== 202)).toEqual([])
    expect(Math.max(...waited)).toBeLessThan(3000)
  })

  test('are noted so often from one address: then those of another are told all the same', async () => {
    const { hash, id } = await webhook()
    for (let turn = 0; turn < 25; turn += 1) await Promise.all(Array.from({ length: 10 }, () => deliver(hash, 'bad', from('203.0.113.21'))))
    for (let turn = 0; turn < 30; turn += 1) await deliver(hash, '{"symbol":"B","side":"last"}', from('203.0.113.22'))
    for (let turn = 0; turn < 5; turn += 1) await Promise.all(Array.from({ length: 10 }, () => deliver(hash, 'bad', from('203.0.113.21'))))
    const senders = (await rejections(id)).map(({ sender }) => sender)
    expect(senders.filter((sender) => sender === '203.0.113.22').length).toBe(30)
    expect(senders.slice(0, 30).filter((sender) => sender === '203.0.113.22').length).toBeGreaterThan(15)
  })

  test('of somebody who may not send leave nothing of what they wrote', async () => {
    const { hash, id } = await webhook({ allowedSenders: 'tradingview' })
    await deliver(hash, '{"symbol":"made by a stranger"}', from('203.0.113.30'))
    expect((await rejections(id))[0]).toMatchObject({ code: 'sender_not_allowed', body: '' })
  })
})

describe('a webhook', () => {
  test('that was rotated answers at its new address only, and its new key is shown once', async () => {
    const before = await webhook({ key: true })
    const after = (await installation.call(
      'POST', `/webhooks/${before.id}/rotate`, { body: { hash: true, key: true } },
    )).body as Hook
    expect(after.hash).not.toBe(before.hash)
    expect((await deliver(before.hash, SIGNAL)).body.code).toBe('unknown_webhook')
    expect(
      (await deliver(after.hash, JSON.stringify({ symbol: 'X', side: 'BUY', key: before.key }))).body.code,
    ).toBe('wrong_key')
    expect((await deliver(after.hash, JSON.stringify({ symbol: 'X', side: 'BUY', key: after.key }))).status).toBe(202)
    expect((await installation.call('GET', `/webhooks/${before.id}`)).body.key).toBeUndefined()
    expect(after.url).toBe(`${installation.url}/api/v1/hooks/${after.hash}`)
  })

  test('that was deleted answers no more', async () => {
    const { id, hash } = await webhook()
    expect((await deliver(hash, SIGNAL)).status).toBe(202)
    expect((await installation.call('DELETE', `/webhooks/${id}`)).status).toBe(204)
    expect((await deliver(hash, SIGNAL)).body.code).toBe('unknown_webhook')
  })

  test('keeps its last 100 rejections, newest first', async () => {
    const { id, hash } = await webhook()
    for (let n = 0; n < 105; n += 1) await deliver(hash, `{"n":${n}}`)
    const items = await eventually(async () => {
      const found = await rejections(id)
      return found[0]?.['body']?.includes('104') === true && found
    }, 'the last rejection is noted')
    expect(items).toHaveLength(100)
    expect(items[99]?.['body']).toContain('"n":5')
  })

  test('of somebody else is not there, until it is shared; then only name, description, and symbol, side, time of signals', async () => {
    const { id, hash } = await webhook({ name: 'Trend', description: 'daily', key: false })
    const { signalId } = (await deliver(
      hash, '{"symbol":"BTCUSDT","side":"BUY","size":"12345","id":"label-x","debug":"inner"}',
    )).body
    expect((await installation.call('GET', `/webhooks/${id}`, { token: other })).status).toBe(404)
    expect((await installation.call('GET', `/signals/${signalId as string}`, { token: other })).status).toBe(404)

    const shared = await installation.call('POST', `/webhooks/${id}/shares`, { body: { userName: 'other' } })
    expect(shared.status, shared.text).toBe(201)
    const seen = await installation.call('GET', `/webhooks/${id}`, { token: other })
    expect(seen.body).toMatchObject({
      name: 'Trend', description: 'daily', access: 'shared', url: null, hash: null, keyProtected: null,
    })
    expect(seen.text).not.toContain(hash)
    const signal = await installation.call('GET', `/signals/${signalId as string}`, { token: other })
    expect(signal.body).toMatchObject({
      symbol: 'BTCUSDT', side: 'BUY', size: null, label: null, payload: null, decisions: [],
    })
    expect(signal.text).not.toMatch(/12345|label-x|inner/)
    // Nor is what is not shown told by a filter.
    const listed = async (query: string) => (await installation.call('GET', `/signals?webhookId=${id}${query}`, { token: other })).body.items.length as number
    expect([await listed(''), await listed('&symbol=BTCUSDT'), await listed('&label=label-x')]).toEqual([1, 1, 0])
    for (const [method, path] of [['PATCH', ''], ['DELETE', ''], ['GET', '/rejections'], ['GET', '/shares']] as const) {
      expect(
        (await installation.call(
          method, `/webhooks/${id}${path}`, { token: other, ...(method === 'PATCH' ? { body: {} } : {}) },
        )).status,
        `${method} ${path}`,
      ).toBe(404)
    }
    expect((await installation.call('POST', `/webhooks/${id}/signals`, { token: other, raw: SIGNAL })).status).toBe(404)

    expect((await installation.call('DELETE', `/webhooks/${id}/shares/${shared.body.id as string}`)).status).toBe(204)
    expect((await installation.call('GET', `/webhooks/${id}`, { token: other })).status).toBe(404)
  })

  test('takes manual signals of its owner, once per Idempotency-Key', async () => {
    const { id } = await webhook()
    const send = (raw: string, key: string): Promise<Answer> => installation.call(
      'POST', `/webhooks/${id}/signals`, { raw, headers: { 'idempotency-key': key } },
    )
    const first = await send(SIGNAL, 'one')
    const again = await send(SIGNAL, 'one')
    expect([first.status, again.status]).toEqual([202, 202])
    expect(again.body).toEqual({ signalId: first.body.signalId, duplicate: true })
    expect((await send(SIGNAL, 'two')).body.duplicate).toBe(false)
    const reused = await send('{"symbol":"BTCUSDT","side":"SELL"}', 'one')
    expect([reused.status, reused.body.code]).toEqual([409, 'idempotency_key_reused'])
  })
})
