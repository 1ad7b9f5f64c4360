/**
 * How our client order ids (`T` and base32 letters, as many as the facts' `maxLength`) are written at one exchange. The
 * journal keeps our form alone; this is the one place where an exchange's own form begins and ends. The two undo each
 * other, so that an order seen at the exchange can be found in the journal again.
 */
export interface OrderIds {
  write(ours: string): string
  /** Null: not of a form that we write, so not ours. */
  read(theirs: string): string | null
}

const OURS = /^[A-Za-z0-9_-]{1,64}$/

/** Where the exchange takes them as they are. */
export const plainIds: OrderIds = { write: (ours) => ours, read: (theirs) => (OURS.test(theirs) ? theirs : null) }

/** Where something of fixed text has to stand in front, such as Gate's `t-`. */
export const prefixedIds = (prefix: string): OrderIds => ({
  write: (ours) => prefix + ours,
  read: (theirs) => (theirs.startsWith(prefix) ? plainIds.read(theirs.slice(prefix.length)) : null),
})

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const BITS_PER_LETTER = 5n

/**
 * Where the exchange wants a number: the letters behind the `T`, five bits each, behind a one that keeps leading letters.
 * `letters`: the facts' `maxLength` less one. 11 letters make 56 bits, which a signed 64-bit integer holds; 17 make 86.
 * `spell` and `unspell` turn the number into the exchange's text and back (decimal, hexadecimal, a UUID).
 */
export const numericIds = (letters: number, spell: (value: bigint) => string, unspell: (text: string) => bigint | null): OrderIds => ({
  write: (ours) => {
    let value = 1n
    for (const letter of ours.slice(1)) value = value << BITS_PER_LETTER | BigInt(ALPHABET.indexOf(letter))
    return spell(value)
  },
  read: (theirs) => {
    let value = unspell(theirs)
    if (value === null || value >> BITS_PER_LETTER * BigInt(letters) !== 1n) return null
    let ours = ''
    for (let at = 0; at < letters; at += 1) {
      ours = (ALPHABET[Number(value & 31n)] ?? '') + ours
      value >>= BITS_PER_LETTER
    }
    return `T${ours}`
  },
})
