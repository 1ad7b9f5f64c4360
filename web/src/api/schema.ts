// Made by `npm run web:types` from the API's own description; a test holds it to that. Not to be edited.

export type SignalPayloadInput = {
  symbol: string
  side: string
  size?: string | number
  key?: string
  dilution?: boolean
  flag?: string | (string)[]
  id?: string
  time?: string | number
  debug?: unknown
}

export type Warning = {
  code: string
  message: string
  bots: ({
    id: string
    name: string
  })[]
}

export type Token = {
  id: string
  name: string
  scopes: ('read' | 'trade' | 'admin')[]
  createdAt: string
  lastUsedAt: string | null
  current: boolean
}

export type CreatedToken = {
  id: string
  name: string
  scopes: ('read' | 'trade' | 'admin')[]
  createdAt: string
  lastUsedAt: string | null
  current: boolean
  token?: string
  withheld?: (string)[]
}

export type User = {
  id: string
  name: string
  role: 'admin' | 'user'
  createdAt: string
}

export type Me = {
  id: string
  name: string
  role: 'admin' | 'user'
  createdAt: string
  scopes: ('read' | 'trade' | 'admin')[]
  by: 'token' | 'session'
  factors: {
    password: boolean
    totp: boolean
    passkeys: number
    recoveryCodes: number
  }
  stepUp: 'password' | 'second_factor'
}

export type UserDetails = {
  id: string
  name: string
  role: 'admin' | 'user'
  createdAt: string
  disabled: boolean
  hasPassword: boolean
  hasSecondFactor: boolean
  invitedUntil: string | null
}

export type CreatedUser = {
  id: string
  name: string
  role: 'admin' | 'user'
  createdAt: string
  token?: string
  invitation?: {
    url: string
    token: string
    expiresAt: string
  }
  withheld?: (string)[]
}

export type Position = {
  botId: string
  botName: string
  connectionId: string | null
  exchange: string
  market: 'spot' | 'futures'
  symbol: string
  base: string
  quote: string
  quantity: string
  side: 'flat' | 'long' | 'short'
  dust: boolean
  averagePrice: string | null
  realizedProfit: string
  fees: Record<string, string>
}

export type Bot = {
  id: string
  name: string
  webhookId: string
  connectionId: string | null
  exchange: string
  market: 'spot' | 'futures'
  symbol: string
  base: string
  quote: string
  amount: string
  amountIn: 'quote' | 'base'
  direction: 'both' | 'long' | 'short'
  maxSize: string
  onOpposite: 'close' | 'flip'
  leverage: number | null
  maxSignalAgeSeconds: number
  maxExitAgeSeconds: number
  exitAtOpen: boolean
  acceptSize: boolean
  acceptDilution: boolean
  paused: boolean
  position: string
  createdAt: string
}

export type MadeBot = {
  id: string
  name: string
  webhookId: string
  connectionId: string | null
  exchange: string
  market: 'spot' | 'futures'
  symbol: string
  base: string
  quote: string
  amount: string
  amountIn: 'quote' | 'base'
  direction: 'both' | 'long' | 'short'
  maxSize: string
  onOpposite: 'close' | 'flip'
  leverage: number | null
  maxSignalAgeSeconds: number
  maxExitAgeSeconds: number
  exitAtOpen: boolean
  acceptSize: boolean
  acceptDilution: boolean
  paused: boolean
  position: string
  createdAt: string
  warnings: (Warning)[]
}

export type Activity = {
  from: string
  to: string
  bucket: 'hour' | 'day'
  timeZone: string
  points: ({
    at: string
    signals: number
    orders: number
    failed: number
  })[]
}

export type Profit = {
  from: string
  to: string
  bucket: 'hour' | 'day'
  timeZone: string
  complete: boolean
  quotes: ({
    quote: string
    total: string
    fees: Record<string, string>
    points: ({
      at: string
      profit: string
      cumulative: string
    })[]
  })[]
  bots: ({
    id: string
    name: string
    quote: string
    deleted: boolean
    profit: string
    fees: Record<string, string>
  })[]
}

