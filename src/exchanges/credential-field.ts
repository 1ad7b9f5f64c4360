import { Problem } from '#model'

const NOTHING = Buffer.alloc(0)
const PEM = Buffer.from('-----')
const BLANK: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d])

/**
 * One credential field without blanks around it, as a view of the caller's bytes. Throws `Problem` `invalid_input` where
 * it is absent, empty or holds characters that no key has; the message names the field, never its content. Keys in PEM
 * (they begin with five dashes) may have line ends and blanks inside.
 */
export function fieldOf(fields: ReadonlyMap<string, Buffer>, name: string, label: string): Buffer {
  const bytes = fields.get(name)
  const trimmed = bytes === undefined ? NOTHING : trim(bytes)
  if (trimmed.length === 0) throw wrong(name, `The ${label} is missing`)
  const isPem = trimmed.length > PEM.length && trimmed.subarray(0, PEM.length).equals(PEM)
  // Runs with every order, so a plain loop.
  for (const byte of trimmed) {
    const fits = byte > 0x20 && byte < 0x7f
    if (!fits && !(isPem && BLANK.has(byte))) throw wrong(name, `The ${label} holds blanks or characters that no key has: copy it again, whole and alone`)
  }
  return trimmed
}

function trim(bytes: Buffer): Buffer {
  let start = 0
  let end = bytes.length
  while (start < end && BLANK.has(bytes[start] ?? 0)) start += 1
  while (end > start && BLANK.has(bytes[end - 1] ?? 0)) end -= 1
  return bytes.subarray(start, end)
}

const wrong = (name: string, message: string): Problem =>
  new Problem('invalid_input', message, { errors: [{ path: `credentials.${name}`, message }] })

/** The passphrase as bytes of its own. Throws `Problem` `passphrase_required` where there is none, `invalid_input` like `fieldOf`. */
export function passphraseOf(fields: ReadonlyMap<string, Buffer>, exchange: string): Buffer {
  if (trim(fields.get('passphrase') ?? NOTHING).length > 0) return Buffer.from(fieldOf(fields, 'passphrase', 'passphrase'))
  const message = `A key of ${exchange} has a passphrase: the one that was chosen when the key was made`
  throw new Problem('passphrase_required', message, { errors: [{ path: 'credentials.passphrase', message }] })
}

/** The site that was found out when the key was connected; null: the main one. See `Verdict.site`. */
export const siteOf = (fields: ReadonlyMap<string, Buffer>): string | null => fields.get('site')?.toString('latin1') ?? null
