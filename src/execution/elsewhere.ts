import type { Clock } from '#clock'
import { Problem, type ProblemCode } from '#model'
import type { Requests } from '#store'

/** Carries out what another server asks for, or tells all (`botId` null). Rejects with `Problem`. */
export type Serve = (botId: string | null, kind: string, args: unknown) => Promise<unknown>

type Answer = { readonly ok: unknown } | { readonly problem: { readonly code: ProblemCode; readonly detail: string; readonly extra: Record<string, unknown> } }

const LOOK_MS = 500
/** How long the owner may take to take a request up, and then to answer it. */
const CLAIM_MS = 10_000
const ANSWER_MS = 30_000

/**
 * What only the owner of a lane can do (close, adjust, cancel), asked of it through the database that both share. A
 * request that nobody takes up is withdrawn, and then is never carried out.
 */
export class Elsewhere {
  readonly #requests: Requests
  readonly #clock: Clock
  readonly #me: string
  readonly #owns: (botId: string) => boolean
  readonly #serve: Serve
  readonly #waiting = new Map<string, () => void>()

  constructor(requests: Requests, clock: Clock, me: string, owns: (botId: string) => boolean, serve: Serve) {
    this.#requests = requests
    this.#clock = clock
    this.#me = me
    this.#owns = owns
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

  /** Tells all other servers; `stands`: those that come later too. */
  tell(kind: string, args: unknown, stands: boolean): Promise<void> { return this.#requests.announce(kind, args, stands) }

  /** Takes back what stands and is of that kind and meant by `which`. */
  async takeBack(kind: string, which: (args: unknown) => boolean): Promise<void> {
    const standing = await this.#requests.standing()
    await this.#requests.withdraw(standing.filter((one) => one.kind === kind && which(one.args)).map((one) => one.id))
  }

  /** Carries out what others told before this server came. */
  async catchUp(): Promise<void> {
    for (const { kind, args } of await this.#requests.standing()) await this.#serve(null, kind, args).catch(problemsOnly)
  }

  /** The log tells that a request was made or answered; `own`: by this server. */
  heard(id: string, own: boolean): void {
    const waiting = this.#waiting.get(id)
    if (waiting !== undefined) waiting()
    else if (!own) this.#takeUp(id).catch(problemsOnly) // whoever asked withdraws it
  }

  async #takeUp(id: string): Promise<void> {
    const told = await this.#requests.announced(id)
    if (told !== undefined) {
      await this.#serve(null, told.kind, told.args)
      return
    }
    const request = await this.#requests.open(id)
    if (request === undefined || !this.#owns(request.botId) || !await this.#requests.claim(id, this.#me)) return
    let answer: Answer
    try {
      // What comes to nothing has to be told as well: JSON leaves `undefined` out.
      answer = { ok: await this.#serve(request.botId, request.kind, request.args) ?? null }
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
