import { stat } from 'node:fs/promises'
import path from 'node:path'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { App } from '../http.ts'
import type { Shared } from '../server.ts'
import { NOT_BUILT } from './not-built.ts'
import { readWebFiles, type WebFile, type WebFiles } from './web-files.ts'

/** Stands in the page for the nonce of one answer; Vite puts it there (`html.cspNonce`). */
const NONCE = '__CSP_NONCE__'
const YEAR_SECONDS = 31_536_000

/**
 * The page: files of the web build, and the page itself for every other address that a person may open or reload.
 * Nothing below `/api` is ever answered with it.
 */
export function pageRoutes(app: App, shared: Shared): void {
  const { clock, settings, log } = shared
  const https = settings.publicUrl?.startsWith('https:') === true
  let loaded: { readonly files: WebFiles; readonly at: number } | null = null

  // A build that is made anew while the server runs is seen when the page is next opened.
  const current = async (): Promise<WebFiles> => {
    const at = await madeAt(shared.webFolder)
    if (loaded?.at !== at) {
      loaded = { files: await readWebFiles(shared.webFolder), at }
      log.info({ files: loaded.files.files.size, page: loaded.files.index !== null }, 'the web page was read')
    }
    return loaded.files
  }

  app.addHook('onRequest', async (_request, reply) => { reply.headers(https ? { ...HEADERS, ...HSTS } : HEADERS) })

  app.get('/*', { schema: { hide: true } }, async (request, reply) => {
    const address = addressOf(request)
    if (address === '/api' || address.startsWith('/api/')) return reply.callNotFound()
    const known = loaded?.files.files.get(address)
    if (known !== undefined) return sendFile(request, reply, known)
    const { files, index } = await current()
    const file = files.get(address)
    if (file !== undefined) return sendFile(request, reply, file)
    if (!wantsPage(request, address)) return reply.callNotFound()
    const nonce = Buffer.from(clock.randomBytes(16)).toString('base64')
    return reply.header('content-type', 'text/html; charset=utf-8').header('cache-control', 'no-store')
      .header('content-security-policy', pagePolicy(nonce, https)).send((index ?? NOT_BUILT).replaceAll(NONCE, nonce))
  })
}

/** 0: there is none. */
async function madeAt(folder: string): Promise<number> {
  try {
    return (await stat(path.join(folder, 'index.html'))).mtimeMs
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0
    throw error
  }
}

function addressOf(request: FastifyRequest): string {
  return request.url.split(/[?#]/, 1)[0] ?? '/'
}

/** Whether a person opens an address: what looks like a file, and is none of ours, is not found. */
const wantsPage = (request: FastifyRequest, address: string): boolean => (
  address === '/' || ((request.headers.accept ?? '').includes('text/html') && path.posix.extname(address) === ''))

function sendFile(request: FastifyRequest, reply: FastifyReply, file: WebFile): FastifyReply {
  reply.header('content-type', file.type).header('vary', 'accept-encoding').header('etag', file.etag)
    .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; sandbox")
    .header('cache-control', file.immutable ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache')
  if (request.headers['if-none-match'] === file.etag) return reply.code(304).send()
  for (const coding of ['br', 'gzip'] as const) {
    const body = file.encoded[coding]
    if (body !== undefined && accepts(request, coding)) return reply.header('content-encoding', coding).send(body)
  }
  return reply.send(file.body)
}

const accepts = (request: FastifyRequest, coding: string): boolean => (
  String(request.headers['accept-encoding'] ?? '').split(',').some((part) => {
    const [name = '', weight = ''] = part.trim().toLowerCase().split(/\s*;\s*/)
    return name === coding && !/^q=0(\.0*)?$/.test(weight)
  }))

/**
 * What the page may load: itself, and nothing else. Scripts only from files; the style elements that its components
 * insert carry the nonce of this one answer.
 */
const pagePolicy = (nonce: string, https: boolean): string => [
  "default-src 'none'", "script-src 'self'", `style-src 'self' 'nonce-${nonce}'`, "connect-src 'self'", "img-src 'self' data:", "font-src 'self'",
  "manifest-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'", ...https ? ['upgrade-insecure-requests'] : [],
].join('; ')

const HEADERS = {
  'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'x-frame-options': 'DENY', 'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=(), publickey-credentials-get=(self), publickey-credentials-create=(self)',
}
const HSTS = { 'strict-transport-security': `max-age=${YEAR_SECONDS}` }
