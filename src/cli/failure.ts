import { PROGRAM } from './called.ts'
import { printable } from './table.ts'
import { style } from './terminal.ts'

export const EXIT = { done: 0, failed: 1, usage: 2 } as const

/** A problem body of RFC 9457 as the server answers it. */
export interface ProblemBody {
  readonly status: number
  readonly title: string
  readonly detail: string
  readonly code: string
  readonly errors?: readonly { readonly path: string; readonly message: string }[] | undefined
  readonly [member: string]: unknown
}

/** The server answered with a problem. */
export class ApiProblem extends Error {
  readonly body: ProblemBody
  constructor(body: ProblemBody) {
    super(body.detail || body.title)
    this.name = 'ApiProblem'
    this.body = body
  }
}

/** No server answered. */
export class Unreachable extends Error {
  readonly url: string
  constructor(url: string, reason: string) {
    super(reason)
    this.name = 'Unreachable'
    this.url = url
  }
}

/** What a command itself found wrong: a sentence, and what to do next. */
export class Failure extends Error {
  readonly next: string | null
  readonly exitCode: number
  constructor(message: string, options: { next?: string; usage?: boolean } = {}) {
    super(message)
    this.name = 'Failure'
    this.next = options.next ?? null
    this.exitCode = options.usage === true ? EXIT.usage : EXIT.failed
  }
}

/** What to do about a code of the API, where the server's own words cannot know the commands. */
const NEXT: Readonly<Record<string, string>> = {
  unauthenticated: `Set TOWERFLOW_TOKEN. Make a token on the server's machine with: ${PROGRAM} token create`,
  forbidden: `Use a token with a wider scope: ${PROGRAM} token create --scopes admin`,
  connection_in_use: `Move them with "${PROGRAM} connections relink", or take each off with "${PROGRAM} bots disconnect".`,
  webhook_in_use: `Point the bots elsewhere with "${PROGRAM} bots update <bot> --webhook <webhook>", or delete them.`,
  connection_immutable: `Connect the new key, "${PROGRAM} connections relink <old> --to <new>", then delete the old one.`,
  orders_unresolved: `Wait until the orders have ended: ${PROGRAM} orders list`,
  position_open: `Close the position with "${PROGRAM} bots close", or give --abandon-position to let go of it.`,
  consent_required: 'Read the rights above. To accept what cannot be verified, repeat with --consent.',
  plaintext_not_allowed: `Use "${PROGRAM} connect", which seals the credentials.`,
  unknown_exchange: `See which exchanges there are: ${PROGRAM} exchanges list`,
  unavailable: `The server is starting or its executor is down: see its log, or run ${PROGRAM} doctor`,
  webhook_paused: `Resume it: ${PROGRAM} webhooks update <webhook> --resume`,
}

/** Says what went wrong, without a stack, to people or (one JSON line) to programs; answers the exit code. */
export function report(error: unknown, json: boolean): number {
  const { text, body, code } = describe(error)
  process.stderr.write(json ? `${JSON.stringify(body)}\n` : `${text}\n`)
  return code
}

function describe(error: unknown): { text: string; body: Record<string, unknown>; code: number } {
  if (error instanceof ApiProblem) return { text: problemText(error.body), body: error.body, code: EXIT.failed }
  if (error instanceof Unreachable) {
    const detail = `No towerflow answers at ${error.url}: ${error.message}.`
    const next = `Start it with "${PROGRAM} start", or set TOWERFLOW_URL.`
    return { text: failureText(detail, next), body: { code: 'unreachable', title: 'No server', detail, next },
      code: EXIT.failed }
  }
  if (error instanceof Failure) {
    const code = error.exitCode === EXIT.usage ? 'usage' : 'failed'
    return { text: failureText(error.message, error.next), body: { code, detail: error.message, next: error.next },
      code: error.exitCode }
  }
  const known = error as { code?: unknown; message?: unknown; name?: unknown }
  const detail = typeof known?.message === 'string' && known.message !== '' ? known.message : 'an unknown error'
  const code = typeof known?.code === 'string' ? known.code : 'failed'
  return { text: failureText(detail, null), body: { code, detail }, code: EXIT.failed }
}

const failureText = (message: string, next: string | null): string =>
  `${style('red', 'error:')} ${printable(message)}${next === null ? '' : `\n${printable(next)}`}`

function problemText(body: ProblemBody): string {
  const lines = [`${style('red', 'error:')} ${printable(body.title)} ${style('dim', `(${body.code})`)}`]
  if (body.detail !== '' && body.detail !== body.title) lines.push(printable(body.detail))
  for (const { path, message } of body.errors ?? []) lines.push(`  ${printable(path || 'body')}: ${printable(message)}`)
  // The detail above is that of the check that failed.
  for (const check of listOf(body['checks']).filter((one) =>
    one['detail'] !== body.detail)) lines.push(
    `  ${check['result'] === 'pass' ? 'ok  ' : show(check['result'])} ${show(check['name'])}: ${show(check['detail'])}`)
  for (const bot of listOf(body['bots'])) lines.push(`  bot ${show(bot['name'])}  ${show(bot['id'])}`)
  for (const order of arrayOf(body['orders'])) lines.push(`  order ${show(order)}`)
  const candidates = arrayOf(body['candidates']).map(show)
  if (candidates.length > 0) lines.push(`Did you mean: ${candidates.join(', ')}`)
  const next = NEXT[body.code]
  if (next !== undefined) lines.push(next)
  return lines.join('\n')
}

const show = (value: unknown): string => printable(typeof value === 'string' ? value : JSON.stringify(value) ?? '')
const arrayOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])
const listOf = (value: unknown): Record<string, unknown>[] =>
  arrayOf(value).filter((one): one is Record<string, unknown> => typeof one === 'object' && one !== null)
