import { chmodSync, unlinkSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import type { Clock } from '#clock'
import { executorRequest, isPlainSubmit, MOST_CHECKS_TOLD, MOST_DETAIL, type ExecutorPush, type SubmitOutcome } from '#contract'
import { encodeFrame, FrameReader, writeFrame } from '#executor-client'
import type { Log } from '#log'
import { Problem, type Check } from '#model'
import type { Client, ExecutorService } from './service.ts'

/** Requests under way at once, over all clients. */
const MAX_REQUESTS = 8192
const MAX_CLIENTS = 64
/** A client that does not read: what waits for it beyond that cuts its connection. */
const MAX_UNREAD_BYTES = 64 * 1024 * 1024

/** The executor's only way in: a socket in the file system that nobody but its owner can open (0600). */
export class ExecutorServer {
  readonly #service: ExecutorService
  readonly #log: Log
  readonly #clock: Clock
  readonly #server: Server
  readonly #clients = new Set<Socket>()
  #requests = 0

  constructor(service: ExecutorService, log: Log, clock: Clock) {
    this.#service = service
    this.#log = log
    this.#clock = clock
    this.#server = createServer((socket) => { this.#welcome(socket) })
    this.#server.maxConnections = MAX_CLIENTS
  }

  /** Resolves when it listens. A socket file that a killed process left behind is replaced. */
  async listen(path: string): Promise<void> {
    removeStale(path)
    const before = process.umask(0o077)
    try {
      await new Promise<void>((resolve, reject) => {
        this.#server.once('error', reject)
        this.#server.listen(path, () => {
          this.#server.off('error', reject)
          resolve()
        })
      })
    } finally {
      process.umask(before)
    }
    chmodSync(path, 0o600)
  }

  /** Tells every client. */
  push(push: ExecutorPush): void {
    if (this.#clients.size === 0) return
    const frame = encodeFrame(push)
    for (const socket of this.#clients) this.#write(socket, frame)
  }

  /** Hangs up on everybody and listens no more. */
  close(): void {
    this.#server.close()
    for (const socket of this.#clients) socket.destroy()
  }

  #welcome(socket: Socket): void {
    const reader = new FrameReader()
    const client = { gone: false, push: (push: ExecutorPush): void => { this.#write(socket, encodeFrame(push)) } }
    this.#clients.add(socket)
    this.#service.welcome(client.push)
    socket.on('data', (bytes: Buffer) => {
      try {
        for (const message of reader.read(bytes)) void this.#answer(socket, client, message)
      } catch (error) {
        this.#log.warn({ err: error }, 'a client broke the protocol and was cut')
        socket.destroy()
      }
    })
    socket.on('error', (error) => { this.#log.debug({ err: error }, 'the connection of a client broke') })
    socket.on('close', () => {
      client.gone = true
      this.#clients.delete(socket)
      this.#service.drop(client.push)
    })
  }

  async #answer(socket: Socket, client: Client, message: unknown): Promise<void> {
    const { id, request } = message as { id?: unknown; request?: unknown }
    if (typeof id !== 'number') {
      socket.destroy()
      return
    }
    let told = 0
    const answer = await this.#carryOut(client, request, ({ name, result, detail }) => {
      told += 1
      if (told <= MOST_CHECKS_TOLD) this.#write(socket, encodeFrame({ id, check: { name, result, detail: detail.slice(0, MOST_DETAIL) } }))
    })
    this.#write(socket, encodeFrame({ id, ...answer }))
  }

  async #carryOut(client: Client, request: unknown, onCheck: (check: Check) => void): Promise<{ ok: unknown } | { problem: { code: string; detail: string } }> {
    if (this.#requests >= MAX_REQUESTS) return problem('unavailable', `more than ${MAX_REQUESTS} requests at once`)
    this.#requests += 1
    try {
      if (isPlainSubmit(request)) return { ok: await this.#service.handle(request, client) }
      const parsed = executorRequest.safeParse(request)
      if (!parsed.success) {
        return this.#notARequest(request, parsed.error.issues)
      }
      return { ok: await this.#service.handle(parsed.data, client, onCheck) }
    } catch (error) {
      if (error instanceof Problem) return problem(error.code, error.message)
      // A mistake of ours. It may have come after a request left, so it is no `unavailable`; the text may hold anything.
      this.#log.error({ err: error }, 'a request failed in a way that it should not')
      return problem('internal', 'the executor failed; its log says more')
    } finally {
      this.#requests -= 1
    }
  }

  /** Nothing was begun, and an order has to be told so in its own way. A connection that is no such thing was tampered with. */
  #notARequest(request: unknown, [issue]: readonly { path: readonly PropertyKey[]; message: string }[]): { ok: unknown } | { problem: { code: string; detail: string } } {
    const what = `${issue?.path.map(String).join('.') ?? ''} ${issue?.message ?? ''}`.slice(0, 200)
    const { verb, connection } = (request ?? {}) as { verb?: unknown; connection?: { connectionId?: unknown } }
    const isRow = issue?.path[0] === 'connection'
    if (isRow) this.#log.warn({ connectionId: String(connection?.connectionId), detail: what }, 'the row of a connection is not as it was written: refused')
    const code = isRow ? 'envelope_refused' : 'invalid_input'
    const text = isRow ? `The key of this connection cannot be opened: its row is not as it was written (${what}). Nothing was sent` : `not a request: ${what}`
    return verb === 'submitOrder' ? { ok: { kind: 'not_sent', code, text, retryAfterMs: null } satisfies SubmitOutcome } : problem(code, text)
  }

  /** Exchanges answer on many sockets: what came in one turn of the event loop goes to the client in one piece, at its end. */
  #write(socket: Socket, frame: Buffer): void {
    if (!socket.writable) return
    writeFrame(socket, frame, this.#clock.nextTurn)
    if (socket.writableLength > MAX_UNREAD_BYTES) socket.destroy()
  }
}

const problem = (code: string, detail: string): { problem: { code: string; detail: string } } => ({ problem: { code, detail } })

function removeStale(path: string): void {
  try {
    unlinkSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}
