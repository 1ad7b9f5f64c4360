import type { OutgoingHttpHeaders } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { api } from '#contract'
import type { Log } from '#log'
import type { OnCheck } from './connect.ts'
import { problemBody, problemFor } from './problem-answers.ts'

const TYPE = 'application/x-ndjson'

/** The answer of a test in lines, for the description. */
export const testLines = { [TYPE]: { schema: api.testLine } }

/** Whether who asks wants to hear of each check as soon as it is known. */
export const wantsLines = ({ headers }: FastifyRequest): boolean => (
  (headers.accept ?? '').split(',').some((one) => one.split(';', 1)[0]?.trim().toLowerCase() === TYPE)
)

/**
 * Answers a test of a key in lines (`api.testLine`), while it runs. Its status is 200 whatever comes of it: a problem is
 * the last line. The test goes on to its end where nobody reads any more, as it does for the ordinary answer.
 */
export async function answerInLines(
  log: Log, request: FastifyRequest, reply: FastifyReply, id: string,
  run: (onCheck: OnCheck) => Promise<api.ConnectionAnswer>,
): Promise<FastifyReply> {
  reply.hijack()
  const out = reply.raw
  out.writeHead(200, {
    ...reply.getHeaders() as OutgoingHttpHeaders,
    'content-type': `${TYPE}; charset=utf-8`, 'x-accel-buffering': 'no',
  })
  const write = (line: api.TestLine | { readonly problem: Record<string, unknown> }): void => {
    if (out.writable) out.write(`${JSON.stringify(line)}\n`)
  }
  write({ begun: { id } })
  try {
    const connection = await run(({ name, result, detail }) => { write({ check: { name, result, detail } }) })
    write({ connection: api.connection.parse(connection) })
  } catch (error) {
    write({ problem: problemBody(problemFor(log, error, request)) })
  }
  out.end()
  return reply
}
