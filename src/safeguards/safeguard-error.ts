/** Every way in which the safeguards refuse. */
export const SAFEGUARD_CODES = {
  not_durable: 'the safeguards could not be written to disk',
  too_many: 'there are as many of these as there may be',
} as const

export type SafeguardCode = keyof typeof SAFEGUARD_CODES

/** The room's only error; the message may name the system's error code. */
export class SafeguardError extends Error {
  readonly code: SafeguardCode

  constructor(code: SafeguardCode, detail?: string) {
    super(detail === undefined ? SAFEGUARD_CODES[code] : `${SAFEGUARD_CODES[code]}: ${detail}`)
    this.name = 'SafeguardError'
    this.code = code
  }
}
