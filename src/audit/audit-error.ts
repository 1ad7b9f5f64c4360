/** Every way in which the audit refuses. An order whose use of a key cannot be written down is not sent. */
export const AUDIT_CODES = {
  invalid_event: 'a field of the event is missing, too long or of the wrong kind',
  not_written: 'the audit file could not be written (disk full?)',
  not_durable: 'the audit file could not be flushed to disk',
  unreadable: 'no valid entry near the end of the audit file',
  wrong_file: 'the descriptor and the path are different files',
  closed: 'the audit writer was closed',
} as const

export type AuditCode = keyof typeof AUDIT_CODES

/** The audit's only error; the message may name the system's error code. */
export class AuditError extends Error {
  readonly code: AuditCode

  constructor(code: AuditCode, detail?: string) {
    super(detail === undefined ? AUDIT_CODES[code] : `${AUDIT_CODES[code]}: ${detail}`)
    this.name = 'AuditError'
    this.code = code
  }
}
