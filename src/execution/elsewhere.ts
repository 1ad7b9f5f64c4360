import { newId, sleep, type Clock } from '#clock'
import { Problem, type ProblemCode } from '#model'
import type { LaneRequest, Requests } from '#store'
import type { ExecutionLog } from './context.ts'

/** What another server wants of this one. Both reject with `Problem`. */
export interface Serve {
  /** Carries out what only the owner of a lane can do. */
  asked(botId: string, kind: string, args: unknown): Promise<unknown>
  /** Takes over what is told to all, this server's own word (`own`) included, in the order in which it was said. */
  told(own: boolean, kind: string, args: unknown): Promise<unknown>
}

interface Parts {
  readonly requests: Requests
  readonly clock: Clock
  readonly log: ExecutionLog
  /** This server's name. */
  readonly me: string
  /** Whether this server owns a bot's lane. */
  owns(botId: string): boolean
  stopping(): boolean
  /** Reads the log up to now; rejects with `unavailable`. */
  upToDate(): Promise<void>
}

/** What came of something here. */
type Turn = PromiseWithResolvers<unknown>

type Answer = { readonly ok: unknown } | { readonly problem: { readonly code: ProblemCode; readonly detail: string; readonly extra: Record<string, unknown> } }

const LOOK_MS = 500
/** How long the owner may take to take a request up, and then to answer it. */
const CLAIM_MS = 10_000
const ANSWER_MS = 30_000
const AGAIN_MS = 500

/**
 * What only the owner of a lane can do (close, adjust, cancel), asked of it through the database that both share. A
 * request that nobody takes up is withdrawn, and then is never carried out. What concerns all is told to all, and taken
 * over by each in the order of the log.
 */
export class Elsewhere {
  readonly #parts: Parts
  readonly #requests: Requests
  readonly #clock: Clock
  readonly #serve: Serve
  readonly #waiting = new Map<string, () => void>()
  /** What this server told, until its turn is over here too: who waits for what came of it. */
  readonly #ownWords = new Map<string, Turn>()
  /** What is told is taken over one by one, in the order of the log: a thaw must not overtake its freeze. */
  #line: Promise<void> = Promise.resolve()

  constructor(parts: Parts, serve: Serve) {
    this.#parts = parts
    this.#requests = parts.requests
    this.#clock = parts.clock
    this.#serve = serve
  }

  /** Asks the owner. Rejects with the problem that it met, or `unavailable`. */
  async ask(botId: string, kind: string, args: unknown): Promise<unknown> {
    const id = await this.#requests.ask(botId, kind, args)
    const asked = this.#clock.now()
    let withdrawn = false
    for (;;) {
      const found = await this.#requests.result(id)
      if (found !== undefined) return read(found.result as Answer)
      const waited = this.#clock.now() - asked
      if (!withdrawn && waited > CLAIM_MS) {
        withdrawn = true
        if (await this.#requests.claim(id, 'withdrawn')) throw new Problem('unavailable', 'No server owns this bot just now; nothing was done. Try again in half a minute.')
      }
      if (waited > CLAIM_MS + ANSWER_MS) throw new Problem('unavailable', 'The server that owns this bot did not answer in time; look at its orders before trying again.')
      await this.#told(id)
    }
  }

  /**
   * Tells all servers, this one too; `stands`: those that come later too. Resolves when all will hear of it, to a promise
   * of what came of it here, when its turn came; undefined: it was taken back before.
   */
  async tell(kind: string, args: unknown, stands: boolean): Promise<{ readonly here: Promise<unknown> }> {
    const id = newId(this.#clock)
    const turn: Turn = Promise.withResolvers()
    turn.promise.catch(() => undefined) // nobody may wait for it
    this.#ownWords.set(id, turn)
    try {
      await this.#requests.announce(id, kind, args, stands)
    } catch (error) {
      this.#ownWords.delete(id)
      throw error
    }
    // Nobody calls out what a server wrote itself. Where the database is away, the log brings it later.
    this.#parts.upToDate().catch(problemsOnly)
    return { here: turn.promise }
  }

  /** Takes back what stands and is of that kind and meant by `which`. */
  async takeBack(kind: string, which: (args: unknown) => boolean): Promise<void> {
    const standing = await this.#requests.standing()
    await this.#requests.withdraw(standing.filter((one) => one.kind === kind && which(one.args)).map((one) => one.id))
  }

  /** Carries out what others told before this server came. */
  catchUp(): Promise<void> {
    return this.#inLine(async () => { for (const one of await this.#requests.standing()) await this.#takeOver(one) })
  }

  /** The log tells that a request was made or answered; `own`: by this server. */
  heard(id: string, own: boolean): void {
    const waiting = this.#waiting.get(id)
    if (waiting !== undefined) waiting()
    else if (!own || this.#ownWords.has(id)) void this.#inLine(() => this.#hear(id))
  }

  async #hear(id: string): Promise<void> {
    const own = this.#ownWords.get(id)
    this.#ownWords.delete(id)
    const told = await this.#read(id)
    if (told !== undefined) await this.#takeOver(told, own)
    else if (own !== undefined) own.resolve(undefined) // withdrawn meanwhile
    else this.#takeUp(id).catch(problemsOnly) // whoever asked withdraws it
  }

  /** What was told under that id. A database that is away is waited for: nothing that is told may be missed. */
  async #read(id: string): Promise<LaneRequest | undefined> {
    while (!this.#parts.stopping()) {
      try {
        return await this.#requests.announced(id)
      } catch (error) {
        problemsOnly(error)
        await sleep(this.#clock, AGAIN_MS)
      }
    }
    return undefined
  }

  async #takeOver({ kind, args }: LaneRequest, own?: Turn): Promise<void> {
    try {
      const came = await this.#serve.told(own !== undefined, kind, args)
      own?.resolve(came)
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      own?.reject(error)
      this.#parts.log.warn({ kind, args, code: error.code, detail: error.message }, 'what a server told all could not be carried out here')
    }
  }

  #inLine(work: () => Promise<void>): Promise<void> {
    const done = this.#line.then(work)
    this.#line = done.catch(problemsOnly)
    return done
  }

  async #takeUp(id: string): Promise<void> {
    const request = await this.#requests.open(id)
    if (request === undefined || !this.#parts.owns(request.botId) || !await this.#requests.claim(id, this.#parts.me)) return
    let answer: Answer
    try {
      // What comes to nothing has to be told as well: JSON leaves `undefined` out.
      answer = { ok: await this.#serve.asked(request.botId, request.kind, request.args) ?? null }
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      answer = { problem: { code: error.code, detail: error.message, extra: { ...error.extra } } }
    }
    await this.#requests.answer(id, answer)
  }

  #told(id: string): Promise<void> {
    return new Promise((resolve) => {
      const stop = this.#clock.after(LOOK_MS, () => { this.#waiting.get(id)?.() })
      this.#waiting.set(id, () => {
        stop()
        this.#waiting.delete(id)
        resolve()
      })
    })
  }
}

function problemsOnly(error: unknown): void {
  if (!(error instanceof Problem)) throw error
}

function read(answer: Answer): unknown {
  if ('ok' in answer) return answer.ok
  throw new Problem(answer.problem.code, answer.problem.detail, { extra: answer.problem.extra })
}
