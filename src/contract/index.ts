export * from './executor.ts'
export type * from './executor-answers.ts'
