import { enableCompileCache, flushCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

// Compiled code is kept beside the packages, which halves the time to start; where that cannot be written, it is not.
enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/towerflow', import.meta.url)))
await import('./process.ts')
// It listens. Otherwise the code would be kept at an orderly end only.
flushCompileCache()
