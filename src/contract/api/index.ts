// The HTTP API, one file per noun: what requests may hold and what answers hold. The server validates with these
// schemas and OpenAPI is generated from them.
export * from './account.ts'
export * from './bot.ts'
export * from './common.ts'
export * from './connection.ts'
export * from './freeze.ts'
export * from './order.ts'
export * from './preview.ts'
export * from './problem.ts'
export * from './session.ts'
export * from './signal.ts'
export * from './system.ts'
export * from './webhook.ts'
