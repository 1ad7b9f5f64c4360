import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { eventually, startInstallation, type Installation } from '../installation.ts'

interface Operation {
  readonly requestBody?: unknown
  readonly parameters?: readonly { name: string; in: string }[]
  readonly responses: Readonly<Record<string, { content?: Readonly<Record<string, { schema: object }>> }>>
}
interface Description {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, object>> }
}

let installation: Installation
let description: Description

beforeAll(async () => {
  installation = await startInstallation()
  description = (await installation.call('GET', '/openapi.json', { token: null })).body
})
afterAll(() => installation.stop())

/** Every route of the contract that is built. */
const ROUTES = `
GET /health  GET /ready  GET /exchanges  POST /exchanges/{exchange}/practice-key  GET /sealing-key  POST /connections  GET /connections  GET /connections/{id}  PUT /connections/{id}
PATCH /connections/{id}  POST /connections/{id}/check  POST /connections/{id}/relink  DELETE /connections/{id}  GET /connections/{id}/audit
POST /webhooks  GET /webhooks  GET /webhooks/{id}  PATCH /webhooks/{id}  DELETE /webhooks/{id}  POST /webhooks/{id}/shares  GET /webhooks/{id}/shares
DELETE /webhooks/{id}/shares/{shareId}  POST /bots  GET /bots  GET /bots/{id}  PATCH /bots/{id}  DELETE /bots/{id}  POST /bots/{id}/close
POST /bots/{id}/position  POST /bots/preview  POST /hooks/{hash}  POST /webhooks/{id}/signals  GET /signals  GET /signals/{id}
POST /signals/{id}/replay  GET /orders  GET /orders/{id}  GET /positions  POST /orders/{id}/cancel  POST /orders/{id}/resolve  GET /findings
POST /findings/{id}/acknowledge  POST /connections/{id}/reconcile  GET /webhooks/{id}/rejections
POST /webhooks/{id}/rotate  GET /me  GET /users  POST /users  GET /tokens  POST /tokens  DELETE /tokens/{id}  GET /audit  POST /audit/verify  GET /vault  GET /stats
POST /setup  GET /events  GET /metrics  POST /freeze  POST /thaw  GET /freezes
GET /connections/{id}/caps  PUT /connections/{id}/caps
GET /session  POST /session  DELETE /session  GET /sessions  DELETE /sessions  DELETE /sessions/{id}  PATCH /me  PATCH /users/{id}  DELETE /users/{id}
GET /stats/activity  GET /stats/profit  GET /stats/latency  GET /attention  GET /bots/{id}/chart
POST /session/second-factor  POST /session/passkey-options  POST /session/passkey  POST /session/step-up  POST /me/totp  POST /me/totp/confirm
DELETE /me/totp  POST /me/recovery-codes  GET /me/passkeys  POST /me/passkeys  POST /me/passkeys/options  PATCH /me/passkeys/{id}  DELETE /me/passkeys/{id}
POST /users/{id}/invitation  POST /invitation  POST /invitation/accept
`.trim().split(/\s{2,}|\n/)

