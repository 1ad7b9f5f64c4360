import type { OutgoingHttpHeaders } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { api } from '#contract'
import type { OnCheck } from './connect.ts'
import { routeOf } from './http.ts'
import { problemBody, problemFor } from './problem-answers.ts'
import type { Shared } from './server.ts'

const TYPE = 'application/x-ndjson'

/** The answer of a test in lines, for the description. */
export const testLines = { [TYPE]: { schema: api.testLine } }

/** Whether who asks wants to hear of each check as soon as it is known. */
export const wantsLines = ({ headers }: FastifyRequest): boolean => (
  (headers.accept ?? '').split(',').some((one) => one.split(';', 1)[0]?.trim().toLowerCase() === TYPE)
)

/** Who is told how a test goes: which connection it is about, then each check. */
export interface Tell { readonly begun: (id: string) => void; readonly check: OnCheck }

/**
 * Answers a test of a key in lines (`api.testLine`), while it runs. Its status is 200 whatever comes of it: a problem is
 * the last line, and what the figures count it by. The test goes on to its end where nobody reads any more, as it does for
 * the ordinary answer; it counts then.
 */
export async function answerInLines(
  { clock, log, metrics }: Pick<Shared, 'clock' | 'log' | 'metrics'>, request: FastifyRequest, reply: FastifyReply,
  run: (tell: Tell) => Promise<api.ConnectionAnswer>,
): Promise<FastifyReply> {
  reply.hijack()
  reply.inLines = true
  let status = 200
  const since = clock.now() - reply.elapsedTime
  const out = reply.raw
  out.writeHead(status, {
    ...reply.getHeaders() as OutgoingHttpHeaders,
    'content-type': `${TYPE}; charset=utf-8`, 'x-accel-buffering': 'no',
  })
  const write = (line: api.TestLine | { readonly problem: Record<string, unknown> }): void => {
    if (out.writable) out.write(`${JSON.stringify(line)}\n`)
  }
  let isBegun = false
  const begun = (id: string): void => {
    if (!isBegun) write({ begun: { id } })
    isBegun = true
  }
  try {
    const connection = await run({ begun, check: ({ name, result, detail }) => { write({ check: { name, result, detail } }) } })
    begun(connection.id)
    write({ connection: api.connection.parse(connection) })
  } catch (error) {
    const problem = problemFor(log, error, request)
    status = problem.status
    write({ problem: problemBody(problem) })
  }
  out.end()
  metrics.answered(request.method, routeOf(request), status, clock.now() - since)
  return reply
}

declare module 'fastify' {
  /** `inLines`: it is answered in lines, and counts by what came of it. */
  interface FastifyReply { inLines: boolean }
}
