import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PROBLEMS, type ProblemCode } from '#model'
import { eventually, startInstallation, type Answer, type Installation, type Key } from '../installation.ts'

// Every code of the API provoked at least once, on the real processes. What cannot be provoked from outside here, and
// why, stands in the list below; a code that is in neither, or in both, fails.
const ELSEWHERE: Readonly<Partial<Record<ProblemCode, string>>> = {
  request_timeout: 'transport.test.ts: needs a short limit',
  unavailable: 'transport.test.ts: needs an executor that is away',
  internal: 'nothing is known that leads there',
  envelope_refused: 'needs a row that was changed: tests/security/tampering.test.ts',
  changed_meanwhile: 'needs two changes within one transaction\'s time',
  passphrase_required: 'no exchange with a passphrase is built yet',
  passphrase_rejected: 'no exchange with a passphrase is built yet',
  cross_site_request: 'sign-in.test.ts: needs a session and a page of another address',
  wrong_credentials: 'sign-in.test.ts', weak_password: 'sign-in.test.ts',
  password_required: 'second-factor.test.ts', last_administrator: 'second-factor.test.ts', user_in_use: 'second-factor.test.ts',
  not_confirmed: 'second-factor.test.ts', factor_exists: 'second-factor.test.ts', second_factor_required: 'second-factor.test.ts', passkeys_unavailable: 'second-factor.test.ts',
  frozen: 'freezes.test.ts, tests/execution/freeze.test.ts',
  order_not_uncertain: 'tests/execution/uncertain.test.ts', too_early: 'tests/execution/uncertain.test.ts',
  demo_account: 'no exchange with demo keys on its live host is built yet',
}

let installation: Installation
const made = {
  webhook: { id: '', hash: '', key: '' }, open: { id: '', hash: '' }, connection: '', futures: '', bot: '', other: '',
}

beforeAll(async () => {
  installation = await startInstallation({ exchanges: ['binance', 'alpaca'] })
  for (const market of ['spot', 'futures']) await installation.control(
    'binance', 'PUT', '/prices/BTCUSDT', { price: '50000', market },
  )
  made.connection = (await installation.connect('binance', 'spot', await installation.makeKey('binance'))).body.id
  made.futures = (await installation.connect('binance', 'futures', await installation.makeKey('binance'))).body.id
  made.webhook = (await installation.call('POST', '/webhooks', { body: { key: true } })).body
  made.open = (await installation.call('POST', '/webhooks', { body: {} })).body
  made.bot = (await installation.call('POST', '/bots', { body: bot() })).body.id
  made.other = (await installation.call('POST', '/users', { body: { name: 'other' } })).body.token
})
afterAll(() => installation.stop())

const bot = (more: object = {}): object => ({
  webhookId: made.open.id, connectionId: made.connection, symbol: 'BTCUSDT', amount: '100', amountIn: 'quote', ...more,
})
const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> => installation.call(method, path, { body, headers })
const hook = (hash: string, raw: string): Promise<Answer> => installation.call(
  'POST', `/hooks/${hash}`, { raw, token: null },
)
const SIGNAL = '{"symbol":"BTCUSDT","side":"BUY"}'

const RIGHTS = '/sapi/v1/account/apiRestrictions'

/** Connects a key whose account is as told. */
async function keyed(
  exchange: string, market: string, account: object, key?: Partial<Key>, more: object = {},
): Promise<Answer> {
  const real = await installation.makeKey(exchange, account as Record<string, unknown>)
  return installation.connect(exchange, market, { ...real, ...key }, more as Record<string, unknown>)
}
/** Connects while the exchange misbehaves. */
async function faulty(fault: object): Promise<Answer> {
  const key = await installation.makeKey('binance')
  await installation.control('binance', 'POST', '/faults', fault)
  try {
    return await installation.connect('binance', 'spot', key)
  } finally {
    await installation.control('binance', 'DELETE', '/faults')
  }
}
const position = async (): Promise<string> => (await call(
  'GET', `/positions?botId=${made.bot}`,
)).body.items[0].side as string

