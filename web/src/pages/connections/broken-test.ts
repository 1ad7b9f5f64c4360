import { ApiError, call } from '../../api/client.ts'
import type { Connection } from '../../api/schema.ts'

/** What is known of a connection whose making nobody told the end of. `looking`: it is asked for. */
export type Known = 'looking' | 'made' | 'not_made' | 'unknown'

/** The line to the server broke while a test ran that had begun; nobody told how it ended. */
export class BrokenTest extends ApiError {
  /** Of the connection that is tested. */
  readonly id: string
  /** When the test began, of `performance.now()`. */
  readonly since: number

  constructor({ code, status, message, problem }: ApiError, id: string, since: number) {
    super(code, status, message, problem)
    this.name = 'BrokenTest'
    this.id = id
    this.since = since
  }
}

/** As long as a test may take at the server, and some more. */
const LOOKED_FOR_MS = 25_000
const EVERY_MS = 1000

/**
 * Asks the server until it has the connection, or cannot get it any more. A test goes on whoever listens, so that it is not
 * there yet means nothing before its time is over. `since`: when it began, of `performance.now()`. Null: it was not made, or
 * that cannot be told.
 */
export async function knownOf(id: string, since: number, tell: (known: Known) => void): Promise<Connection | null> {
  tell('looking')
  for (;;) {
    const last = performance.now() > since + LOOKED_FOR_MS
    const answer = await call('GET /connections/{id}', { path: { id } }).catch((error: unknown) => {
      if (error instanceof ApiError) return error
      throw error
    })
    if (!(answer instanceof ApiError) || last) {
      tell(!(answer instanceof ApiError) ? 'made' : answer.code === 'not_found' ? 'not_made' : 'unknown')
      return answer instanceof ApiError ? null : answer
    }
    await new Promise((resolve) => { setTimeout(resolve, EVERY_MS) })
  }
}
