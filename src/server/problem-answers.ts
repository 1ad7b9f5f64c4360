import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import type { Log } from '#log'
import { Problem, PROBLEMS, type ProblemCode } from '#model'

const CONTENT_TYPE = 'application/problem+json; charset=utf-8'

/** The body of an error answer (RFC 9457). */
export function problemBody(problem: Problem): Record<string, unknown> {
  return {
    ...problem.extra,
    type: `urn:towerflow:problem:${problem.code}`,
    title: PROBLEMS[problem.code].title,
    status: problem.status,
    detail: problem.message,
    code: problem.code,
    ...(problem.errors.length > 0 ? { errors: problem.errors } : {}),
  }
}

/** Answers with a problem, past the route's serializer: an error's shape must not depend on the route. */
export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  if (problem.code === 'rate_limited') reply.header('retry-after', '60')
  if (problem.code === 'not_stored') reply.header('retry-after', '1')
  return reply.code(problem.status).header('x-request-id', reply.request.id).header('content-type', CONTENT_TYPE)
    .serializer(String).send(JSON.stringify(problemBody(problem)))
}

// What Fastify refuses by itself. Its own texts are never passed on: the JSON parser quotes the body, and a key in it.
const REFUSALS: Readonly<Record<string, { code: ProblemCode; detail: string }>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { code: 'body_too_large', detail: 'The body is larger than this route takes.' },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { code: 'unsupported_media_type', detail: 'Send the body as application/json.' },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    code: 'invalid_input', detail: 'The body is not as long as Content-Length says.',
  },
  FST_ERR_CTP_INVALID_JSON_BODY: { code: 'invalid_input', detail: 'The body is not valid JSON.' },
  FST_ERR_CTP_EMPTY_JSON_BODY: { code: 'invalid_input', detail: 'The body is empty.' },
  FST_ERR_BAD_URL: { code: 'invalid_input', detail: 'The address is not valid.' },
  FST_ERR_MAX_PARAM_LENGTH: { code: 'not_found', detail: 'There is nothing here.' },
}

/** What went wrong, as a problem; `internal` for everything that nobody foresaw. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  const known = REFUSALS[(error as Partial<FastifyError> | null)?.code ?? '']
  if (known !== undefined) return new Problem(known.code, known.detail)
  return new Problem(
    'internal', 'Something went wrong here. The log has the details under the request id of this answer.',
  )
}

/** What went wrong with a request, as a problem; only what nobody foresaw is logged, with its stack. */
export function problemFor(log: Log, error: unknown, request: FastifyRequest): Problem {
  const problem = toProblem(error)
  if (problem.code === 'internal') {
    log.error(
      { requestId: request.id, method: request.method, route: request.routeOptions.url ?? null, err: error },
      'request failed',
    )
  }
  return problem
}

/** Fastify's error handler: every error leaves as a problem. */
export function answerErrors(log: Log) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => (
    sendProblem(reply, problemFor(log, error, request))
  )
}

/**
 * Answers what never became a request: broken HTTP, headers too large, a request that did not arrive in time. Written
 * to the bare socket, as `node:http` leaves it to us.
 */
export function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return void socket.destroy()
  const problem = error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
    ? new Problem('request_timeout', 'The request did not arrive completely in time.')
    : new Problem(
      'invalid_input',
      error.code === 'HPE_HEADER_OVERFLOW' ? 'The headers are too large.' : 'This is not a valid HTTP request.',
    )
  const body = JSON.stringify(problemBody(problem))
  const head = `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`
  socket.end(
    `${head}\r\ncontent-type: ${CONTENT_TYPE}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n`
    + `connection: close\r\n\r\n${body}`,
  )
}
