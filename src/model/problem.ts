/**
 * The one class of operating errors: a stable code, a text for people, and what may be done next. Expected outcomes of
 * trading are values, not errors; programmer errors are assertions.
 */
export class Problem extends Error {
  readonly code: ProblemCode
  readonly status: number
  readonly errors: readonly FieldError[]
  /** Further members of the problem body, e.g. `bots` of a `connection_in_use`. Never holds a credential. */
  readonly extra: Readonly<Record<string, unknown>>

  constructor(code: ProblemCode, detail: string, more: { errors?: readonly FieldError[]; extra?: Record<string, unknown> } = {}) {
    super(detail)
    this.name = 'Problem'
    this.code = code
    this.status = PROBLEMS[code].status
    this.errors = more.errors ?? []
    this.extra = more.extra ?? {}
  }
}

export interface FieldError {
  /** Dotted path of the field, e.g. `credentials.secret`. */
  readonly path: string
  readonly message: string
}

/** Every code of the HTTP API: its status, and the title that goes with it. `docs/errors.md` lists the same. */
export const PROBLEMS = {
  invalid_input: { status: 400, title: 'The request is not valid' },
  invalid_payload: { status: 400, title: 'The signal is not valid' },
  unauthenticated: { status: 401, title: 'A session or a valid token is needed' },
  wrong_credentials: { status: 401, title: 'Name or password is wrong' },
  wrong_key: { status: 401, title: 'The webhook key is wrong' },
  forbidden: { status: 403, title: 'The token lacks the scope for this' },
  second_factor_required: { status: 403, title: 'A fresh second factor is needed' },
  password_required: { status: 403, title: 'The password is needed once more' },
  cross_site_request: { status: 403, title: 'The request does not come from our own page' },
  sender_not_allowed: { status: 403, title: 'This address may not send to the webhook' },
  plaintext_not_allowed: { status: 403, title: 'Plaintext credentials are switched off' },
  not_found: { status: 404, title: 'Not found' },
  unknown_webhook: { status: 404, title: 'There is no such webhook' },
  unknown_exchange: { status: 404, title: 'This exchange is not supported' },
  method_not_allowed: { status: 405, title: 'Method not allowed' },
  connection_immutable: { status: 405, title: 'A connection cannot be edited' },
  connection_in_use: { status: 409, title: 'Bots use this connection' },
  webhook_in_use: { status: 409, title: 'Bots listen to this webhook' },
  webhook_paused: { status: 409, title: 'The webhook is paused' },
  duplicate_connection: { status: 409, title: 'This key is already connected' },
  duplicate_name: { status: 409, title: 'The name is taken' },
  idempotency_key_reused: { status: 409, title: 'The Idempotency-Key belongs to another request' },
  orders_unresolved: { status: 409, title: 'Orders are not final yet' },
  position_open: { status: 409, title: 'The bot holds a position' },
  leverage_conflict: { status: 409, title: 'Another bot set another leverage' },
  nothing_to_close: { status: 409, title: 'The bot holds nothing' },
  order_not_uncertain: { status: 409, title: 'The order is not uncertain' },
  too_early: { status: 409, title: 'It is too early to say that' },
  order_final: { status: 409, title: 'The order is final' },
  frozen: { status: 409, title: 'Trading is frozen' },
  changed_meanwhile: { status: 409, title: 'It was changed at the same moment' },
  last_administrator: { status: 409, title: 'Nobody else could administrate' },
  user_in_use: { status: 409, title: 'The user has bots, connections or webhooks' },
  factor_exists: { status: 409, title: 'It is set up already' },
  passkeys_unavailable: { status: 409, title: 'Passkeys do not work under this address' },
  setup_done: { status: 409, title: 'The first user exists already' },
  request_timeout: { status: 408, title: 'The request came too slowly' },
  body_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'The body must be JSON' },
  credentials_rejected: { status: 422, title: 'The exchange does not know this key' },
  signature_rejected: { status: 422, title: 'The exchange refused the signature' },
  passphrase_required: { status: 422, title: 'A passphrase is needed' },
  passphrase_rejected: { status: 422, title: 'The exchange refused the passphrase' },
  ip_not_allowed: { status: 422, title: 'The key does not allow this address' },
  permission_missing: { status: 422, title: 'The key lacks a right' },
  permission_excess: { status: 422, title: 'The key may do more than it should' },
  withdraw_permission: { status: 422, title: 'The key can withdraw' },
  wrong_market: { status: 422, title: 'The key is for another market' },
  paper_account: { status: 422, title: 'This is a paper account' },
  demo_account: { status: 422, title: 'This is a demo account' },
  key_expired: { status: 422, title: 'The key has expired' },
  clock_skew: { status: 422, title: 'The clocks differ' },
  account_restricted: { status: 422, title: 'The exchange restricts this account' },
  consent_required: { status: 422, title: 'Rights that cannot be verified need your consent' },
  weak_password: { status: 422, title: 'The password is not good enough' },
  not_confirmed: { status: 422, title: 'The proof is wrong' },
  unknown_symbol: { status: 422, title: 'The exchange has no such symbol' },
  rules_violated: { status: 422, title: 'The market rules do not allow this' },
  rate_limited: { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'Something went wrong here' },
  envelope_refused: { status: 500, title: 'The stored key cannot be opened' },
  exchange_unreachable: { status: 502, title: 'The exchange could not be reached' },
  not_stored: { status: 503, title: 'The signal was not stored; send it again' },
  unavailable: { status: 503, title: 'Not ready' },
  exchange_timeout: { status: 504, title: 'The exchange did not answer in time' },
} as const satisfies Record<string, { status: number; title: string }>

export type ProblemCode = keyof typeof PROBLEMS
