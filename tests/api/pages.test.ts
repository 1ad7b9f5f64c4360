import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startInProcess, type InProcess } from './in-process.ts'

const SCRIPT = 'console.log("hello from the page");\n'.repeat(50)
const INDEX = `<!doctype html><meta property="csp-nonce" nonce="__CSP_NONCE__"><script type="module" src="/assets/index-BhQ2x_9a.js"></script>`

let folder: string
let server: InProcess

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'towerflow-web-'))
  mkdirSync(path.join(folder, 'assets'))
  const script = path.join(folder, 'assets', 'index-BhQ2x_9a.js')
  writeFileSync(path.join(folder, 'index.html'), INDEX)
  writeFileSync(script, SCRIPT)
  writeFileSync(`${script}.br`, brotliCompressSync(SCRIPT))
  writeFileSync(`${script}.gz`, gzipSync(SCRIPT))
  writeFileSync(`${script}.map`, '{"sources":[]}')
  writeFileSync(path.join(folder, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
  writeFileSync(path.join(folder, '.env'), 'SECRET=1')
  writeFileSync(path.join(folder, '.hidden.txt'), 'hidden')
  symlinkSync('/etc/passwd', path.join(folder, 'passwd.txt'))
  server = await startInProcess({ settings: { publicUrl: 'https://flow.example' }, more: { webFolder: folder } })
})
afterAll(async () => {
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
})

const open = (address: string, headers: Record<string, string> = { accept: 'text/html' }, method = 'GET') => (
  fetch(server.url + address, { method, headers, redirect: 'error' }))

test('every address that a person may open is the page, with a policy that lets nothing else in', async () => {
  const nonces = new Set<string>()
  for (const address of ['/', '/signals', '/bots/0192-x/edit', '/invitation', '/?next=%2Fbots']) {
    const answer = await open(address)
    const text = await answer.text()
    expect([address, answer.status, answer.headers.get('content-type'), answer.headers.get('cache-control')]).toEqual([address, 200, 'text/html; charset=utf-8', 'no-store'])
    const policy = answer.headers.get('content-security-policy') ?? ''
    const nonce = /style-src 'self' 'nonce-([\w+/=]{24})'/.exec(policy)?.[1] ?? 'none'
    expect(text).toBe(INDEX.replace('__CSP_NONCE__', nonce))
    nonces.add(nonce)
    expect(policy.replace(nonce, 'N')).toBe("default-src 'none'; script-src 'self'; style-src 'self' 'nonce-N'; connect-src 'self'; img-src 'self' data:; font-src 'self'; manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; upgrade-insecure-requests")
    expect(Object.fromEntries(['x-content-type-options', 'referrer-policy', 'x-frame-options', 'cross-origin-opener-policy', 'strict-transport-security'].map((name) => [name, answer.headers.get(name)]))).toEqual({
      'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'x-frame-options': 'DENY', 'cross-origin-opener-policy': 'same-origin', 'strict-transport-security': 'max-age=31536000',
    })
  }
  expect(nonces.size).toBe(5)
})

test('nothing below /api is ever the page, nor is a file that is not there, nor another method', async () => {
  for (const address of ['/api', '/api/', '/api/v1', '/api/v1/nothing', '/api/nothing/at/all', '/assets/gone-BhQ2x_9b.js', '/nothing.png']) {
    const answer = await open(address)
    expect([address, answer.status, answer.headers.get('content-type')]).toEqual([address, 404, 'application/problem+json; charset=utf-8'])
  }
  expect((await open('/bots', { accept: 'application/json' })).status).toBe(404)
  expect((await open('/bots', { accept: 'text/html' }, 'POST')).status).toBe(404)
  expect((await open('/api/v1/webhooks', { accept: 'text/html' })).status).toBe(401)
  const wrong = await open('/api/v1/health', {}, 'DELETE')
  expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
})

test('hashed files are kept for ever, others are asked for again; both as small as the browser takes them', async () => {
  const script = await open('/assets/index-BhQ2x_9a.js', { 'accept-encoding': 'gzip, deflate, br' })
  expect(await script.text()).toBe(SCRIPT)
  expect([script.headers.get('content-encoding'), script.headers.get('cache-control'), script.headers.get('vary'), script.headers.get('content-type')])
    .toEqual(['br', 'public, max-age=31536000, immutable', 'accept-encoding', 'text/javascript; charset=utf-8'])
  expect((await open('/assets/index-BhQ2x_9a.js', { 'accept-encoding': 'gzip, br;q=0' })).headers.get('content-encoding')).toBe('gzip')
  expect((await open('/assets/index-BhQ2x_9a.js', { 'accept-encoding': 'identity' })).headers.get('content-encoding')).toBeNull()
  const icon = await open('/favicon.svg')
  expect([icon.headers.get('cache-control'), icon.headers.get('content-type')]).toEqual(['no-cache', 'image/svg+xml'])
  const again = await open('/favicon.svg', { 'if-none-match': icon.headers.get('etag') ?? '' })
  expect([again.status, await again.text()]).toEqual([304, ''])
  expect((await open('/favicon.svg', {}, 'HEAD')).status).toBe(200)
})

test.each([
  '/../package.json', '/assets/../../package.json', '/%2e%2e/package.json', '/assets/%2e%2e%2f%2e%2e%2fetc%2fpasswd', '/.env', '/.hidden.txt', '/passwd.txt',
  '/assets/index-BhQ2x_9a.js.map', '/assets/index-BhQ2x_9a.js.br', '//etc/passwd.txt', '/assets\\..\\x.txt',
])('%s leads to no file', async (address) => {
  const { hostname, port } = new URL(server.url)
  const { request } = await import('node:http')
  const status = await new Promise<number>((resolve, reject) => {
    request({ hostname, port, path: address, headers: { accept: '*/*' } }, (answer) => {
      answer.resume()
      resolve(answer.statusCode ?? 0)
    }).on('error', reject).end()
  })
  expect(status).toBe(404)
})

describe('a build', () => {
  test('that is made anew is seen without a restart', async () => {
    writeFileSync(path.join(folder, 'index.html'), '<!doctype html><p>new</p>')
    utimesSync(path.join(folder, 'index.html'), new Date(), new Date(Date.now() + 5000))
    expect(await (await open('/')).text()).toContain('<p>new</p>')
  })

  test('that is missing is said so, in a page that its policy allows', async () => {
    const bare = await startInProcess()
    try {
      const answer = await fetch(bare.url, { headers: { accept: 'text/html' } })
      const text = await answer.text()
      expect([answer.status, answer.headers.get('strict-transport-security')]).toEqual([200, null])
      expect(text).toContain('has not been built yet')
      const nonce = /<style nonce="([^"]+)"/.exec(text)?.[1] ?? 'none'
      expect(answer.headers.get('content-security-policy')).toContain(`'nonce-${nonce}'`)
    } finally {
      await bare.stop()
    }
  })
})
