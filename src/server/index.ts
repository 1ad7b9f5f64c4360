// The HTTP server; the process around it is `main.ts`.
export { fileFactorKey } from './accounts/factor-key.ts'
export type { ServerParts } from './parts.ts'
export { createServer } from './server.ts'
export { newToken, openSetup } from './setup-token.ts'
