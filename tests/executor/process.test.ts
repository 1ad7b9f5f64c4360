import { spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import { verifyAuditChain, type AuditEntry } from '#audit'
import { systemClock } from '#clock'
import { executorNodeFlags } from '#executor'
import { connectExecutor } from '#executor-client'
import { check, connected, newCredentials, order, startExecutor, startWorld, submit, until, type Executor } from './harness.ts'

const PROBE = fileURLToPath(new URL('./probe/attempts.mjs', import.meta.url))
const running: Executor[] = []
afterEach(async () => { await Promise.all(running.splice(0).map((executor) => executor.stop())) })
const started = async <T extends Executor>(executor: Promise<T>): Promise<T> => {
  running.push(await executor)
  return executor
}

test('the flags refuse what the executor must not be able to do, and nothing that it needs', async () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'flags-'))
  mkdirSync(path.join(dir, 'run'))
  const safeguardsPath = path.join(dir, 'safeguards')
  mkdirSync(safeguardsPath)
  const [socketPath, auditPath, outside] = [path.join(dir, 'run', 'executor.sock'), path.join(dir, 'audit.log'), path.join(dir, 'master.key')]
  writeFileSync(outside, 'secret')
  const audit = openSync(auditPath, 'a', 0o600)
  const child = spawn(process.execPath, [...executorNodeFlags({ socketPath, auditPath, safeguardsPath }), `--allow-fs-read=${PROBE}`, PROBE, socketPath, auditPath, outside], {
    stdio: ['ignore', 'pipe', 'pipe', 'ignore', audit], env: {},
  })
  closeSync(audit)
  let [out, err] = ['', '']
  child.stdout?.on('data', (bytes: Buffer) => { out += bytes.toString() })
  child.stderr?.on('data', (bytes: Buffer) => { err += bytes.toString() })
  await new Promise((resolve) => { child.once('close', resolve) })
  expect(err).toBe('')
  const results = JSON.parse(out) as Record<string, string>
  const denied = 'ERR_ACCESS_DENIED'
  expect(results).toEqual({
    readOutside: denied, readEnvironment: denied, readMasterKey: denied, writeOutside: denied, writeBesideSocket: denied, truncateAudit: denied,
    removeAudit: denied, appendAudit: denied, readAudit: 'done', writeInheritedAudit: 'done', writeSource: denied, childProcess: denied, worker: denied,
    inspector: denied, sqlite: 'ERR_UNKNOWN_BUILTIN_MODULE', addon: 'ERR_DLOPEN_DISABLED', evaluate: 'EvalError', heapSnapshot: denied, seesOutside: denied,
    connectSocket: 'ENOENT',
  })
  expect(readFileSync(auditPath, 'utf8')).toBe('line\n')
  rmSync(dir, { recursive: true })
})

describe('the process', () => {
  test('its socket is for its owner alone, and SIGUSR1 starts no inspector', async () => {
    const executor = await started(startExecutor())
    expect(statSync(executor.socketPath).mode & 0o777).toBe(0o600)
    executor.child.kill('SIGUSR1')
    expect(await executor.port.call({ verb: 'describe' })).toMatchObject({ masterKeyVersion: 1 })
    expect(executor.logged()).not.toMatch(/debugger/i)
  })

  test('it ends when whoever started it is gone', async () => {
    const executor = await started(startExecutor())
    const gone = new Promise((resolve) => { executor.child.once('exit', resolve) })
    executor.child.stdin?.end()
    expect(await gone).toBe(0)
  })

  test('killed and started again it goes on with its chain, and the client finds it', async () => {
    const dir = mkdtempSync(path.join(tmpdir(), 'again-'))
    mkdirSync(path.join(dir, 'run'), { mode: 0o700 })
    const first = await startExecutor({ dir, urls: { binance: 'http://127.0.0.1:9' } })
    await check(first, { ...newCredentials() }, 'spot')
    const { auditHead } = await first.port.call({ verb: 'describe' })
    expect(auditHead.seq).toBe(2)
    const port = connectExecutor(first.socketPath, systemClock)
    const gone = new Promise((resolve) => { first.child.once('exit', resolve) })
    first.child.kill('SIGKILL')
    await gone
    await expect(port.call({ verb: 'describe' })).rejects.toMatchObject({ code: 'unavailable' })
    const second = await started(startExecutor({ dir, masterKeys: first.masterKeys }))
    expect((await second.port.call({ verb: 'describe' })).auditHead).toEqual(auditHead)
    await until(() => port.call({ verb: 'describe' }).then(() => true, () => false))
    port.close()
    first.port.close()
    await second.stop()
    rmSync(dir, { recursive: true })
  })

  test('a broken frame costs the client its connection, and nobody else anything', async () => {
    const executor = await started(startExecutor())
    for (const bytes of [Buffer.from([0xff, 0xff, 0xff, 0xff]), Buffer.from([0, 0, 0, 2, 0x7b, 0x7b]), Buffer.from([0, 0, 0, 2, 0x7b, 0x7d])]) {
      const socket = createConnection(executor.socketPath)
      const closed = new Promise((resolve) => { socket.once('close', resolve) })
      socket.on('error', () => undefined).resume() // what it is told first is of no interest
      socket.write(bytes)
      await closed
    }
    expect(await executor.port.call({ verb: 'describe' })).toMatchObject({ masterKeyVersion: 1 })
    await expect(executor.port.call({ verb: 'withdraw' } as never)).rejects.toMatchObject({ code: 'invalid_input' })
  })

  test('no credential stands in its log, its audit, or what it tells; every use of a key does', async () => {
    const world = await started(startWorld(['binance', 'alpaca']))
    const { ref, credentials } = await connected(world, 'spot')
    const sent = order()
    await submit(world, ref, sent)
    const bad = newCredentials()
    await check(world, { ...bad }, 'spot')
    await check(world, { ...bad }, 'spot', { exchange: 'alpaca' })
    await until(() => world.pushes.some((push) => push.push === 'audit' && push.entries.some((entry) => entry['event'] === 'outcome' && entry['clientOrderId'] === sent.clientOrderId)))
    const entries: AuditEntry[] = []
    await until(async () => (await verifyAuditChain(world.auditPath)).ok)
    expect((await verifyAuditChain(world.auditPath, (entry) => { entries.push(entry) })).ok).toBe(true)
    expect(entries.map(({ event, outcome }) => `${event} ${outcome ?? ''}`.trim())).toEqual(
      ['check', 'outcome accepted', 'submit', 'outcome accepted', 'check', 'outcome refused: credentials_rejected', 'check', 'outcome refused: credentials_rejected'])
    expect(entries[2]).toMatchObject({ connectionId: ref.connectionId, userId: 'user-1', orderId: 'order-1', botId: 'bot-1', signalId: 'signal-1', leg: 0, clientOrderId: sent.clientOrderId })
    expect(entries[3]).toMatchObject({ of: entries[2]?.seq })
    const pushed = (): unknown[] => world.pushes.flatMap((push) => (push.push === 'audit' ? [...push.entries] : []))
    await until(() => pushed().length >= entries.length)
    expect(pushed()).toEqual(entries)
    const told = world.logged() + readFileSync(world.auditPath, 'utf8') + JSON.stringify(world.pushes)
    for (const secret of [credentials.apiKey, credentials.secret, bad.apiKey, bad.secret]) expect(told).not.toContain(secret)
  })
})

