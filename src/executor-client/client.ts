import { connect, type Socket } from 'node:net'
import type { Clock } from '#clock'
import { checkTold, MOST_CHECKS_TOLD, type ExecutorAnswers, type ExecutorPort, type ExecutorPush, type ExecutorRequest } from '#contract'
import { Problem, PROBLEMS, type Check, type ProblemCode } from '#model'
import { encodeFrame, FrameError, FrameReader, writeFrame } from './frames.ts'

/** The executor over its local socket; `close` ends the connection and every wait. */
export type ExecutorConnection = ExecutorPort & { close(): void }

/** A call made while the executor is away waits that long for it to come back. */
const PATIENCE_MS = 500
/** The executor itself gives up half a second after an order's deadline; this is the second net. */
const ORDER_GRACE_MS = 2000
/** A local socket, where a try costs nothing and an executor that is started again is back within a second. */
const RECONNECT_MS = [20, 50, 100] as const
/** Per verb, ms, for those that have no deadline of their own. Test requests may ask an exchange five times. */
const DEADLINES_MS: Readonly<Partial<Record<ExecutorRequest['verb'], number>>> = {
  lookupOrder: 40_000, testOrder: 20_000, cancelOrder: 20_000, account: 30_000, report: 300_000, setLeverage: 20_000, checkCredentials: 45_000, checkConnection: 45_000,
  markets: 60_000, price: 12_000, watch: 5000, describe: 5000, forget: 5000, freeze: 5000, thaw: 5000, freezes: 5000, setCaps: 5000, caps: 5000,
}
const UNKNOWN_VERB_MS = 10_000

/**
 * Connects, and connects again whenever it has to, for ever. A request that was not handed over rejects with `Problem`
 * `unavailable`. Once it was, an order whose answer does not come resolves to `unknown`; everything else rejects with
 * `unavailable` or `exchange_timeout`. Nothing is ever sent twice. What is no message of the protocol cuts the connection.
 */
export function connectExecutor(socketPath: string, clock: Clock): ExecutorConnection {
  return new ExecutorClient(socketPath, clock)
}

type OnCheck = (check: Check) => void

interface Waiting {
  readonly request: ExecutorRequest
  readonly onCheck: OnCheck | undefined
  /** How many checks it was told of. */
  told: number
  readonly sentAt: number
  readonly stopTimer: () => void
  readonly resolve: (answer: never) => void
  readonly reject: (problem: Problem) => void
}

class ExecutorClient implements ExecutorPort {
  readonly #path: string
  readonly #clock: Clock
  readonly #listeners: ((push: ExecutorPush) => void)[] = []
  readonly #waiting = new Map<number, Waiting>()
  #socket: Socket | null = null
  #connected: Promise<void>
  #connectedNow: () => void = () => undefined
  #lastId = 0
  #failures = 0
  #closed = false
  #stopRetry: () => void = () => undefined

  constructor(path: string, clock: Clock) {
    this.#path = path
    this.#clock = clock
    this.#connected = new Promise((resolve) => { this.#connectedNow = resolve })
    this.#connect()
  }

  onPush(listener: (push: ExecutorPush) => void): void {
    this.#listeners.push(listener)
  }