export type Latency = {
  from: string
  to: string
  complete: boolean
  toSent: {
    count: number
    p50: number | null
    p90: number | null
    p99: number | null
    max: number | null
    histogram: ({
      upTo: number | null
      count: number
    })[]
  }
  toAccepted: {
    count: number
    p50: number | null
    p90: number | null
    p99: number | null
    max: number | null
    histogram: ({
      upTo: number | null
      count: number
    })[]
  }
}

export type BotChart = {
  symbol: string
  base: string
  quote: string
  from: string
  to: string
  candleSeconds: number
  candles: ({
    at: string
    open: string
    high: string
    low: string
    close: string
  })[]
  marks: ({
    at: string
    orderId: string
    signalId: string | null
    kind: 'open' | 'close'
    side: 'buy' | 'sell'
    price: string
    quantity: string
  })[]
}

export type Attention = {
  items: ({
    kind: 'order_uncertain' | 'exit_open' | 'finding' | 'connection_unhealthy' | 'key_expires' | 'frozen' | 'executor_unavailable' | 'no_second_factor'
    severity: 'critical' | 'warning' | 'info'
    at: string
    text: string
    orderId: string | null
    findingId: string | null
    connectionId: string | null
    botId: string | null
  })[]
  counts: {
    critical: number
    warning: number
    info: number
  }
}

export type Problem = {
  type: string
  title: string
  status: number
  detail: string
  code: 'invalid_input' | 'invalid_payload' | 'unauthenticated' | 'wrong_credentials' | 'wrong_key' | 'forbidden' | 'second_factor_required' | 'password_required' | 'cross_site_request' | 'sender_not_allowed' | 'plaintext_not_allowed' | 'not_found' | 'unknown_webhook' | 'unknown_exchange' | 'method_not_allowed' | 'connection_immutable' | 'connection_in_use' | 'webhook_in_use' | 'webhook_paused' | 'duplicate_connection' | 'duplicate_name' | 'idempotency_key_reused' | 'orders_unresolved' | 'position_open' | 'leverage_conflict' | 'nothing_to_close' | 'order_not_uncertain' | 'too_early' | 'order_final' | 'frozen' | 'changed_meanwhile' | 'last_administrator' | 'user_in_use' | 'factor_exists' | 'passkeys_unavailable' | 'setup_done' | 'request_timeout' | 'body_too_large' | 'unsupported_media_type' | 'credentials_rejected' | 'signature_rejected' | 'passphrase_required' | 'passphrase_rejected' | 'ip_not_allowed' | 'permission_missing' | 'permission_excess' | 'withdraw_permission' | 'wrong_market' | 'paper_account' | 'demo_account' | 'key_expired' | 'clock_skew' | 'account_restricted' | 'consent_required' | 'weak_password' | 'not_confirmed' | 'unknown_symbol' | 'rules_violated' | 'rate_limited' | 'internal' | 'envelope_refused' | 'exchange_unreachable' | 'not_stored' | 'unavailable' | 'exchange_timeout'
  errors?: ({
    path: string
    message: string
  })[]
  bots?: ({
    id: string
    name: string
  })[]
  orders?: (string)[]
  checks?: ({
    name: string
    result: string
    detail: string
  })[]
  candidates?: (string)[]
}

export type Connection = {
  id: string
  name: string
  exchange: string
  market: 'spot' | 'futures'
  simulated: boolean
  fingerprint: string
  status: 'active' | 'unhealthy' | 'frozen'
  statusDetail: string | null
  freeze: {
    scope: 'connection' | 'user' | 'all'
    mode: 'entries' | 'all'
    reason: string
    at: string
  } | null
  checks: ({
    name: string
    result: 'pass' | 'fail' | 'unverifiable'
    detail: string
  })[]
  expiresAt: string | null
  bots: ({
    id: string
    name: string
  })[]
  createdAt: string
  lastUsedAt: string | null
  reconciledAt: string | null
  reconcileTrouble: string | null
}

export type TestLine = {
  begun: {
    id: string
  }
} | {
  check: {
    name: string
    result: 'pass' | 'fail' | 'unverifiable'
    detail: string
  }
} | {
  connection: Connection
} | {
  problem: Problem
}

