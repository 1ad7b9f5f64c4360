export * from './executor.ts'
export type * from './executor-answers.ts'
export { isPlainSubmit } from './plain-submit.ts'
export * as api from './api/index.ts'
