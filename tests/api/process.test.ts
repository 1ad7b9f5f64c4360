import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'

// The server's process by itself, as the supervisor starts it; no executor stands behind its socket.

const MAIN = fileURLToPath(new URL('../../src/server/main.ts', import.meta.url))
let dataDir: string
const children: ChildProcess[] = []

beforeEach(() => { dataDir = mkdtempSync(path.join(tmpdir(), 'towerflow-process-')) })
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  rmSync(dataDir, { recursive: true, force: true })
})

interface Started { readonly child: ChildProcess; readonly ended: Promise<number | string | null>; logged(): string }

function start(env: Record<string, string> = {}): Started {
  const child = spawn(process.execPath, [MAIN], {
    stdio: ['pipe', 'pipe', 'pipe', 'ipc'], env: {
      PATH: process.env['PATH'] ?? '', TOWERFLOW_DATA_DIR: dataDir, TOWERFLOW_PORT: '0', ...env,
    },
  })
  children.push(child)
  let log = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (bytes: Buffer) => { log += bytes.toString() })
  const ended = new Promise<number | string | null>((resolve) => { child.once(
    'exit', (code, signal) => { resolve(code ?? signal) },
  ) })
  return { child, ended, logged: () => log }
}

const listening = ({ child, ended, logged }: Started): Promise<{
  url: string
  setupToken: string
}> => new Promise((resolve, reject) => {
  child.once('message', (message) => { resolve(message as { url: string; setupToken: string }) })
  void ended.then((code) => { reject(new Error(`the server ended with ${String(code)}: ${logged()}`)) })
})

test('it says where it listens, with a setup token while there is no user, and stops in order with a stream open', async () => {
  const server = start()
  const said = await listening(server)
  expect(said).toMatchObject({
    event: 'listening', url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    setupToken: expect.stringMatching(/^tf_/),
  })
  const made = await fetch(
    `${said.url}/api/v1/setup`,
    {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ token: said.setupToken }),
    },
  )
  const { token } = await made.json() as { token: string }
  const stream = await fetch(`${said.url}/api/v1/events`, { headers: { authorization: `Bearer ${token}` } })
  expect(stream.status).toBe(200)
  server.child.kill('SIGTERM')
  expect(await server.ended).toBe(0)
  expect(await stream.text()).toContain(': welcome')
  expect(server.logged()).toContain('"msg":"stopped"')
  for (const secret of [token, said.setupToken]) expect(server.logged()).not.toContain(secret)

  const again = start()
  expect((await listening(again)) as object).toMatchObject({ setupToken: null })
})

test('it ends at once when whoever started it is gone', async () => {
  const server = start()
  await listening(server)
  server.child.stdin?.end()
  expect(await server.ended).toBe(1)
})

test('with settings that cannot be read it ends with 2 and says which, quoting none', async () => {
  const server = start({ TOWERFLOW_DATABASE_URL: 'mysql://me:hunter2@x', TOWERFLOW_PROT: '1' })
  expect(await server.ended).toBe(2)
  expect(server.logged()).toContain('TOWERFLOW_PROT is not a setting')
  expect(server.logged()).not.toContain('hunter2')
})

test('what nobody foresaw ends it with 1 and a fatal line', async () => {
  const server = start({ TOWERFLOW_HOST: '203.0.113.1' })
  expect(await server.ended).toBe(1)
  expect(server.logged()).toContain('"level":"fatal"')
})
