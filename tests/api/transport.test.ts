import { mkdtempSync, rmSync } from 'node:fs'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '#clock'
import { createExecution } from '#execution'
import { connectExecutor } from '#executor-client'
import { createLog } from '#log'
import { createServer, fileFactorKey, openSetup } from '#server'
import { openStore } from '#store'

// A server in this process, on a real store, with no executor behind its socket.

let base: string
let stop: () => Promise<void>
let setupToken: string
let logged = ''

beforeAll(async () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'towerflow-transport-'))
  const clock = systemClock
  const log = createLog({ level: 'debug', process: 'test', to: { write: (line) => { logged += line } } })
  const store = await openStore({ clock, log, dataDir })
  const { key } = await store.meta.installation()
  const executor = connectExecutor(path.join(dataDir, 'none.sock'), clock)
  const execution = createExecution({
    clock, journal: store.journal, executor, log, installationKey: key, botRow: async () => null,
    connectionRow: async () => null, savePositionMode: async () => undefined,
  })
  setupToken = await openSetup(store, clock) ?? ''
  const server = await createServer(
    {
      store, execution, executor, clock, log, auditFile: path.join(dataDir, 'audit.log'),
      webFolder: path.join(dataDir, 'web'), factorKey: fileFactorKey(path.join(dataDir, 'factors.key'), clock),
      settings: { publicUrl: 'https://flow.example', allowPlaintextCredentials: true, trustedProxies: [] },
    },
    { requestTimeoutMs: 300 },
  )
  base = await server.listen({ host: '127.0.0.1', port: 0 })
  stop = async () => {
    await server.close()
    executor.close()
    await store.close()
    rmSync(dataDir, { recursive: true, force: true })
  }
})
afterAll(() => stop())

async function call(
  method: string, route: string, options: { body?: string | Uint8Array; headers?: Record<string, string> } = {},
): Promise<{ status: number; headers: Headers; body: Record<string, unknown> }> {
  const response = await fetch(
    base + route,
    {
      method, ...(options.headers === undefined ? {} : { headers: options.headers }),
      ...(options.body === undefined ? {} : { body: options.body as NonNullable<RequestInit['body']> }),
    },
  )
  const text = await response.text()
  return {
    status: response.status, headers: response.headers,
    body: text === '' ? {} : JSON.parse(text) as Record<string, unknown>,
  }
}

/** Sends these bytes and reads to the end. */
const bare = (text: string): Promise<string> => new Promise((resolve, reject) => {
  const socket = createConnection(Number(new URL(base).port), '127.0.0.1', () => { socket.write(text) })
  let answer = ''
  socket.on(
    'data', (bytes) => { answer += bytes.toString() },
  ).on('close', () => { resolve(answer) }).on('error', reject)
})

const isProblem = (answer: {
  status: number
  headers: Headers
  body: Record<string, unknown>
}, status: number, code: string): void => {
  expect([answer.status, answer.body['code'], answer.body['status']]).toEqual([status, code, status])
  expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
  expect(answer.headers.get('x-request-id')).toMatch(/^[\w-]+$/)
  expect(answer.body).toMatchObject({
    type: `urn:towerflow:problem:${code}`, title: expect.any(String), detail: expect.any(String),
  })
}

