import path from 'node:path'
import react from '@vitejs/plugin-react'
import { createLogger, defineConfig, type Logger } from 'vite'

/** Without what we know. */
function quiet(): Logger {
  const logger = createLogger('warn')
  return { ...logger, warn: (text, options) => { if (!text.includes('Module "crypto" has been externalized')) logger.warn(text, options) } }
}

// The page is read by the server (`src/server/pages`): hashed names, no inline script, a place for each answer's nonce.
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  // What reads signals' payloads needs this part of the model alone; others reach for Node.
  resolve: { alias: { '#model': path.join(import.meta.dirname, '../src/model/signal.ts') } },
  html: { cspNonce: '__CSP_NONCE__' },
  // Of node:crypto @hpke/core speaks only where there is no WebCrypto.
  customLogger: quiet(),
  build: {
    target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false }, reportCompressedSize: false, chunkSizeWarningLimit: 700,
    outDir: process.env['TOWERFLOW_WEB_OUT'] ?? 'dist', emptyOutDir: true,
  },
  // While one works on the page: `npx vite web`, beside `npm start`.
  server: { proxy: { '/api': 'http://127.0.0.1:3000' } },
})