const PROVOKED: Readonly<Partial<Record<ProblemCode, () => Promise<Answer>>>> = {
  invalid_input: () => call('POST', '/bots', {}),
  invalid_payload: () => hook(made.open.hash, 'BUY'),
  unauthenticated: () => installation.call('GET', '/me', { token: null }),
  wrong_key: () => hook(made.webhook.hash, SIGNAL),
  forbidden: () => installation.call('GET', '/users', { token: made.other }),
  sender_not_allowed: async () => hook(
    (await call('POST', '/webhooks', { allowedSenders: 'tradingview' })).body.hash, SIGNAL,
  ),
  plaintext_not_allowed: () => call(
    'POST', '/connections', { exchange: 'binance', market: 'spot', credentials: { apiKey: 'k', secret: 's' } },
  ),
  not_found: () => call('GET', '/bots/none'),
  unknown_webhook: () => hook('no-such-hash-anywhere', SIGNAL),
  unknown_exchange: () => installation.connect('nowhere', 'spot', { apiKey: 'k', secret: 's' }),
  method_not_allowed: () => call('PUT', '/bots', {}),
  connection_immutable: () => call('PATCH', `/connections/${made.connection}`, {}),
  connection_in_use: () => call('DELETE', `/connections/${made.connection}`),
  webhook_in_use: () => call('DELETE', `/webhooks/${made.open.id}`),
  webhook_paused: async () => hook((await call('POST', '/webhooks', { paused: true })).body.hash, SIGNAL),
  duplicate_connection: async () => {
    const key = await installation.makeKey('binance')
    await installation.connect('binance', 'spot', key)
    return installation.connect('binance', 'spot', key)
  },
  duplicate_name: () => call('POST', '/users', { name: 'other' }),
  idempotency_key_reused: async () => {
    await call(
      'POST', `/webhooks/${made.webhook.id}/signals`, { symbol: 'X', side: 'BUY' }, { 'idempotency-key': 'reused' },
    )
    return call(
      'POST', `/webhooks/${made.webhook.id}/signals`, { symbol: 'Y', side: 'BUY' }, { 'idempotency-key': 'reused' },
    )
  },
  orders_unresolved: async () => {
    await installation.control('binance', 'POST', '/fills', { hold: true, times: 1 })
    await hook(made.open.hash, SIGNAL)
    const order = await eventually(
      async () => (await call('GET', `/orders?botId=${made.bot}&state=open`)).body.items[0]?.id as string | undefined,
      'the order is open',
    )
    const answer = await call('DELETE', `/bots/${made.bot}`)
    await installation.control(
      'binance', 'POST', `/orders/${(await call('GET', `/orders/${order}`)).body.exchangeOrderId as string}`,
      { do: 'fill' },
    )
    await eventually(async () => await position() === 'long', 'the order is filled')
    return answer
  },
  position_open: async () => {
    if (await position() !== 'long') await call('POST', `/bots/${made.bot}/position`, { quantity: '1', reason: 'test' })
    return call('DELETE', `/bots/${made.bot}`)
  },
  leverage_conflict: async () => {
    await call('POST', '/bots', bot({ connectionId: made.futures, leverage: 3 }))
    return call('POST', '/bots', bot({ connectionId: made.futures, leverage: 4 }))
  },
  nothing_to_close: async () => {
    const flat = (await call('POST', '/bots', bot({ webhookId: made.webhook.id }))).body.id as string
    return call('POST', `/bots/${flat}/close`, {}, { 'idempotency-key': 'nothing' })
  },
  order_final: async () => {
    const { items } = (await call('GET', '/orders?state=filled')).body
    return call('POST', `/orders/${items[0].id as string}/cancel`)
  },
  setup_done: () => call('POST', '/setup', { token: 'x' }),
  body_too_large: () => call('POST', '/bots', { name: 'x'.repeat(300_000) }),
  unsupported_media_type: () => installation.call(
    'POST', '/bots', { raw: 'x', headers: { 'content-type': 'text/csv' } },
  ),
  credentials_rejected: () => keyed('binance', 'spot', {}, { apiKey: 'a'.repeat(64) }),
  signature_rejected: () => keyed('binance', 'spot', {}, { secret: 'b'.repeat(64) }),
  ip_not_allowed: () => keyed('alpaca', 'spot', { ipAllowlist: ['203.0.113.1'] }, {}, { consent: true }),
  permission_missing: () => keyed('binance', 'spot', { permissions: ['read'] }),
  permission_excess: () => keyed('binance', 'spot', { permissions: ['read', 'spot', 'enableInternalTransfer'] }),
  withdraw_permission: () => keyed('binance', 'spot', { permissions: ['read', 'spot', 'withdraw'] }),
  wrong_market: () => keyed('binance', 'futures', { permissions: ['read', 'spot'] }),
  paper_account: () => keyed('alpaca', 'spot', { environment: 'paper' }, {}, { consent: true }),
  key_expired: () => faulty({
    fault: 'status', status: 200, times: 1, path: RIGHTS,
    body: JSON.stringify({
      ipRestrict: true, createTime: 1, enableReading: true, enableSpotAndMarginTrading: true, enableWithdrawals: false,
      tradingAuthorityExpirationTime: 2,
    }),
  }),
  clock_skew: () => faulty({
    fault: 'status', status: 400, times: 50, path: RIGHTS,
    body: '{"code":-1021,"msg":"Timestamp for this request is outside of the recvWindow."}',
  }),
  account_restricted: () => keyed('binance', 'spot', { flags: { canTrade: false } }),
  consent_required: () => keyed('alpaca', 'spot', {}),
  unknown_symbol: () => call('POST', '/bots', bot({ symbol: 'NOSUCH' })),
  rules_violated: () => call('POST', '/bots', bot({ amount: '1' })),
  exchange_unreachable: () => faulty({ fault: 'drop-request', times: 100 }),
  exchange_timeout: () => faulty({ fault: 'hang', times: 100 }),
  not_stored: async () => {
    const { hash } = (await call('POST', '/webhooks', { rateLimit: { perSecond: 0.1, burst: 1 } })).body
    await hook(hash, SIGNAL)
    return hook(hash, SIGNAL)
  },
  // The last one: it makes this address suspicious.
  rate_limited: async () => {
    for (let n = 0; n < 30; n += 1) await hook(`no-such-hash-${n}-anywhere`, SIGNAL)
    return hook('no-such-hash-anywhere', SIGNAL)
  },
}

describe('the catalogue of codes', () => {
  test('is covered: each code is provoked below, or its reason for not being so stands here', () => {
    expect([...Object.keys(PROVOKED), ...Object.keys(ELSEWHERE)].toSorted()).toEqual(Object.keys(PROBLEMS).toSorted())
  })

  for (const [code, provoke] of Object.entries(PROVOKED) as [ProblemCode, () => Promise<Answer>][]) {
    test(`${code} is answered as a problem with status ${PROBLEMS[code].status}`, async () => {
      const answer = await provoke()
      expect([answer.status, answer.body?.code], answer.text).toEqual([PROBLEMS[code].status, code])
      expect(answer.headers.get('content-type')).toContain('application/problem+json')
      expect(answer.body).toMatchObject({
        status: PROBLEMS[code].status, title: PROBLEMS[code].title, type: `urn:towerflow:problem:${code}`,
      })
      expect(answer.body.detail.length).toBeGreaterThan(10)
    })
  }
})