export type Caps = {
  ordersPerMinute: number | null
  notionalPerOrder: string | null
  notionalPerDay: string | null
  ceiling: {
    ordersPerMinute: number | null
    notionalPerOrder: string | null
    notionalPerDay: string | null
  }
}

export type AuditEntry = {
  id: string
  at: string
  connectionId: string | null
  action: string
  orderId: string | null
  botId: string | null
  signalId: string | null
  reason: string | null
  outcome: string | null
}

export type Freeze = {
  scope: 'connection' | 'user' | 'all'
  id: string | null
  name: string | null
  mode: 'entries' | 'all'
  reason: string
  at: string
  by: string | null
}

export type Fill = {
  id: string
  price: string
  quantity: string
  fee: string
  feeAsset: string | null
  at: string
}

export type TimelineEntry = {
  event: string
  at: string
  ms: number
  detail?: string
  orderId?: string
  botId?: string
}

export type Order = {
  id: string
  botId: string
  connectionId: string
  signalId: string | null
  symbol: string
  exchange: string
  market: 'spot' | 'futures'
  leg: number
  kind: 'open' | 'close'
  resend: number
  clientOrderId: string
  exchangeOrderId: string | null
  state: 'pending' | 'submitting' | 'uncertain' | 'open' | 'canceling' | 'filled' | 'canceled' | 'partially_filled_then_canceled' | 'expired' | 'partially_filled_then_expired' | 'rejected' | 'failed'
  side: 'buy' | 'sell'
  positionSide: 'both' | 'long' | 'short'
  type: 'market'
  quantity: string | null
  quoteQuantity: string | null
  filled: string
  averagePrice: string | null
  reduceOnly: boolean
  rejectCode: string | null
  rejectText: string | null
  notAfter: string
  needsPerson: boolean
  createdAt: string
  updatedAt: string
  fills: (Fill)[]
  timeline: (TimelineEntry)[]
}

export type WouldSend = {
  connectionId?: string | null
  symbol: string
  exchange?: string
  market?: 'spot' | 'futures'
  leg?: number
  kind?: 'open' | 'close'
  side: 'buy' | 'sell'
  positionSide?: 'both' | 'long' | 'short'
  type?: 'market'
  quantity: string | null
  quoteQuantity: string | null
  reduceOnly?: boolean
}

export type Finding = {
  id: string
  connectionId: string | null
  botId: string | null
  orderId: string | null
  code: string
  detail: string
  ours: string | null
  theirs: string | null
  at: string
  acknowledgedAt: string | null
  closedAt: string | null
}

export type RuleCheck = {
  rule: string
  limit: string | null
  value: string | null
  ok: boolean
  detail: string
}

export type Preview = {
  symbol: string
  base: string
  quote: string
  exchange: string
  market: 'spot' | 'futures'
  price: string | null
  outcome: 'order' | 'skipped' | 'refused' | 'test'
  code: string
  reason: string
  orders: (WouldSend)[]
  rules: (RuleCheck)[]
  warnings: (Warning)[]
}

export type SessionState = {
  state: 'setup' | 'signed_out' | 'second_factor' | 'signed_in'
  user: User | null
  sessionId: string | null
  factors: ('totp' | 'passkey' | 'recovery_code')[]
  passkeysAvailable: boolean
  expiresAt: string | null
  freshUntil: string | null
}

export type Session = {
  id: string
  current: boolean
  method: string
  createdAt: string
  lastUsedAt: string
  expiresAt: string
  address: string
  userAgent: string
}

export type Passkey = {
  id: string
  name: string
  backedUp: boolean
  createdAt: string
  lastUsedAt: string | null
}

export type AddedPasskey = {
  id: string
  name: string
  backedUp: boolean
  createdAt: string
  lastUsedAt: string | null
  recoveryCodes: (string)[] | null
}

export type Decision = {
  botId: string
  botName: string | null
  outcome: 'order' | 'skipped' | 'refused' | 'test'
  code: string
  reason: string
  at: string
  orders: (Order | WouldSend)[]
}

