import { Problem } from '#model'

/** A batch that the database refused: it breaks a rule of the books (the same fill twice, an outdated order version). */
export class BatchRefused extends Error {
  constructor(why: string) {
    super(`the journal refused a batch: ${why}`)
    this.name = 'BatchRefused'
  }
}

/**
 * A batch of a server that no longer holds what the batch says it holds, or that came after a signal that it should have
 * known of. Whoever handed it in has to look again.
 */
export class Overtaken extends BatchRefused {
  constructor(why: string) {
    super(why)
    this.name = 'Overtaken'
  }
}

/** In `extra.reason` of the Problem that such a batch is refused with. */
export const OVERTAKEN = 'overtaken'

/** Why a batch was not stored, as its committer is told. */
export const toldAs = (refusal: Error): Error => (
  refusal instanceof Overtaken ? new Problem('unavailable', 'Another server was faster.', { extra: { reason: OVERTAKEN } }) : refusal
)

// SQLite's primary result codes: busy, locked, no memory, read-only, interrupted, i/o, corrupt, full, cannot open, not a database.
const SQLITE_TROUBLE: ReadonlySet<number> = new Set([5, 6, 7, 8, 9, 10, 11, 13, 14, 26])
const SQLITE_CONSTRAINT = 19
// SQLSTATE classes: connection, invalid authorization, transaction rollback, insufficient resources, operator
// intervention, system error; and a database that does not exist.
const POSTGRES_TROUBLE = /^(?:08|28|40|53|57|58|3D)/
const NETWORK_TROUBLE = /^E[A-Z]+$/

/** Turns what a database or its driver threw into a Problem `unavailable` where nothing is wrong with the query. */
export function databaseTrouble(error: unknown): unknown {
  if (error instanceof Problem || !(error instanceof Error)) return error
  const { code, errcode } = error as { code?: string; errcode?: number }
  if (code === 'ERR_SQLITE_ERROR') {
    return SQLITE_TROUBLE.has((errcode ?? 0) & 0xff) ? unavailable(`SQLite: ${error.message}`, error) : error
  }
  const broken = code === undefined
    ? /^(?:Connection terminated|timeout exceeded|timeout expired|Query read timeout|Client has encountered|Cannot use a pool)/i.test(error.message)
    : POSTGRES_TROUBLE.test(code) || NETWORK_TROUBLE.test(code)
  return broken ? unavailable(`PostgreSQL: ${code ?? 'the connection broke'}`, error) : error
}

/**
 * Why a batch cannot be stored, whatever is tried: it breaks a constraint, or holds what no row can hold. Trouble with
 * the database itself, which says nothing about the batch, is thrown.
 */
export function refusalOf(error: unknown): Error {
  const trouble = databaseTrouble(error)
  if (trouble instanceof Problem || !(trouble instanceof Error)) throw trouble
  if (trouble instanceof BatchRefused) return trouble
  const refused = new BatchRefused(trouble.message)
  refused.cause = trouble
  return refused
}

/** Whether data broke a constraint, or are of the wrong kind. */
export function isConstraint(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code, errcode } = error as { code?: string; errcode?: number }
  return code === 'ERR_SQLITE_ERROR' ? ((errcode ?? 0) & 0xff) === SQLITE_CONSTRAINT : /^2[23]/.test(code ?? '')
}

/** Whether running the same transaction anew may succeed: another one was in its way. */
export const isConflict = (error: unknown): boolean => (
  error instanceof Error && /^40(?:001|P01)$/.test(String((causeOf(error) as { code?: string }).code))
)

function causeOf(error: Error): unknown { return error instanceof Problem && error.cause !== undefined ? error.cause : error }

function unavailable(detail: string, cause: Error): Problem {
  const problem = new Problem('unavailable', `The database does not answer as it should (${detail}).`)
  problem.cause = cause
  return problem
}
