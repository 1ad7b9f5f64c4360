// The executor's own record of every use of a key: append-only, hash-chained, one JSON object a line.
export { AuditError, type AuditCode } from './audit-error.ts'
export type { AuditEntry, AuditEvent, AuditEventName, AuditHead } from './audit-line.ts'
export { entriesBackwards } from './audit-backwards.ts'
export { verifyAuditChain, type AuditReport, type BadReason } from './audit-verify.ts'
export { openAuditWriter, type AuditFile, type AuditWriter } from './audit-writer.ts'
