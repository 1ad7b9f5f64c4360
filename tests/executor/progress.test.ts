import { mkdtempSync, rmSync } from 'node:fs'
import { createConnection, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '#clock'
import type { CheckAnswer } from '#contract'
import { connectExecutor, encodeFrame, FrameReader } from '#executor-client'
import type { Check } from '#model'
import { check, connected, newCredentials, startWorld, until, type Credentials, type World } from './harness.ts'

const SECOND_QUESTION = '/api/v3/account'

describe('a test of a key', () => {
  let world: World
  beforeAll(async () => { world = await startWorld(['binance']) })
  afterAll(async () => { await world.stop() })
  beforeEach(async () => { await world.sim('DELETE', '') })

  const account = async (fields: Record<string, unknown> = {}): Promise<Credentials> => {
    const credentials = newCredentials()
    await world.sim('POST', '/accounts', { ...credentials, permissions: ['read', 'spot'], balances: { USDT: '1000' }, ...fields })
    return credentials
  }

  test('tells what it has found out while the exchange has yet to answer the rest, and nothing that is still open', async () => {
    const credentials = await account()
    await world.sim('POST', '/faults', { path: SECOND_QUESTION, fault: 'hang' })
    const told: Check[] = []
    let answered: CheckAnswer | null = null
    const answer = check(world, { ...credentials }, 'spot', { onCheck: (one) => { told.push(one) } }).then((came) => { answered = came; return came })
    await until(() => told.length >= 7)
    expect(answered).toBeNull()
    expect(told.map(({ name, result }) => `${name} ${result}`)).toEqual([
      'reached pass', 'signature pass', 'live_account pass', 'withdrawal_off pass', 'rights pass', 'ip_binding unverifiable', 'expiry pass',
    ])
    const final = await answer
    expect(final).toMatchObject({ ok: false, code: 'exchange_timeout' })
    // What the exchange was reached for at first was told as such; the end of it takes its place.
    expect(told.at(-1)).toMatchObject({ name: 'reached', result: 'fail' })
    for (const one of new Map(told.map((each) => [each.name, each])).values()) expect(final.checks).toContainEqual(one)
    for (const part of Object.values(credentials)) expect(JSON.stringify(told)).not.toContain(part)
  })

  test('of a kept connection tells them too', async () => {
    const { ref } = await connected(world, 'spot')
    const told: string[] = []
    await world.port.call({ verb: 'checkConnection', connection: ref, consent: false, progress: true }, ({ name }) => { told.push(name) })
    expect(told).toEqual(['reached', 'signature', 'live_account', 'withdrawal_off', 'rights', 'ip_binding', 'expiry'])
  })

  test('tells a long sentence cut; the answer has the whole of it', async () => {
    const rights = Array.from({ length: 150 }, (_, at) => `enableSomethingNewNumber${at}`)
    const told: Check[] = []
    const answer = await check(world, { ...await account({ permissions: ['read', 'spot', ...rights] }) }, 'spot', { onCheck: (one) => { told.push(one) } })
    const [whole, cut] = [answer.ok ? '' : answer.detail, told.find(({ result }) => result === 'fail')?.detail ?? '']
    expect(whole.length).toBeGreaterThan(3000)
    expect(cut).toBe(whole.slice(0, 2000))
  })

  test('tells nothing to whom does not ask for it', async () => {
    const { ref } = await connected(world, 'spot')
    const messages = await new Promise<unknown[]>((resolve, reject) => {
      const [socket, reader, got]: [Socket, FrameReader, unknown[]] = [createConnection(world.socketPath), new FrameReader(), []]
      socket.on('error', reject).on('data', (bytes) => {
        got.push(...reader.read(bytes).filter((message) => !('push' in (message as object))))
        if (got.some((message) => 'ok' in (message as object))) {
          socket.destroy()
          resolve(got)
        }
      })
      socket.write(encodeFrame({ id: 1, request: { verb: 'checkConnection', connection: ref, consent: false } }))
    })
    expect(messages).toMatchObject([{ id: 1, ok: { ok: true } }])
  })
})

describe('an executor that is not of this protocol', () => {
  const ASKED = { verb: 'checkCredentials', userId: 'u', connectionId: 'c', exchange: 'binance', market: 'spot', consent: false, progress: true } as const
  const GOOD = { name: 'reached', result: 'pass', detail: 'Binance answered' }

  /** Answers a request with these messages, each with its id. */
  async function against(messages: readonly object[], asked: object = ASKED, listens = true): Promise<{ outcome: unknown; told: Check[] }> {
    const dir = mkdtempSync(path.join(tmpdir(), 'other-executor-'))
    const socketPath = path.join(dir, 'executor.sock')
    const server = createServer((socket) => {
      const reader = new FrameReader()
      socket.on('error', () => undefined).on('data', (bytes) => {
        for (const message of reader.read(bytes)) for (const each of messages) socket.write(encodeFrame({ id: (message as { id: number }).id, ...each }))
      })
    })
    await new Promise<void>((resolve) => { server.listen(socketPath, resolve) })
    const port = connectExecutor(socketPath, systemClock)
    const told: Check[] = []
    const outcome = await port.call(asked as never, listens ? (one) => { told.push(one) } : undefined).catch((error: unknown) => error)
    port.close()
    server.close()
    rmSync(dir, { recursive: true })
    return { outcome, told }
  }

  test('is cut off by whoever waits, who is told so', async () => {
    const done = { ok: { ok: true } }
    expect(await against([{ check: GOOD }, done])).toEqual({ outcome: done.ok, told: [GOOD] })
    const broken = { code: 'unavailable', message: expect.stringContaining('did not keep to the protocol') as unknown }
    for (const strange of [{ ...GOOD, secret: 'x' }, { ...GOOD, result: 'maybe' }, { ...GOOD, detail: 'x'.repeat(2001) }, { ...GOOD, name: 'Not a name' }, 'reached']) {
      const { outcome, told } = await against([{ check: strange }, done])
      expect(outcome, JSON.stringify(strange).slice(0, 80)).toMatchObject(broken)
      expect(told).toEqual([])
    }
    const many = await against([...Array.from({ length: 25 }, () => ({ check: GOOD })), done])
    expect([many.told.length, many.outcome]).toEqual([24, expect.objectContaining(broken)])
    expect((await against([{ check: GOOD }, done], { verb: 'describe' }, false)).outcome).toMatchObject(broken)
    expect((await against([{ result: {} }])).outcome).toMatchObject(broken)
  })
})
