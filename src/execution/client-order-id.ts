import type { KeyedHash } from '#model'

/** Tags kept in memory, one for each bot that trades. */
const TAGS_KEPT = 100_000
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const SORTED = '234567ABCDEFGHIJKLMNOPQRSTUVWXYZ'
/** Characters behind the `T` or the tags. */
const LETTERS = 17
const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7/

/** What an order is an answer to; the same origin always gives the same client order id. */
export interface Origin {
  /** The signal's id; of a close without a signal, the id of that request. */
  readonly cause: string
  readonly botId: string
  readonly leg: number
  readonly resend: number
}

/**
 * Makes client order ids: derived, so that whoever holds the installation key and the journal finds every order again at
 * the exchange. 18 characters of base32 (a letter, then 85 bits) fit nearly every exchange's alphabet and length: the second
 * of the cause, so that ids come in the order of their making and the journal finds them in few pages, then 50 bits of a
 * keyed hash over the origin. Where 28 fit, tags of installation and bot stand in front, so that people and reconciliation
 * recognise whose it is. Where fewer than 18 fit (an exchange that wants 64-bit integers), and where the cause is not an id
 * of ours, all of it is hash.
 *
 * @param keyed the keyed hash of the installation's key
 * @param timeOf the time of a cause, as it stands in the id
 * @returns a function of the origin and of what the exchange takes, characters (12 or more)
 */
export function clientOrderIds(keyed: KeyedHash, timeOf: (cause: string) => string = secondOf): (origin: Origin, maxLength: number) => string {
  const installation = base32(keyed('installation'), 4)
  const tags = new Map<string, string>()
  const tagOf = (botId: string): string => {
    const tag = tags.get(botId) ?? base32(keyed(`bot\n${botId}`), 6)
    if (tags.size < TAGS_KEPT) tags.set(botId, tag)
    return tag
  }
  return ({ cause, botId, leg, resend }, maxLength) => {
    const hash = keyed(`order\n${cause}\n${botId}\n${leg}\n${resend}`)
    if (maxLength < LETTERS + 1) return `T${base32(hash, maxLength - 1)}`
    const time = timeOf(cause)
    const unique = `${time}${base32(hash, LETTERS - time.length)}`
    return maxLength < 28 ? `T${unique}` : `T${installation}${tagOf(botId)}${unique}`
  }
}

/**
 * Tells whether an id was made for an origin: in the present form, or all hash, as ids were before they had a time in them.
 * The executor's audit may name orders of either.
 */
export function originCheck(keyed: KeyedHash): (origin: Origin, clientOrderId: string) => boolean {
  const forms = [clientOrderIds(keyed), clientOrderIds(keyed, () => '')]
  return (origin, clientOrderId) => forms.some((idOf) => idOf(origin, clientOrderId.length) === clientOrderId)
}

/** The second in which an id of ours (UUIDv7) was made, seven characters that sort as they were made; '' for any other text. */
function secondOf(id: string): string {
  if (!UUID_V7.test(id)) return ''
  let seconds = Math.floor(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) / 1000)
  let out = ''
  for (let length = 0; length < 7; length += 1) {
    out = (SORTED[seconds % 32] ?? '') + out
    seconds = Math.floor(seconds / 32)
  }
  return out
}

/** Tells an id that this installation made from any other; ids too short for its tag are never recognised. */
export function recogniser(keyed: KeyedHash): (clientOrderId: string) => boolean {
  const mark = `T${base32(keyed('installation'), 4)}`
  return (clientOrderId) => clientOrderId.length === 28 && clientOrderId.startsWith(mark) && /^[A-Z2-7]+$/.test(clientOrderId)
}

/** The first `length` base32 characters of some bytes. */
function base32(bytes: Uint8Array, length: number): string {
  let out = ''
  let bits = 0
  let value = 0
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xffff
    bits += 8
    while (bits >= 5 && out.length < length) {
      bits -= 5
      out += ALPHABET[(value >> bits) & 31]
    }
    if (out.length === length) break
  }
  return out
}