describe('whatever goes wrong below the routes is a problem too', () => {
  const json = { 'content-type': 'application/json' }

  test('an unknown path is 404, a known one with another method 405 with Allow', async () => {
    isProblem(await call('GET', '/nothing'), 404, 'not_found')
    isProblem(await call('GET', '/api/v1/nothing?x=1'), 404, 'not_found')
    const answer = await call('DELETE', '/api/v1/health')
    isProblem(answer, 405, 'method_not_allowed')
    expect(answer.headers.get('allow')).toBe('GET, HEAD')
    isProblem(await call('GET', '/api/v1/hooks/some-hash-of-a-webhook'), 405, 'method_not_allowed')
  })

  test('a body of another type is 415, one too large 413, broken JSON 400 that does not quote it', async () => {
    isProblem(
      await call(
        'POST', '/api/v1/setup', { body: 'x=1', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      ),
      415, 'unsupported_media_type',
    )
    isProblem(
      await call('POST', '/api/v1/setup', { body: JSON.stringify({ token: 'x'.repeat(300_000) }), headers: json }), 413,
      'body_too_large',
    )
    for (const body of [
      '{"token":"hunter2', 'hunter2', '{"token":hunter2}', '"\\ud800', Buffer.from([0x7b, 0xff, 0x7d]),
    ]) {
      const answer = await call('POST', '/api/v1/setup', { body, headers: json })
      isProblem(answer, 400, 'invalid_input')
      expect(JSON.stringify(answer.body)).not.toContain('hunter2')
    }
    isProblem(
      await call('POST', '/api/v1/setup', { body: '{"__proto__":{"a":1}}', headers: json }), 400, 'invalid_input',
    )
    isProblem(await call('POST', '/api/v1/setup', { headers: json }), 400, 'invalid_input')
  })

  test('an address that cannot be decoded is 400', async () => {
    isProblem(await call('GET', '/api/v1/%'), 400, 'invalid_input')
  })

  test('what is no HTTP, and headers that are too large, are 400 on the bare socket', async () => {
    for (const text of ['nonsense\r\n\r\n', `GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`]) {
      const answer = await bare(text)
      expect(answer).toContain('HTTP/1.1 400')
      expect(answer).toContain('application/problem+json')
      expect(answer).toContain('"code":"invalid_input"')
    }
  })

  test('a request that does not arrive in time is 408', async () => {
    const answer = await bare(
      'POST /api/v1/setup HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 10\r\n\r\n{',
    )
    expect(answer).toContain('HTTP/1.1 408')
    expect(answer).toContain('"code":"request_timeout"')
  })

  test('not ready is 503 while the executor is away; health answers all the same', async () => {
    isProblem(await call('GET', '/api/v1/ready'), 503, 'unavailable')
    expect((await call('GET', '/api/v1/health')).body).toEqual({ status: 'ok', version: expect.any(String) })
  })
})

test('field errors name fields, never values, and no unknown name that could be a secret', async () => {
  const { body: user } = await call(
    'POST', '/api/v1/setup',
    { body: JSON.stringify({ token: setupToken, name: 'first' }), headers: { 'content-type': 'application/json' } },
  )
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${String(user['token'])}` }
  const secret = 'A1b2C3d4E5f6G7h8I9j0'
  for (const body of [
    { exchange: secret.repeat(4), market: secret }, {
      exchange: 'binance', market: 'spot', credentials: { apiKey: secret, [secret]: 'x' },
    },
    { exchange: 'binance', market: 'spot', credentials: secret }, { exchange: 'binance', market: 'spot', [secret]: 1 },
    { exchange: 'binance', market: 'spot', sealed: { kid: 'k', enc: `${secret}!`, ciphertext: secret } },
  ]) {
    const answer = await call('POST', '/api/v1/connections', { body: JSON.stringify(body), headers })
    isProblem(answer, 400, 'invalid_input')
    expect(answer.body['errors']).not.toHaveLength(0)
    expect(JSON.stringify(answer.body)).not.toContain(secret)
  }
  expect(logged).not.toContain(secret)
  expect(logged).not.toContain(String(user['token']))
})

test('a wrong setup token makes no user', async () => {
  const answer = await call(
    'POST', '/api/v1/setup',
    { body: JSON.stringify({ token: 'wrong' }), headers: { 'content-type': 'application/json' } },
  )
  expect(['unauthenticated', 'setup_done']).toContain(answer.body['code'])
})

test('answers carry a strict content security policy, and are not stored by caches', async () => {
  const { headers } = await call('GET', '/api/v1/health')
  expect(headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(headers.get('content-security-policy')).not.toContain('unsafe-eval')
  expect(headers.get('content-security-policy')).toMatch(/script-src 'self'(;|$)/)
  expect(headers.get('cache-control')).toBe('no-store')
  expect(headers.get('x-content-type-options')).toBe('nosniff')
})