test('every route is described, and nothing else', () => {
  const described = Object.entries(description.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace('/api/v1', '')}`))
  expect(described.toSorted()).toEqual(ROUTES.toSorted())
  expect(description.openapi).toBe('3.1.0')
})

/** What makes something and takes no Idempotency-Key, and why. */
const WITHOUT_KEY: Readonly<Record<string, string>> = {
  'POST /setup': 'there is one first user, and its token ends with it',
  'POST /exchanges/{exchange}/practice-key': 'an account of a simulator, which nobody has to keep apart',
  'POST /freeze': 'freezing again is the same freeze, and must freeze again after a thaw',
  'POST /me/passkeys': 'its challenge holds once',
  'POST /me/totp': 'a new secret takes the place of one that was not confirmed',
  'POST /me/recovery-codes': 'a new set takes the place of the one before',
}

test('everything that creates takes an Idempotency-Key, or says why not', () => {
  const creating = Object.entries(description.paths).flatMap(([path, methods]) => Object.entries(methods).flatMap(([method, operation]) => (
    method === 'post' && '201' in operation.responses ? [{ name: `POST ${path.replace('/api/v1', '')}`, operation }] : [])))
  expect(creating.length).toBeGreaterThan(8)
  for (const { name, operation } of creating) {
    const takesKey = operation.parameters?.some((one) => one.in === 'header' && one.name === 'idempotency-key') === true
    expect([name, takesKey || name in WITHOUT_KEY]).toEqual([name, true])
  }
})

test('every operation describes its problems, every reference leads somewhere, and no schema is unused', () => {
  const text = JSON.stringify(description)
  const referred = new Set([...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name))
  expect([...referred].map(String).toSorted()).toEqual(Object.keys(description.components.schemas).toSorted())
  for (const [path, methods] of Object.entries(description.paths)) {
    for (const [method, { responses }] of Object.entries(methods)) {
      const problem = responses['default']?.content ?? {}
      expect(Object.keys(problem), `${method} ${path}`).toEqual(['application/problem+json'])
    }
  }
})

/** The answer's schema as a validator: JSON Schema with its references, unknown members refused. */
function validator(path: string, method: string, status: number): z.ZodType {
  const response = description.paths[`/api/v1${path}`]?.[method.toLowerCase()]?.responses[String(status)]
  const schema = response?.content?.['application/json']?.schema
  if (schema === undefined) throw new Error(`${method} ${path} does not describe ${status}`)
  const local = (value: object): object => JSON.parse(
    JSON.stringify(value).replaceAll('#/components/schemas/', '#/$defs/'),
  ) as object
  return z.fromJSONSchema({
    ...local(schema), $defs: local(description.components.schemas),
  } as Parameters<typeof z.fromJSONSchema>[0])
}

test('what routes answer is what the description says', async () => {
  const seen: string[] = []
  const check = async (method: string, path: string, route: string, body?: unknown, headers: Record<string, string> = {}): Promise<Record<string, string>> => {
    const answer = await installation.call(method, path, { body, headers })
    const result = validator(route, method, answer.status).safeParse(answer.body)
    expect(result.error?.issues ?? [], `${method} ${route}: ${answer.text.slice(0, 500)}`).toEqual([])
    seen.push(`${method} ${route}`)
    return answer.body as Record<string, string>
  }
  await installation.control('binance', 'PUT', '/prices/BTCUSDT', { price: '50000' })
  const connection = (await installation.connect(
    'binance', 'spot', await installation.makeKey('binance'),
  )).body.id as string
  const spare = (await installation.connect('binance', 'spot', await installation.makeKey('binance'))).body.id as string
  await installation.call('POST', '/users', { body: { name: 'friend' } })
  const webhook = await check(
    'POST', '/webhooks', '/webhooks', { name: 'Mine', key: true, allowedSenders: ['10.0.0.0/8'] },
  )
  const id = webhook['id'] ?? ''
  await check('PATCH', `/webhooks/${id}`, '/webhooks/{id}', { allowedSenders: 'any', key: false })
  const settings = { webhookId: id, connectionId: connection, symbol: 'BTCUSDT', amount: '100', amountIn: 'quote' }
  await check('POST', '/bots/preview', '/bots/preview', settings)
  const bot = (await check('POST', '/bots', '/bots', settings))['id'] ?? ''
  const { signalId } = await check(
    'POST', `/hooks/${webhook['hash'] ?? ''}`, '/hooks/{hash}', { symbol: 'BTCUSDT', side: 'BUY', flag: ['DEBUG'] },
  )
  await installation.call('POST', `/hooks/${webhook['hash'] ?? ''}`, { raw: 'broken' })
  const order = await eventually(
    async () => (await installation.call('GET', '/orders?state=filled')).body.items[0]?.id as string,
    'the order is filled',
  )
  await check(
    'POST', `/webhooks/${id}/signals`, '/webhooks/{id}/signals', { symbol: 'BTCUSDT', side: 'SELL', flag: 'TEST' },
  )
  await check('POST', `/signals/${signalId}/replay`, '/signals/{id}/replay', {})
  const share = await check('POST', `/webhooks/${id}/shares`, '/webhooks/{id}/shares', { userName: 'friend' })
  expect(share['userName']).toBe('friend')
  await check('POST', `/bots/${bot}/position`, '/bots/{id}/position', { quantity: '0.1', reason: 'test' })
  await check('POST', `/connections/${connection}/check`, '/connections/{id}/check')
  await check('POST', '/audit/verify', '/audit/verify')
  for (const route of [
    'health', 'ready', 'exchanges', 'sealing-key', 'vault', 'stats', 'me', 'users', 'tokens', 'connections', 'webhooks',
    'bots', 'signals', 'orders', 'positions',
    'findings', 'audit',
  ]) await check('GET', `/${route}`, `/${route}`)
  for (const [path, route] of [
    [`/connections/${connection}`, '/connections/{id}'], [
      `/connections/${connection}/audit`, '/connections/{id}/audit',
    ], [`/webhooks/${id}`, '/webhooks/{id}'],
    [`/webhooks/${id}/shares`, '/webhooks/{id}/shares'], [
      `/webhooks/${id}/rejections`, '/webhooks/{id}/rejections',
    ], [`/bots/${bot}`, '/bots/{id}'],
    [`/signals/${signalId}`, '/signals/{id}'], [`/orders/${order}`, '/orders/{id}'],
  ] as const) await check('GET', path, route)
  await check('POST', `/webhooks/${id}/rotate`, '/webhooks/{id}/rotate', { hash: true })
  await check('PATCH', `/bots/${bot}`, '/bots/{id}', { name: 'Renamed' })
  await check('POST', `/bots/${bot}/close`, '/bots/{id}/close', {}, { 'idempotency-key': 'x' })
  await check('POST', '/tokens', '/tokens', { name: 'x', scopes: ['read'] })
  await eventually(
    async () => (await installation.call(
      'POST', `/connections/${connection}/relink`, { body: { to: spare, abandonPosition: true } },
    )).status === 200,
    'the bots are moved',
  )
  await check(
    'POST', `/connections/${spare}/relink`, '/connections/{id}/relink', { to: connection, abandonPosition: true },
  )
  expect(seen.length).toBeGreaterThan(38)
})

test('the browsable reference is served, from here alone', async () => {
  const page = await fetch(`${installation.url}/api/docs`)
  const html = await page.text()
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
  expect(html).not.toMatch(/(?:src|href)="https?:/)
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
  const script = /src="([^"]+swagger-ui-bundle\.js)"/.exec(html)?.[1] ?? ''
  expect((await fetch(new URL(script, `${installation.url}/api/docs/`))).status).toBe(200)
})

test('metrics are text for Prometheus', async () => {
  const { status, headers, text } = await installation.call('GET', '/metrics')
  expect([status, headers.get('content-type')]).toEqual([200, expect.stringContaining('text/plain')])
  expect(text).toContain('towerflow_hook_seconds_count{code="accepted"}')
})