export type Signal = {
  id: string
  webhookId: string
  source: 'hook' | 'manual' | 'replay' | null
  receivedAt: string
  symbol: string
  side: 'BUY' | 'SELL'
  size: string | null
  dilution: boolean | null
  flags: ('TEST' | 'DEBUG' | 'REVERSE')[]
  label: string | null
  firedAt: string | null
  warnings: ({
    code: string
    message: string
  })[]
  duplicates: number | null
  replayOf: string | null
  payload: string | null
  decisions: (Decision)[]
  decisionCount: number
  timeline: (TimelineEntry)[]
}

export type Exchange = {
  id: string
  name: string
  markets: ('spot' | 'futures')[]
  credentials: ({
    name: 'apiKey' | 'secret' | 'passphrase'
    label: string
  })[]
  guide: string
  refuses: (string)[]
  rights: 'told' | 'unverifiable'
  simulated: boolean
  practice: boolean
  practiceKeys: boolean
}

export type Webhook = {
  id: string
  name: string
  description: string
  access: 'owner' | 'shared'
  url: string | null
  hash: string | null
  keyProtected: boolean | null
  key?: string
  withheld?: (string)[]
  paused: boolean | null
  duplicateWindowSeconds: number | null
  allowedSenders: 'any' | 'tradingview' | (string)[] | null
  rateLimit: {
    perSecond: number
    burst: number
  } | null
  bots: ({
    id: string
    name: string
  })[]
  createdAt: string | null
}

export type Share = {
  id: string
  userId: string
  userName: string
  createdAt: string
}

export type Rejection = {
  at: string
  code: string
  status: number
  detail: string
  sender: string
  contentType: string | null
  body: string
}

