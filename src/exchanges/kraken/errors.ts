import type { ProblemCode } from '#model'
import { all, problemOfStatus, refused, REFUSED, type Code, type Meaning, type Refusal } from '../refusal.ts'

// What Kraken's words mean. [D docs.kraken.com guides/spot-errors; send-order; support.kraken.com "API error messages"] What
// is missing here leaves the outcome of an order unknown: above all EService:Unavailable, EService:Busy, EService:Timeout,
// EGeneral:Internal error, EDatabase:Internal error; unknownError, Server Error, Unavailable.

/** "Invalid nonce": requests of one key overtook each other; nothing was carried out, and a fresh nonce heals it. */
const NONCE = ['EAPI:Invalid nonce', 'nonceBelowThreshold', 'nonceDuplicate'] as const
const DEADLINE = 'EService:Deadline elapsed'

/** Whether it came too late, or too early for its deadline to be believed. What futures say of `processBefore` is not documented: its name is. */
export const isClockSkew = (code: Code): boolean =>
  typeof code === 'string' && (NONCE.some((each) => code.startsWith(each)) || code.startsWith(DEADLINE) || /^EGeneral:Invalid arguments:.*deadline|processBefore/i.test(code))

const SKEWED = refused('clock_skew')

const BY_CODE: ReadonlyMap<Code, Refusal | 'exists'> = new Map<Code, Refusal | 'exists'>([
  // Spot.
  ...all(['EAPI:Invalid key'], refused('credentials_rejected')), ...all(['EAPI:Invalid signature'], refused('signature_rejected')),
  ...all(['EGeneral:Permission denied'], refused('permission_missing')),
  ...all(['EQuery:Unknown asset pair', 'EQuery:Invalid asset pair'], REFUSED.symbol),
  ...all(['EOrder:Insufficient funds'], REFUSED.balance),
  ...all(['EOrder:Insufficient margin', 'EOrder:Margin allowance exceeded', 'EOrder:Margin level too low'], REFUSED.margin),
  ...all(['EOrder:Order minimum not met', 'EOrder:Cost minimum not met'], REFUSED.minimum),
  ...all(['EOrder:Tick size check failed', 'EOrder:Invalid price'], REFUSED.rules),
  ...all(['EOrder:Orders limit exceeded'], REFUSED.tooManyOpen), ...all(['EOrder:Positions limit exceeded', 'EOrder:Margin position size exceeded'], REFUSED.positionLimit),
  ...all(['EOrder:Reduce only:No position exists', 'EOrder:Reduce only:Position is closed'], REFUSED.nothingToReduce),
  ...all(['EService:Market in cancel_only mode', 'EService:Market in post_only mode', 'EService:Market in limit_only mode'], REFUSED.halted),
  ...all(['EOrder:Cannot open position', 'EOrder:Cannot open opposing position', 'EOrder:Trading agreement required', 'ETrade:User Locked',
    'EAuth:Account temporary disabled', 'EAuth:Account unconfirmed'], REFUSED.restricted),
  // Futures: the status of an order that was not placed.
  ...all(['clientOrderIdAlreadyExist'], 'exists' as const),
  ...all(['insufficientAvailableFunds', 'wouldCauseLiquidation', 'insufficientFunds'], REFUSED.margin),
  ...all(['invalidSize', 'invalidPrice'], REFUSED.rules), ...all(['clientOrderIdTooBig', 'clientOrderIdTooLong', 'clientOrderIdInvalid', 'invalidOrderType'], REFUSED.invalid),
  ...all(['tooManySmallOrders', 'tooManyOrders'], REFUSED.tooManyOpen), ...all(['marketInactive'], REFUSED.closed),
  ...all(['marketSuspended', 'marketIsPostOnly', 'marketUnavailable'], REFUSED.halted),
  ...all(['maxPositionViolation'], REFUSED.positionLimit), ...all(['wouldNotReducePosition'], REFUSED.nothingToReduce), ...all(['fixedLeverageTooHigh'], REFUSED.leverage),
  ...all(['iocWouldNotExecute', 'outsidePriceCollar', 'wouldIncreasePriceDislocation', 'selfFill'], REFUSED.noLiquidity),
  // Futures: the whole request.
  ...all(['authenticationError'], refused('credentials_rejected')), ...all(['contractNotFound'], REFUSED.symbol), ...all(['accountInactive'], REFUSED.restricted),
  ...all(['requiredArgumentMissing'], REFUSED.invalid),
])

/** Codes that go on with what is wrong, or with the place where it is forbidden. */
const BY_BEGINNING: readonly (readonly [RegExp, Refusal])[] = [
  [/^EGeneral:Invalid arguments:volume minimum/, REFUSED.minimum], [/^EGeneral:Invalid arguments:(?:volume|viqc)/, REFUSED.rules],
  // An id that is taken may be called an invalid one: that proves nothing.
  [/^EGeneral:Invalid arguments(?!.*cl_ord_id)/, REFUSED.invalid], [/^EAccount:Invalid permissions/, REFUSED.restricted],
  [/^invalidArgument: ?symbol/, REFUSED.symbol], [/^invalidArgument: ?size/, REFUSED.rules], [/^invalidArgument(?!.*cliOrdId)/, REFUSED.invalid],
]

/** What an answer to an order means. */
export function meaningOf(code: Code | null): Meaning {
  if (typeof code !== 'string') return null
  return isClockSkew(code) ? SKEWED : BY_CODE.get(code) ?? BY_BEGINNING.find(([beginning]) => beginning.test(code))?.[1] ?? null
}

/** Nothing (more) to cancel. */
export const isNotOpen = (code: Code | null): boolean => code === 'EOrder:Unknown order'

const PROBLEMS: ReadonlyMap<Code, ProblemCode> = new Map<Code, ProblemCode>([
  ...all<ProblemCode>(['EAPI:Invalid key', 'authenticationError'], 'credentials_rejected'), ...all<ProblemCode>(['EAPI:Invalid signature'], 'signature_rejected'),
  ...all<ProblemCode>(['EGeneral:Permission denied'], 'permission_missing'), ...all<ProblemCode>(['EQuery:Unknown asset pair', 'EQuery:Invalid asset pair', 'contractNotFound'], 'unknown_symbol'),
  ...all<ProblemCode>(['ETrade:User Locked', 'EAuth:Account temporary disabled', 'EAuth:Account unconfirmed', 'accountInactive'], 'account_restricted'),
])

export function problemOf(code: Code | null, status: number): ProblemCode {
  if (code !== null && isClockSkew(code)) return 'clock_skew'
  const known = code === null ? undefined : PROBLEMS.get(code)
  if (known !== undefined) return known
  if (typeof code === 'string' && code.startsWith('EAccount:Invalid permissions')) return 'account_restricted'
  return status === 404 ? 'unknown_symbol' : problemOfStatus(status)
}
