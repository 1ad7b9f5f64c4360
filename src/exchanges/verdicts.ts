import type { Checklist } from './checklist.ts'
import type { Verdict } from './port.ts'
import type { Answer } from './reading.ts'

/** The verdict where the exchange gave no usable answer: nothing is said about the key. */
export function noAnswer(exchange: string, answer: Answer & { kind: 'none' }, checks: Checklist): Verdict {
  switch (answer.problem) {
    case 'rate_limited':
      return checks.fail('reached', 'rate_limited', `${exchange} wants this address to pause${answer.retryAfterMs === null ? '' : ` for ${Math.ceil(answer.retryAfterMs / 1000)} s`}; try again then`)
    case 'exchange_timeout':
      return checks.fail('reached', 'exchange_timeout', `${exchange} did not answer in time. Nothing was stored: try again`)
    default:
      return checks.fail('reached', 'exchange_unreachable', `${exchange} could not be reached: ${answer.text}. Nothing was stored: try again`)
  }
}

/** What an exchange's rights mean. Names are compared as they come; what stands in no list refuses the key. */
export interface RightsTable {
  /** Reading, and trading on spot, margin and derivatives. */
  readonly harmless: ReadonlySet<string>
  readonly withdraw: ReadonlySet<string>
  /** Rights that are known to be harmful, and how people find them on the exchange's page. */
  readonly labels?: Readonly<Record<string, string>>
  /** Where rights are taken away: `under API Management`. */
  readonly where: string
}

/**
 * Whether a key may do more than read and trade: withdraw, or anything that is not known to be harmless. Null: it may not,
 * and the list says so. `granted`: the names of its rights.
 */
export function judgeExcess(granted: readonly string[], table: RightsTable, checks: Checklist): Verdict | null {
  const named = (right: string): string => (table.labels?.[right] === undefined ? `"${right}"` : `"${table.labels[right]}" (${right})`)
  const withdraws = granted.find((right) => table.withdraw.has(right))
  if (withdraws !== undefined) {
    return checks.fail('withdrawal_off', 'withdraw_permission',
      `This key can withdraw (${named(withdraws)}). Towerflow never needs that: untick it ${table.where}, or make a new key without it`)
  }
  checks.pass('withdrawal_off', 'The key cannot withdraw')
  const excess = granted.filter((right) => !table.harmless.has(right))
  if (excess.length === 0) return null
  const refused = checks.fail('rights', 'permission_excess', `This key may do more than read and trade: ${excess.map(named).join(', ')}. Untick it ${table.where}`)
  // A name that we do not know refuses a new key; of one that is kept its owner is told.
  return refused.ok || excess.some((right) => table.labels?.[right] !== undefined) ? refused : { ...refused, unknownRights: excess }
}

/** Consent to what the list could not verify, where that is about rights. Null: not needed, or given. */
export function consentMissing(checks: Checklist, consent: boolean): Verdict | null {
  const unverifiable = checks.list().some(({ name, result }) => result === 'unverifiable' && (name === 'rights' || name === 'withdrawal_off'))
  if (!unverifiable || consent) return null
  return checks.refuse('consent_required', 'It cannot be verified that this key is unable to withdraw. Make sure of it yourself, then connect again with your consent')
}