export interface Routes {
  /** Receives a signal */
  'POST /hooks/{hash}': { path: { hash: string }; body: SignalPayloadInput; answer: {
  signalId: string
  duplicate: boolean
} }
  /** Whether the process answers */
  'GET /health': { answer: {
  status: 'ok'
  version: string
} }
  /** Whether database and executor answer */
  'GET /ready': { answer: {
  status: 'ready'
  database: 'ok'
  executor: 'ok'
} }
  /** Exchanges that can be connected */
  'GET /exchanges': { answer: {
  items: (Exchange)[]
  next: string | null
} }
  /** Public key to seal credentials to */
  'GET /sealing-key': { answer: {
  kid: string
  suite: string
  publicKey: string
} }
  /** How credentials are encrypted */
  'GET /vault': { answer: {
  kid: string
  suite: string
  masterKeyVersion: number
} }
  /** Counts of own things */
  'GET /stats': { answer: {
  connections: number
  webhooks: number
  bots: number
  signals: {
    total: number
    last24h: number
  }
  decisions: Record<string, number>
  orders: Record<string, number>
  lanes: {
    lanes: number
    waiting: number
    uncertain: number
  }
  at: string
} }
  /** Figures for Prometheus */
  'GET /metrics': { answer: undefined }
  /** A key of a simulated exchange, with simulated money */
  'POST /exchanges/{exchange}/practice-key': { path: { exchange: string }; body?: Record<string, unknown> | null; answer: {
  credentials: {
    apiKey: string
    secret: string
    passphrase?: string
  }
} }
  /** Make the first user; with a password the answer signs the browser in, without one it holds a token */
  'POST /setup': { body: {
  token: string
  name?: string
  password?: string
}; answer: CreatedUser }
  /** Where this browser stands */
  'GET /session': { answer: SessionState }
  /** Sign in with name and password */
  'POST /session': { body: {
  name: string
  password: string
}; answer: SessionState }
  /** Sign out */
  'DELETE /session': { body?: Record<string, unknown> | null; answer: undefined }
  /** Browsers that are signed in as oneself */
  'GET /sessions': { query?: { limit?: number; cursor?: string }; answer: {
  items: (Session)[]
  next: string | null
} }
  /** Sign all other browsers out; with `current=true` this one too */
  'DELETE /sessions': { query?: { current?: 'true' | 'false' }; body?: Record<string, unknown> | null; answer: {
  ended: number
} }
  /** Sign a browser out */
  'DELETE /sessions/{id}': { path: { id: string }; body?: Record<string, unknown> | null; answer: undefined }
  /** Finish signing in */
  'POST /session/second-factor': { body: {
  code?: string
  recoveryCode?: string
  passkey?: {
    challengeId: string
    response: {
      id: string
      response: Record<string, unknown>
    }
  }
}; answer: SessionState }
  /** For navigator.credentials.get: to sign in with a passkey alone, as a second factor, or to step up */
  'POST /session/passkey-options': { body?: Record<string, unknown> | null; answer: {
  challengeId: string
  options: Record<string, unknown>
} }
  /** Sign in with a passkey alone */
  'POST /session/passkey': { body: {
  challengeId: string
  response: {
    id: string
    response: Record<string, unknown>
  }
}; answer: SessionState }
  /** Prove once more that it is you: for five minutes every route is open */
  'POST /session/step-up': { body: {
  password?: string
  code?: string
  recoveryCode?: string
  passkey?: {
    challengeId: string
    response: {
      id: string
      response: Record<string, unknown>
    }
  }
}; answer: SessionState }
  /** Whom a link is for */
  'POST /invitation': { body: {
  token: string
}; answer: {
  userName: string
  expiresAt: string
  forgetsFactors: boolean
} }
  /** Set the password with a link, and sign in */
  'POST /invitation/accept': { body: {
  token: string
  password: string
}; answer: SessionState }
  /** Whose token or session this is */
  'GET /me': { answer: Me }
  /** Change one's name or password; a new password signs all other browsers out */
  'PATCH /me': { body: {
  name?: string
  password?: string
  currentPassword?: string
}; answer: Me }
  /** Begin to set up an authenticator app; the secret is shown once */
  'POST /me/totp': { body?: Record<string, unknown> | null; answer: {
  secret: string
  uri: string
} }
  /** Remove the authenticator app */
  'DELETE /me/totp': { body?: Record<string, unknown> | null; answer: undefined }
  /** Finish it with a code of the app */
  'POST /me/totp/confirm': { body: {
  code: string
}; answer: {
  recoveryCodes: (string)[] | null
} }
  /** Ten new recovery codes, shown once; the old ones end */
  'POST /me/recovery-codes': { body?: Record<string, unknown> | null; answer: {
  recoveryCodes: (string)[]
} }
  /** Own passkeys */
  'GET /me/passkeys': { answer: {
  items: (Passkey)[]
  next: string | null
} }
  /** Add the passkey that the browser made */
  'POST /me/passkeys': { body: {
  challengeId: string
  response: {
    id: string
    response: Record<string, unknown>
  }
  name?: string
}; answer: AddedPasskey }
  /** For navigator.credentials.create */
  'POST /me/passkeys/options': { body?: Record<string, unknown> | null; answer: {
  challengeId: string
  options: Record<string, unknown>
} }
  /** Rename a passkey */
  'PATCH /me/passkeys/{id}': { path: { id: string }; body: {
  name: string
}; answer: undefined }
  /** Remove a passkey */
  'DELETE /me/passkeys/{id}': { path: { id: string }; body?: Record<string, unknown> | null; answer: undefined }
  /** Users of the installation (administrators) */
  'GET /users': { query?: { limit?: number; cursor?: string }; answer: {
  items: (UserDetails)[]
  next: string | null
} }
  /** Make a user, with a first token or a link to set a password (administrators) */
  'POST /users': { body: {
  name: string
  role?: 'admin' | 'user'
  invite?: boolean
}; answer: CreatedUser }
  /** Rename, promote or disable a user (administrators) */
  'PATCH /users/{id}': { path: { id: string }; body: {
  name?: string
  role?: 'admin' | 'user'
  disabled?: boolean
}; answer: UserDetails }
  /** Delete a user who has no bots, connections and webhooks left (administrators) */
  'DELETE /users/{id}': { path: { id: string }; body?: Record<string, unknown> | null; answer: undefined }
  /** A link with which the user sets a new password, once (administrators) */
  'POST /users/{id}/invitation': { path: { id: string }; body?: {
  forgetFactors?: boolean
} | null; answer: {
  url?: string
  token?: string
  expiresAt: string
  withheld?: (string)[]
} }
  /** Own tokens */
  'GET /tokens': { query?: { limit?: number; cursor?: string }; answer: {
  items: (Token)[]
  next: string | null
} }
  /** Make a token; it is shown once */
  'POST /tokens': { body: {
  name?: string
  scopes?: ('read' | 'trade' | 'admin')[]
}; answer: CreatedToken }
  /** Revoke a token, at once */
  'DELETE /tokens/{id}': { path: { id: string }; answer: undefined }
  /** Connect an exchange key; it is tested first */
  'POST /connections': { body: {
  name?: string | null
  exchange: string
  market: 'spot' | 'futures'
  consent?: boolean
  sealed?: {
    kid: string
    enc: string
    ciphertext: string
  }
  credentials?: {
    apiKey: string
    secret: string
    passphrase?: string
  }
}; answer: Connection }
  /** Own connections */
  'GET /connections': { query?: { limit?: number; cursor?: string }; answer: {
  items: (Connection)[]
  next: string | null
} }
  /** A connection */
  'GET /connections/{id}': { path: { id: string }; answer: Connection }
  /** Never: connections are immutable */
  'PUT /connections/{id}': { path: { id: string }; answer: undefined }
  /** Never: connections are immutable */
  'PATCH /connections/{id}': { path: { id: string }; answer: undefined }
  /** Delete a connection and destroy its key */
  'DELETE /connections/{id}': { path: { id: string }; body?: Record<string, unknown> | null; answer: undefined }
  /** Run the test request again */
  'POST /connections/{id}/check': { path: { id: string }; body?: Record<string, unknown> | null; answer: Connection }
  /** Compare its books with the exchange now; differences become findings */
  'POST /connections/{id}/reconcile': { path: { id: string }; body?: Record<string, unknown> | null; answer: Connection }
  /** Move all bots to another connection of the same exchange and market */
  'POST /connections/{id}/relink': { path: { id: string }; body: {
  to: string
  abandonPosition?: boolean
}; answer: {
  moved: number
  bots: ({
    id: string
    name: string
  })[]
  warnings?: (Warning)[]
} }
  /** Limits on its entries */
  'GET /connections/{id}/caps': { path: { id: string }; answer: Caps }
  /** Replace the limits on its entries */
  'PUT /connections/{id}/caps': { path: { id: string }; body: {
  ordersPerMinute: number | null
  notionalPerOrder: string | null
  notionalPerDay: string | null
}; answer: Caps }
  /** Every use of the key */
  'GET /connections/{id}/audit': { path: { id: string }; query?: { limit?: number; cursor?: string }; answer: {
  items: (AuditEntry)[]
  next: string | null
} }
  /** Make a webhook */
  'POST /webhooks': { body?: {
  name?: string | null
  description?: string
  key?: boolean | string
  paused?: boolean
  duplicateWindowSeconds?: number
  allowedSenders?: 'any' | 'tradingview' | (string)[]
  rateLimit?: {
    perSecond: number
    burst: number
  }
} | null; answer: Webhook }
  /** Own and shared webhooks */
  'GET /webhooks': { query?: { limit?: number; cursor?: string }; answer: {
  items: (Webhook)[]
  next: string | null
} }
  /** A webhook */
  'GET /webhooks/{id}': { path: { id: string }; answer: Webhook }
  /** Change a webhook */
  'PATCH /webhooks/{id}': { path: { id: string }; body: {
  name?: string
  description?: string
  key?: boolean | string
  paused?: boolean
  duplicateWindowSeconds?: number
  allowedSenders?: 'any' | 'tradingview' | (string)[]
  rateLimit?: {
    perSecond: number
    burst: number
  }
}; answer: Webhook }
  /** Delete a webhook */
  'DELETE /webhooks/{id}': { path: { id: string }; body?: Record<string, unknown> | null; answer: undefined }
  /** A new address, a new key, or both */
  'POST /webhooks/{id}/rotate': { path: { id: string }; body: {
  hash?: boolean
  key?: boolean
}; answer: Webhook }
  /** The last 100 deliveries that were not accepted, redacted */
  'GET /webhooks/{id}/rejections': { path: { id: string }; answer: {
  items: (Rejection)[]
  next: string | null
} }
  /** Share a webhook with another user */
  'POST /webhooks/{id}/shares': { path: { id: string }; body: {
  userId: string
} | {
  userName: string
}; answer: Share }
  /** With whom a webhook is shared */
  'GET /webhooks/{id}/shares': { path: { id: string }; query?: { limit?: number; cursor?: string }; answer: {
  items: (Share)[]
  next: string | null
} }
  /** End a share; its bots then only close */
  'DELETE /webhooks/{id}/shares/{shareId}': { path: { id: string; shareId: string }; body?: Record<string, unknown> | null; answer: undefined }
  /** Make a bot */
  'POST /bots': { body: {
  name?: string | null
  webhookId: string
  connectionId: string
  symbol: string
  amount: string
  amountIn: 'quote' | 'base'
  direction?: 'both' | 'long' | 'short'
  maxSize?: string
  onOpposite?: 'close' | 'flip'
  leverage?: number | null
  maxSignalAgeSeconds?: number
  maxExitAgeSeconds?: number
  exitAtOpen?: boolean
  acceptSize?: boolean
  acceptDilution?: boolean
  paused?: boolean
}; answer: MadeBot }
  /** Own bots */
  'GET /bots': { query?: { limit?: number; cursor?: string; webhookId?: string; connectionId?: string; symbol?: string }; answer: {
  items: (Bot)[]
  next: string | null
} }
  /** What the next order of such a bot would be */
  'POST /bots/preview': { body: {
  name?: string | null
  webhookId: string
  connectionId: string
  symbol: string
  amount: string
  amountIn: 'quote' | 'base'
  direction?: 'both' | 'long' | 'short'
  maxSize?: string
  onOpposite?: 'close' | 'flip'
  leverage?: number | null
  maxSignalAgeSeconds?: number
  maxExitAgeSeconds?: number
  exitAtOpen?: boolean
  acceptSize?: boolean
  acceptDilution?: boolean
  paused?: boolean
  botId?: string
}; answer: Preview }
  /** A bot */
  'GET /bots/{id}': { path: { id: string }; answer: Bot }
  /** Change, disconnect or resume a bot */
  'PATCH /bots/{id}': { path: { id: string }; body: {
  name?: string
  webhookId?: string
  connectionId?: string | null
  symbol?: string
  amount?: string
  amountIn?: 'quote' | 'base'
  direction?: 'both' | 'long' | 'short'
  maxSize?: string
  onOpposite?: 'close' | 'flip'
  leverage?: number | null
  maxSignalAgeSeconds?: number
  maxExitAgeSeconds?: number
  exitAtOpen?: boolean
  acceptSize?: boolean
  acceptDilution?: boolean
  paused?: boolean
  abandonPosition?: boolean
}; answer: MadeBot }
  /** Delete a bot */
  'DELETE /bots/{id}': { path: { id: string }; query?: { abandonPosition?: 'true' | 'false' }; body?: {
  abandonPosition?: boolean
} | null; answer: undefined }
  /** Close the position now; needs an Idempotency-Key */
  'POST /bots/{id}/close': { path: { id: string }; body?: Record<string, unknown> | null; answer: {
  orderIds: (string)[]
} }
  /** Book an adjustment without an order */
  'POST /bots/{id}/position': { path: { id: string }; body: {
  quantity: string
  reason: string
}; answer: Position }
  /** Signals of own and shared webhooks */
  'GET /signals': { query?: { limit?: number; cursor?: string; webhookId?: string; botId?: string; symbol?: string; label?: string; from?: string; to?: string }; answer: {
  items: (Signal)[]
  next: string | null
} }
  /** A signal with its decisions and timeline */
  'GET /signals/{id}': { path: { id: string }; answer: Signal }
  /** Run it again as a test: what would happen now */
  'POST /signals/{id}/replay': { path: { id: string }; body?: Record<string, unknown> | null; answer: Signal }
  /** Own orders */
  'GET /orders': { query?: { limit?: number; cursor?: string; botId?: string; connectionId?: string; webhookId?: string; signalId?: string; symbol?: string; state?: 'pending' | 'submitting' | 'uncertain' | 'open' | 'canceling' | 'filled' | 'canceled' | 'partially_filled_then_canceled' | 'expired' | 'partially_filled_then_expired' | 'rejected' | 'failed'; from?: string; to?: string }; answer: {
  items: (Order)[]
  next: string | null
} }
  /** An order */
  'GET /orders/{id}': { path: { id: string }; answer: Order }
  /** Cancel what is not filled */
  'POST /orders/{id}/cancel': { path: { id: string }; body?: Record<string, unknown> | null; answer: Order }
  /** Say what became of an uncertain order */
  'POST /orders/{id}/resolve': { path: { id: string }; body: {
  answer: 'exists' | 'absent' | 'check'
  exchangeOrderId?: string
}; answer: Order }
  /** What own bots hold */
  'GET /positions': { query?: { limit?: number; cursor?: string; botId?: string; connectionId?: string; symbol?: string }; answer: {
  items: (Position)[]
  next: string | null
} }
  /** Differences between our books and the exchange */
  'GET /findings': { query?: { limit?: number; cursor?: string; botId?: string; connectionId?: string; acknowledged?: 'true' | 'false'; closed?: 'true' | 'false' }; answer: {
  items: (Finding)[]
  next: string | null
} }
  /** Acknowledge a difference: it has been seen */
  'POST /findings/{id}/acknowledge': { path: { id: string }; body?: Record<string, unknown> | null; answer: Finding }
  /** Own signals and orders per hour or day */
  'GET /stats/activity': { query?: { from?: string; to?: string; bucket?: 'hour' | 'day'; timeZone?: string }; answer: Activity }
  /** Own realized profit per hour or day */
  'GET /stats/profit': { query?: { from?: string; to?: string; bucket?: 'hour' | 'day'; timeZone?: string; botId?: string }; answer: Profit }
  /** How long own orders took */
  'GET /stats/latency': { query?: { from?: string; to?: string }; answer: Latency }
  /** What a person should look at now */
  'GET /attention': { answer: Attention }
  /** Prices of a bot's symbol, with its entries and exits */
  'GET /bots/{id}/chart': { path: { id: string }; query?: { from?: string; to?: string }; answer: BotChart }
  /** Stop openings, or all orders, at once */
  'POST /freeze': { body: {
  scope: 'connection' | 'user' | 'all'
  id?: string | null
  mode: 'entries' | 'all'
  reason: string
}; answer: Freeze }
  /** Lift a freeze */
  'POST /thaw': { body: {
  scope: 'connection' | 'user' | 'all'
  id?: string | null
  mode?: 'entries' | 'all'
  reason?: string
}; answer: Freeze }
  /** What is frozen */
  'GET /freezes': { query?: { limit?: number; cursor?: string }; answer: {
  items: (Freeze)[]
  next: string | null
} }
  /** Server-sent events: signal, decision, order, connection, notice, reset */
  'GET /events': { query?: { lastEventId?: string }; answer: undefined }
  /** Every use of own keys */
  'GET /audit': { query?: { limit?: number; cursor?: string }; answer: {
  items: (AuditEntry)[]
  next: string | null
} }
  /** Compare the executor's audit with the copy (administrators) */
  'POST /audit/verify': { body?: Record<string, unknown> | null; answer: {
  ok: boolean
  entries: number
  gaps: number
  head: {
    seq: number
    hash: string
  }
  copied: number
  missing: number
  problems: ({
    seq: number
    problem: string
  })[]
} }
  /** A manual signal by the owner */
  'POST /webhooks/{id}/signals': { path: { id: string }; body: SignalPayloadInput; answer: {
  signalId: string
  duplicate: boolean
} }
}
