import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { sealCredentials, type SealingKey } from '#vault/seal'
import { eventually, startInstallation, type Answer, type Installation, type Key } from '../installation.ts'

// A test of a key as it goes: `Accept: application/x-ndjson`.

interface Line {
  readonly begun?: { readonly id: string }
  readonly check?: { readonly name: string; readonly result: string; readonly detail: string }
  readonly connection?: { readonly id: string; readonly checks: readonly unknown[] }
  readonly problem?: { readonly code: string; readonly status: number; readonly checks?: readonly unknown[] }
}

const SECOND_QUESTION = '/api/v3/account'
let installation: Installation

beforeAll(async () => { installation = await startInstallation({ exchanges: ['binance'] }) })
afterAll(() => installation.stop())
beforeEach(async () => { await installation.control('binance', 'DELETE', '/faults') })

/** Asks for lines; `heard` is told each as it comes, and where it says `enough` the reader hangs up. */
async function lines(path: string, body: unknown, heard: (line: Line) => unknown = () => undefined, more: Record<string, string> = {}): Promise<{ response: Response; got: Line[] }> {
  const response = await fetch(`${installation.url}/api/v1${path}`, {
    method: 'POST', signal: AbortSignal.timeout(60_000),
    headers: { authorization: `Bearer ${installation.token}`, accept: 'application/x-ndjson', ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...more },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const got: Line[] = []
  let begun = ''
  for await (const chunk of response.body ?? []) {
    const whole = (begun + Buffer.from(chunk as Uint8Array).toString()).split('\n')
    begun = whole.pop() ?? ''
    for (const text of whole) {
      got.push(JSON.parse(text) as Line)
      // Leaving the loop cancels the body, and with it the connection.
      if (await heard(got.at(-1) ?? {}) === 'enough') return { response, got }
    }
  }
  expect(begun).toBe('')
  return { response, got }
}

async function submission(key: Key): Promise<Record<string, unknown>> {
  const { body } = await installation.call('GET', '/sealing-key')
  const target = { exchange: 'binance', market: 'spot' } as const
  return { ...target, sealed: await sealCredentials(body as SealingKey, { userId: installation.userId, ...target }, key) }
}

const connection = (id: string): Promise<Answer> => installation.call('GET', `/connections/${id}`)
const fault = (fields: object): Promise<unknown> => installation.control('binance', 'POST', '/faults', { path: SECOND_QUESTION, ...fields })
const idOf = (got: readonly Line[]): string => got[0]?.begun?.id ?? ''
const names = (got: readonly Line[]): string[] => got.flatMap(({ check }) => check?.name ?? [])

describe('connecting in lines', () => {
  test('the first names the connection, then come its checks, at last the connection as it is from then on', async () => {
    const { response, got } = await lines('/connections', await submission(await installation.makeKey('binance')))
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/x-ndjson; charset=utf-8'])
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(names(got)).toEqual(['reached', 'signature', 'live_account', 'withdrawal_off', 'rights', 'ip_binding', 'expiry'])
    expect(Object.keys(got.at(-1) ?? {})).toEqual(['connection'])
    expect(got.at(-1)?.connection).toEqual((await connection(idOf(got))).body)
  })

  test('asked for again under its Idempotency-Key is told of the connection that there is, without another test', async () => {
    const body = await submission(await installation.makeKey('binance'))
    const key = { 'idempotency-key': 'in-lines' }
    const first = await lines('/connections', body, undefined, key)
    const again = await lines('/connections', body, undefined, key)
    expect(again.got).toEqual([{ begun: { id: idOf(first.got) } }, first.got.at(-1)])
    const ordinary = await installation.call('POST', '/connections', { body, headers: key })
    expect([ordinary.status, ordinary.body]).toEqual([201, first.got.at(-1)?.connection])
    const other = await lines('/connections', await submission(await installation.makeKey('binance')), undefined, key)
    expect(other.got).toEqual([{ problem: expect.objectContaining({ code: 'idempotency_key_reused', status: 409 }) as unknown }])
  })

  test('a check is told while the exchange has yet to answer the rest; no connection is there before', async () => {
    await fault({ fault: 'hang' })
    let id = ''
    let there = 0
    const { got } = await lines('/connections', await submission(await installation.makeKey('binance')), async ({ begun, check }) => {
      if (begun !== undefined) ({ id } = begun)
      if (check?.name === 'expiry') there = (await connection(id)).status
    })
    expect(there).toBe(404)
    expect(got.at(-1)?.problem).toMatchObject({ code: 'exchange_timeout', status: 504, checks: expect.arrayContaining([expect.objectContaining({ name: 'expiry', result: 'pass' })]) as unknown })
    expect((await connection(idOf(got))).status).toBe(404)
  })

  test('a refused key ends with the problem of the ordinary answer', async () => {
    const body = await submission(await installation.makeKey('binance', { permissions: ['read', 'spot', 'withdraw'] }))
    const { response, got } = await lines('/connections', body)
    const ordinary = await installation.call('POST', '/connections', { body })
    expect([response.status, ordinary.status]).toEqual([200, 422])
    expect(got.at(-1)).toEqual({ problem: ordinary.body })
    expect(got.at(-2)?.check).toMatchObject({ name: 'withdrawal_off', result: 'fail' })
    expect((await connection(idOf(got))).status).toBe(404)
  })

  test('no line holds a credential, whatever the exchange says', async () => {
    const key = await installation.makeKey('binance')
    const echo = { code: -9999, msg: `key ${key.apiKey} secret ${key.secret}` }
    for (const path of [SECOND_QUESTION, '/sapi/v1/account/apiRestrictions']) {
      await fault({ path, fault: 'status', status: 400, body: echo })
      const { got } = await lines('/connections', await submission(key))
      expect(got.at(-2)?.check?.result).toBe('fail')
      for (const part of Object.values(key)) expect(JSON.stringify(got)).not.toContain(part)
    }
    for (const part of Object.values(key)) expect(installation.logged()).not.toContain(part)
  })

  test('what is refused before a test begins is answered as ever, or ends the lines at once', async () => {
    const headers = { accept: 'application/x-ndjson' }
    const [malformed, stranger] = [await installation.call('POST', '/connections', { body: { exchange: 'binance' }, headers }), await installation.call('POST', '/connections', { body: {}, headers, token: null })]
    expect([malformed, stranger].map(({ status, headers: had }) => [status, had.get('content-type')])).toEqual([400, 401].map((status) => [status, 'application/problem+json; charset=utf-8']))
    const { got } = await lines('/connections', { exchange: 'binance', market: 'spot', credentials: await installation.makeKey('binance') })
    expect(got).toMatchObject([{ begun: {} }, { problem: { code: 'plaintext_not_allowed', status: 403 } }])
  })

  test('whoever hangs up half way finds it made as a whole, or not at all', async () => {
    await fault({ fault: 'delay', ms: 500 })
    const made = await lines('/connections', await submission(await installation.makeKey('binance')), ({ check }) => (check === undefined ? undefined : 'enough'))
    expect(names(made.got)).toEqual(['reached'])
    const kept = await eventually(async () => {
      const answer = await connection(idOf(made.got))
      return answer.status === 200 ? answer.body as Line['connection'] : null
    }, 'the connection was made although nobody listened')
    expect(kept?.checks).toHaveLength(8)

    await fault({ fault: 'status', status: 401, body: { code: -2015, msg: 'Invalid API-key, IP, or permissions for action.' } })
    const refused = await lines('/connections', await submission(await installation.makeKey('binance')), ({ check }) => (check === undefined ? undefined : 'enough'))
    await eventually(async () => {
      const { items } = (await installation.call('GET', '/audit?limit=50')).body as { items: { connectionId: string; outcome: string | null }[] }
      return items.some((use) => use.connectionId === idOf(refused.got) && use.outcome?.startsWith('refused') === true)
    }, 'the test came to its end although nobody listened')
    expect((await connection(idOf(refused.got))).status).toBe(404)
  })

  test('the figures count what came of it, as they do for the ordinary answer: also where whoever asked had hung up', async () => {
    const counted = async (): Promise<Record<string, number>> => {
      const { text } = await installation.call('GET', '/metrics')
      const counts = text.matchAll(/^towerflow_http_request_seconds_count\{method="POST",route="\/api\/v1\/connections",status="(\d+)"\} (\d+)$/gm)
      return Object.fromEntries([...counts].map(([, status = '', count]) => [status, Number(count)]))
    }
    const [good, withdraws] = [await installation.makeKey('binance'), await installation.makeKey('binance', { permissions: ['read', 'spot', 'withdraw'] })]
    const before = await counted()
    const more = (status: string, now: Record<string, number>): number => (now[status] ?? 0) - (before[status] ?? 0)
    await lines('/connections', await submission(good))
    await lines('/connections', await submission(withdraws))
    await lines('/connections', await submission(good)) // it is connected by now
    const now = await counted()
    expect(['200', '422', '409'].map((status) => more(status, now))).toEqual([1, 1, 1])
    await installation.call('POST', '/connections', { body: await submission(withdraws) })
    expect(more('422', await counted())).toBe(2)

    await fault({ fault: 'delay', ms: 500 })
    await fault({ path: '/sapi/v1/account/apiRestrictions', fault: 'delay', ms: 500 })
    expect((await lines('/connections', await submission(withdraws), () => 'enough')).got).toMatchObject([{ begun: {} }])
    const after = await eventually(async () => {
      const counts = await counted()
      return more('422', counts) === 3 ? counts : null
    }, 'the test that nobody listened to was counted as refused')
    expect(more('200', after)).toBe(1)
  })

  test('as a header among others; not where it is only like it', async () => {
    const body = await submission(await installation.makeKey('binance', { permissions: ['read'] }))
    const asked = async (accept: string): Promise<number> => (await installation.call('POST', '/connections', { body, headers: { accept } })).status
    expect([await asked('text/html, Application/X-NDJSON;q=0.9'), await asked('application/x-ndjson-seq'), await asked('*/*')]).toEqual([200, 422, 422])
  })
})

test('a kept key is tested in lines too; its health follows as ever', async () => {
  const key = await installation.makeKey('binance')
  const { id } = (await installation.connect('binance', 'spot', key)).body as { id: string }
  const good = await lines(`/connections/${id}/check`, undefined)
  expect(good.got[0]).toEqual({ begun: { id } })
  expect(names(good.got)).toContain('withdrawal_off')
  expect(good.got.at(-1)?.connection).toMatchObject({ id, status: 'active' })
  await installation.control('binance', 'POST', '/accounts', { ...key, permissions: ['read', 'spot', 'withdraw'], balances: {} })
  expect((await lines(`/connections/${id}/check`, undefined)).got.at(-1)?.connection).toMatchObject({ id, status: 'unhealthy' })
  const ordinary = await installation.call('POST', `/connections/${id}/check`)
  expect([ordinary.status, ordinary.headers.get('content-type'), ordinary.body.status]).toEqual([200, 'application/json; charset=utf-8', 'unhealthy'])
  expect((await installation.call('POST', '/connections/none/check', { headers: { accept: 'application/x-ndjson' } })).status).toBe(404)
})
