import type { ProblemCode } from '#model'
import type { Checklist } from '../checklist.ts'
import type { Desk } from '../desk.ts'
import type { Call, Verdict } from '../port.ts'
import type { Answer } from '../reading.ts'
import { noAnswer } from '../verdicts.ts'
import { get } from './account.ts'
import { problemOf } from './errors.ts'

/** HMAC keys and secrets of Binance are 64 letters and digits each. */
const USUAL_SHAPE = /^[A-Za-z0-9]{64}$/
const KEY_LENGTH = 64
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** The verdict where a test request did not go through; null: it did. */
export async function refusedRequest(desk: Desk, call: Call, answer: Answer, checks: Checklist): Promise<Verdict | null> {
  if (answer.kind === 'ok') return null
  if (answer.kind === 'none') return noAnswer('Binance', answer, checks)
  if (answer.code === -2015) return unclearRejection(desk, call, answer.text, checks)
  if (answer.code === -2014 || answer.code === -2008) {
    return checks.fail('signature', 'credentials_rejected', `${unknownKey(call)} (${answer.code}: ${answer.text})`)
  }
  return rejectedKey(answer, checks)
}

/** A refusal that names its reason. */
export function rejectedKey(answer: Answer & { kind: 'refused' }, checks: Checklist): Verdict {
  const said = `Binance: ${answer.text} (${answer.code ?? `HTTP ${answer.status}`})`
  if (answer.status === 451 || (answer.status === 403 && answer.code === null)) {
    return checks.fail('reached', 'account_restricted', `Binance does not serve the address or country of this machine. ${said}`)
  }
  const code = problemOf(answer.code, answer.status)
  return checks.fail(code === 'exchange_unreachable' ? 'reached' : 'signature', code, `${ADVICE[code] ?? 'The test request was refused'}. ${said}`)
}

const ADVICE: Partial<Record<ProblemCode, string>> = {
  signature_rejected: 'Binance knows the key, but not a signature made with this secret: copy the Secret Key again; it belongs to exactly this API Key and is shown only once, when the key is made',
  clock_skew: 'This machine\'s clock and Binance\'s differ, also after comparing them: switch on time synchronisation',
  ip_not_allowed: 'The key does not allow the address of this machine: add it under API Management → Edit restrictions',
  account_restricted: 'Binance has locked the keys of this account, or restricts it: look for a notice in your Binance account',
  credentials_rejected: 'Binance does not accept this key',
}

/**
 * -2015 says "Invalid API-key, IP, or permissions", never which. The question was one that every valid key may ask, so
 * permissions are out; a key that surely does not exist shows how this server answers unknown ones: if otherwise, ours is
 * known and the address is the reason.
 */
async function unclearRejection(desk: Desk, call: Call, text: string, checks: Checklist): Promise<Verdict> {
  const unknown = await askWithUnknownKey(desk, call)
  if (unknown.kind === 'refused' && unknown.code !== null && unknown.code !== -2015) {
    return checks.fail('ip_binding', 'ip_not_allowed', `Binance knows this key but does not allow it from the address of this machine${addressIn(text)}. `
      + `Add the address under API Management → Edit restrictions, or check that the key was not switched off (-2015: ${text})`)
  }
  checks.unverifiable('ip_binding', 'Binance gives the same answer to an unknown key and to one that does not allow this address')
  return checks.fail('signature', 'credentials_rejected', `${unknownKey(call)} Or it does not allow the address of this machine${addressIn(text)}: `
    + `Binance answers both alike. Check both under API Management (-2015: ${text})`)
}

async function askWithUnknownKey(desk: Desk, call: Call): Promise<Answer> {
  const bytes = desk.clock.randomBytes(KEY_LENGTH)
  const apiKey = Buffer.from(Array.from(bytes, (byte) => ALPHABET[byte % ALPHABET.length]).join(''))
  return get(desk, { key: { ...call.key, apiKey }, caller: call.caller }, 'spot', '/sapi/v1/account/apiRestrictions')
}

/** Futures tells which address it sees. */
function addressIn(text: string): string {
  const address = /request ip: ([0-9a-fA-F.:]{3,45})/.exec(text)?.[1]
  return address === undefined ? '' : ` (${address})`
}

function unknownKey({ key }: Call): string {
  const shape = key.apiKey.toString('latin1')
  if (!USUAL_SHAPE.test(shape)) {
    return `Binance does not know this API Key. Keys there are 64 letters and digits, this one has ${shape.length} characters: copy it again, whole.`
  }
  return 'Binance does not know this API Key. Were API Key and Secret Key swapped? Both are 64 letters and digits; the API Key is the one that stays visible.'
}
