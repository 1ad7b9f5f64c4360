import { createSecretKey, generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { createServer as createPlainServer, type AddressInfo, type Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock } from '#clock'
import { Host } from './host.ts'
import { Http, words, type Timing, type Wire } from './http.ts'

const open: (Server | ReturnType<typeof createPlainServer>)[] = []
let http: Http
beforeEach(() => { http = new Http(systemClock) })
afterEach(async () => {
  await http.close()
  for (const server of open.splice(0)) { if ('closeAllConnections' in server) server.closeAllConnections(); server.close() }
})

const GET: Wire = { method: 'GET', path: '/a', headers: [], body: null }
const within = (ms: number, more: Partial<Timing> = {}): Timing => ({ startBy: systemClock.now() + ms, deadline: systemClock.now() + ms, caller: { gone: false }, ...more })
const hostAt = (server: { address(): unknown }, prefix = ''): Host =>
  new Host('test', `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}`, [{ method: 'GET', path: '/a' }, { method: 'POST', path: '/a' }])

async function serve(answer: Parameters<typeof createServer>[1]): Promise<Server> {
  const server = createServer(answer as never)
  open.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

/** Counts requests on bare sockets and lets `react` do as it likes. */
async function serveBare(react: (socket: Socket, request: number) => void): Promise<{ server: ReturnType<typeof createPlainServer>; requests: () => number }> {
  let requests = 0
  const server = createPlainServer((socket) => {
    socket.on('error', () => undefined)
    socket.on('data', () => { requests += 1; react(socket, requests) })
  })
  open.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, requests: () => requests }
}

test('an answer comes with its status, headers, and when it was sent and answered', async () => {
  const server = await serve((request, response) => { response.end(request.url) })
  const reply = await http.send(hostAt(server, '/gateway/'), { ...GET, path: '/a?b=1' }, within(2000))
  expect(reply).toMatchObject({ kind: 'answered', status: 200, text: '/gateway/a?b=1' })
  if (reply.kind === 'answered') expect(reply.answeredAt).toBeGreaterThanOrEqual(reply.sentAt)
})

test('a redirect is an answer, and nobody follows it', async () => {
  let asked = 0
  const server = await serve((_request, response) => { asked += 1; response.writeHead(302, { location: '/a' }).end() })
  expect(await http.send(hostAt(server), GET, within(2000))).toMatchObject({ kind: 'answered', status: 302 })
  expect(asked).toBe(1)
})

test('a path that is not allowed never leaves', async () => {
  const server = await serve((_request, response) => { response.end() })
  expect(() => http.send(hostAt(server), { ...GET, path: '/b' }, within(2000))).toThrow(/not on the list/)
})

test('nobody listening, an unknown name: provably not sent', async () => {
  for (const url of ['http://127.0.0.1:9', 'http://nowhere.invalid']) {
    const host = new Host('test', url, [{ method: 'GET', path: '/a' }])
    expect(await http.send(host, GET, within(5000))).toMatchObject({ kind: 'not_sent', reason: 'unreachable' })
  }
})

test('a cut after the request, before or within the answer: lost, and asked once', async () => {
  for (const begin of ['', 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc']) {
    const { server, requests } = await serveBare((socket) => { socket.end(begin) })
    expect(await http.send(hostAt(server), GET, within(2000))).toMatchObject({ kind: 'lost', reason: 'cut' })
    expect(requests()).toBe(1)
  }
})

test('a socket that was kept and is cut at the next request: lost, and never sent on another', async () => {
  const { server, requests } = await serveBare((socket, request) => {
    if (request === 1) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')
    else socket.destroy()
  })
  const host = hostAt(server)
  expect(await http.send(host, { ...GET, method: 'POST' }, within(2000))).toMatchObject({ kind: 'answered' })
  expect(await http.send(host, { ...GET, method: 'POST' }, within(2000))).toMatchObject({ kind: 'lost', reason: 'cut' })
  expect(requests()).toBe(2)
})

test('no answer in time is lost; a request that found no socket in time was not sent, and does not leave later', async () => {
  let asked = 0
  const server = await serve(() => { asked += 1 })
  const host = hostAt(server)
  const busy = Array.from({ length: 128 }, () => http.send(host, GET, within(3000)))
  while (asked < 128) await new Promise((resolve) => { setTimeout(resolve, 5) })
  const waiting = http.send(host, GET, within(200))
  expect(await waiting).toMatchObject({ kind: 'not_sent', reason: 'deadline' })
  for (const reply of await Promise.all(busy)) expect(reply).toMatchObject({ kind: 'lost', reason: 'timeout' })
  expect(asked).toBe(128)
  expect(await http.send(host, GET, within(1000))).toMatchObject({ kind: 'lost', reason: 'timeout' })
  await expect.poll(() => asked, { timeout: 5000 }).toBe(129)
})

test('nothing is begun after its time, or for somebody who left', async () => {
  const server = await serve((_request, response) => { response.end() })
  expect(await http.send(hostAt(server), GET, within(-1))).toMatchObject({ kind: 'not_sent', reason: 'deadline' })
  expect(await http.send(hostAt(server), GET, within(100, { caller: { gone: true } }))).toMatchObject({ kind: 'not_sent', reason: 'dropped' })
})

test('an answer that is too large is given up, packed or not', async () => {
  const large = 'x'.repeat(5000)
  const plain = await serve((_request, response) => { response.end(large) })
  const packed = await serve((_request, response) => { response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(large)) })
  expect(await http.send(hostAt(plain), GET, within(2000, { maxBytes: 4000 }))).toMatchObject({ kind: 'lost', reason: 'too_large' })
  expect(await http.send(hostAt(packed), GET, within(2000, { maxBytes: 4000 }))).toMatchObject({ kind: 'lost' })
  expect(await http.send(hostAt(packed), GET, within(2000))).toMatchObject({ kind: 'answered', text: large })
})

test('a pause that was asked for is kept, in seconds as told', async () => {
  let asked = 0
  const server = await serve((_request, response) => { asked += 1; response.writeHead(429, { 'retry-after': '7' }).end() })
  const host = hostAt(server)
  await http.send(host, GET, within(2000))
  const second = await http.send(host, GET, within(2000))
  expect(second).toMatchObject({ kind: 'not_sent', reason: 'rate_limited' })
  if (second.kind === 'not_sent') expect(second.retryAfterMs).toBeGreaterThan(6000)
  expect(asked).toBe(1)
})

test('what an exchange says is shown in one short line, without the key', () => {
  const key = { apiKey: Buffer.from('abcdefgh'), secret: createSecretKey(Buffer.from('s3cr€t/+')), passphrase: Buffer.from('passphrase'), site: null }
  expect(words('abcdefgh, s3cr€t/+s3cr€t/+ and passphrase', key)).toBe('[key], [key][key] and [key]')
  expect(words('nothing of it €', key)).toBe('nothing of it €')
  expect(words('x', { ...key, secret: generateKeyPairSync('ed25519').privateKey, passphrase: null, site: null })).toBe('x')
  expect(words(`bad\r\nkey abcdefgh!\u0000 ${'x'.repeat(1000)}`, key)).toMatch(/^bad key \[key\]! x+…$/)
  expect(words('x'.repeat(1000), null).length).toBe(301)
})
