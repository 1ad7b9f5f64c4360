export { createLog, type Log } from './log.ts'
export { Secret } from './secret.ts'