  async call<R extends ExecutorRequest>(request: R, onCheck?: OnCheck): Promise<ExecutorAnswers[R['verb']]> {
    if (this.#socket === null) await this.#waitConnected(request)
    const socket = this.#socket
    if (socket === null || this.#closed) throw down()
    return this.#send(socket, request, onCheck)
  }

  close(): void {
    this.#closed = true
    this.#stopRetry()
    this.#socket?.destroy()
    this.#connectedNow()
    this.#lost()
  }

  #send<R extends ExecutorRequest>(socket: Socket, request: R, onCheck: OnCheck | undefined): Promise<ExecutorAnswers[R['verb']]> {
    const id = this.#lastId += 1
    const frame = frameOf(id, request)
    if (frame === null) return refuseTooLarge(request)
    const sentAt = this.#clock.now()
    const deadlineMs = request.verb === 'submitOrder' ? request.order.notAfter - sentAt + ORDER_GRACE_MS : DEADLINES_MS[request.verb] ?? UNKNOWN_VERB_MS
    return new Promise((resolve, reject) => {
      const stopTimer = this.#clock.after(Math.max(0, deadlineMs), () => {
        this.#give(id, (waiting) => { giveUp(waiting, 'exchange_timeout', 'the executor did not answer in time') })
      })
      this.#waiting.set(id, { request, onCheck, told: 0, sentAt, stopTimer, resolve, reject })
      writeFrame(socket, frame)
    })
  }

  async #waitConnected(request: ExecutorRequest): Promise<void> {
    if (this.#closed) throw down()
    const patience = request.verb === 'submitOrder' ? Math.min(PATIENCE_MS, request.order.notAfter - this.#clock.now()) : PATIENCE_MS
    let stop: () => void = () => undefined
    const late = new Promise<void>((resolve) => { stop = this.#clock.after(Math.max(0, patience), resolve) })
    await Promise.race([this.#connected, late])
    stop()
  }

  #connect(): void {
    const socket = connect(this.#path)
    const reader = new FrameReader()
    socket.on('connect', () => {
      this.#failures = 0
      this.#socket = socket
      this.#connectedNow()
    })
    socket.on('data', (bytes: Buffer) => {
      try {
        for (const message of reader.read(bytes)) this.#receive(message)
      } catch (error) {
        if (error instanceof FrameError) this.#lost(`the executor did not keep to the protocol: ${error.message}`)
        socket.destroy(error as Error)
      }
    })
    // What went wrong does not matter here: `close` follows, and the next try tells.
    socket.on('error', () => undefined)
    socket.on('close', () => {
      if (this.#socket === socket) {
        this.#socket = null
        this.#connected = new Promise((resolve) => { this.#connectedNow = resolve })
        this.#lost()
      }
      if (this.#closed) return
      const wait = RECONNECT_MS[Math.min(this.#failures, RECONNECT_MS.length - 1)] ?? 100
      this.#failures += 1
      this.#stopRetry = this.#clock.after(wait, () => { this.#connect() })
    })
  }

  #receive(message: unknown): void {
    const { id = 0, ok, problem, push, check } = message as { id?: number; ok?: unknown; problem?: { code: string; detail: string }; push?: string; check?: unknown }
    if (push !== undefined) {
      for (const listener of this.#listeners) listener(message as ExecutorPush)
      return
    }
    if (check !== undefined) {
      this.#hear(id, check)
      return
    }
    if (ok === undefined && problem === undefined) throw new FrameError('a message is neither an answer nor anything else that is known here')
    this.#give(id, (waiting) => {
      if (problem === undefined) waiting.resolve(ok as never)
      else waiting.reject(new Problem(problem.code in PROBLEMS ? problem.code as ProblemCode : 'internal', problem.detail))
    })
  }

  /** What was not asked for, or not like that, comes of an executor that is not ours: throws `FrameError`. */
  #hear(id: number, check: unknown): void {
    const waiting = this.#waiting.get(id)
    if (waiting === undefined) return // given up meanwhile
    const { success, data } = checkTold.safeParse(check)
    waiting.told += 1
    if (!success || waiting.onCheck === undefined || waiting.told > MOST_CHECKS_TOLD) throw new FrameError('a check was told that is none, that nobody asked for, or that is one too many')
    waiting.onCheck(data)
  }

  #give(id: number, end: (waiting: Waiting) => void): void {
    const waiting = this.#waiting.get(id)
    if (waiting === undefined) return
    this.#waiting.delete(id)
    waiting.stopTimer()
    end(waiting)
  }

  #lost(why = 'the connection to the executor broke'): void {
    for (const id of this.#waiting.keys()) this.#give(id, (waiting) => { giveUp(waiting, 'unavailable', why) })
  }
}

/** Null: larger than any request is. */
function frameOf(id: number, request: ExecutorRequest): Buffer | null {
  try {
    return encodeFrame({ id, request })
  } catch (error) {
    if (error instanceof FrameError) return null
    throw error
  }
}

function refuseTooLarge<R extends ExecutorRequest>({ verb }: R): Promise<ExecutorAnswers[R['verb']]> {
  const text = 'The request is larger than any can be: what is stored was changed. Nothing was sent'
  if (verb !== 'submitOrder') return Promise.reject(new Problem('envelope_refused', text))
  return Promise.resolve({ kind: 'not_sent', code: 'envelope_refused', text, retryAfterMs: null } as never)
}

/** It was handed over: an order may be out, whatever became of the executor. */
function giveUp({ request, sentAt, resolve, reject }: Waiting, code: ProblemCode, why: string): void {
  if (request.verb === 'submitOrder') resolve({ kind: 'unknown', reason: why, sentAt } as never)
  else reject(new Problem(code, why))
}

const down = (): Problem => new Problem('unavailable', 'the executor is not running')