test('where the audit cannot be written no key is touched and nothing is sent', async () => {
  const world = await started(startWorld(['binance']))
  const { ref } = await connected(world, 'spot')
  const dir = mkdtempSync(path.join(tmpdir(), 'full-'))
  symlinkSync('/dev/full', path.join(dir, 'audit.log'))
  const full = await started(startExecutor({ dir, urls: world.simulator.urls, masterKeys: world.masterKeys }))
  const before: Record<string, number> = await world.sim('GET', '/requests')
  expect(await submit(full, ref, order())).toMatchObject({ kind: 'not_sent', code: 'audit_unavailable' })
  await expect(full.port.call({ verb: 'account', connection: ref, purpose: {} })).rejects.toMatchObject({ code: 'unavailable' })
  await expect(check(full, { ...newCredentials() }, 'spot')).rejects.toMatchObject({ code: 'unavailable' })
  expect(await world.sim('GET', '/requests')).toEqual(before)
  await full.stop()
  rmSync(dir, { recursive: true })
})

test('a client that hangs up takes with him what had not left yet', async () => {
  const world = await started(startWorld(['binance']))
  const { ref } = await connected(world, 'spot')
  // Every socket to the exchange is busy: what comes after waits.
  await world.sim('POST', '/faults', { path: '/api/v3/account', fault: 'delay', ms: 5000, times: 200 })
  const busy = connectExecutor(world.socketPath, systemClock)
  for (let i = 0; i < 130; i += 1) busy.call({ verb: 'account', connection: ref, purpose: {} }).catch(() => undefined)
  const before = async (): Promise<number> => ((await world.sim('GET', '/requests')) as Record<string, number>)['GET /api/v3/account'] ?? 0
  await until(async () => await before() >= 128)
  const leaving = connectExecutor(world.socketPath, systemClock)
  const sent = order()
  const outcome = leaving.call({ verb: 'submitOrder', connection: ref, kind: 'open', order: sent, purpose: {} })
  await until(() => readFileSync(world.auditPath, 'utf8').includes(sent.clientOrderId))
  leaving.close()
  expect(await outcome).toMatchObject({ kind: 'unknown' })
  await until(() => world.pushes.some((push) => push.push === 'audit' && push.entries.some((entry) => entry['outcome'] === 'not_sent: dropped')))
  expect(((await world.sim('GET', '/orders')) as unknown[]).length).toBe(0)
  busy.close()
})

test('an order handed over when the executor dies is unknown, not an error; one not handed over is unavailable', async () => {
  const world = await started(startWorld(['binance']))
  const { ref } = await connected(world, 'spot')
  await world.sim('POST', '/faults', { method: 'POST', path: '/api/v3/order', fault: 'hang' })
  const outcome = submit(world, ref, order())
  await until(async () => ((await world.sim('GET', '/requests')) as Record<string, number>)['POST /api/v3/order'] === 1)
  world.child.kill('SIGKILL')
  expect(await outcome).toMatchObject({ kind: 'unknown' })
  await expect(submit(world, ref, order())).rejects.toMatchObject({ code: 'unavailable' })
  expect(existsSync(world.auditPath)).toBe(true)
})
