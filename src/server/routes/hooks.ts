import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { api } from '#contract'
import { Problem } from '#model'
import { isWebhookKey, MAX_BODY_BYTES, maySend, parsePayload } from '#signals'
import type { HookTarget } from '../hook-targets.ts'
import { problems } from '../http.ts'
import { answerErrors, toProblem } from '../problem-answers.ts'
import type { Shared } from '../server.ts'

/** `at`: when the last byte had arrived. */
interface Arrived { readonly raw: Buffer; readonly at: number }
type Delivery = FastifyRequest<{ Params: { hash: string }; Body: Arrived | undefined }>

const HASH = /^[\w-]{16,64}$/
const NO_BODY = Buffer.alloc(0)

/**
 * `POST /hooks/:hash`. The fastest path there is: own body parser, no validation, no database before the journal. What
 * is not accepted is answered by its code and noted for the webhook's owner in the background.
 */
export function hookRoutes(app: FastifyInstance, shared: Shared): void {
  const { clock, log, metrics } = shared
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MAX_BODY_BYTES }, (_request, body: Buffer, done) => {
    done(null, { raw: body, at: clock.now() } satisfies Arrived)
  })
  // Alerts come as anything; a header that is no content type at all must not lose one.
  app.addHook('onRequest', (request, _reply, done) => {
    request.raw.headers['content-type'] = 'application/octet-stream'
    done()
  })
  app.setErrorHandler((error, request, reply) => {
    const target = shared.hooks.known((request.params as { hash: string }).hash)
    const problem = toProblem(error)
    if (problem.code === 'body_too_large' && target !== undefined) {
      noteRejection(shared, target, problem, request, { raw: NO_BODY, at: clock.now() })
    }
    return answerErrors(log)(error, request, reply)
  })

  app.post('/:hash', {
    bodyLimit: MAX_BODY_BYTES,
    config: { access: 'public' },
    validatorCompiler: () => () => true,
    schema: {
      summary: 'Receives a signal', params: z.object({ hash: z.string() }), body: api.signalPayload,
      consumes: ['application/json', 'text/plain'],
      response: { 202: api.accepted, ...problems },
    },
  }, async (request: Delivery, reply) => {
    const arrived = request.body ?? { raw: NO_BODY, at: clock.now() }
    let code = 'accepted'
    try {
      const { signalId, duplicate } = await deliver(shared, request, arrived)
      return accepted(reply, request.id, signalId, duplicate)
    } catch (error) {
      code = error instanceof Problem ? error.code : 'internal'
      throw error
    } finally {
      metrics.delivered(code, clock.now() - arrived.at)
    }
  })
}

async function deliver(
  shared: Shared, request: Delivery, arrived: Arrived,
): Promise<{ signalId: string; duplicate: boolean }> {
  const { hash } = request.params
  const target = shared.hooks.known(hash) ?? await unknownHash(shared, request, hash)
  const { raw, at: receivedAt } = arrived
  try {
    if (target.row.allowedSenders !== 'any' && !maySend(target.row.allowedSenders, shared.addressOf(request))) {
      throw new Problem('sender_not_allowed', 'This webhook does not take signals from this address.')
    }
    if (target.row.paused) throw new Problem('webhook_paused', 'The webhook is paused by its owner.')
    const parsed = parsePayload(raw, receivedAt)
    if (!parsed.ok) throw invalidPayload(parsed.errors)
    checkKey(shared, target, parsed.key, request)
    if (!shared.hooks.take(target, receivedAt)) {
      throw new Problem('not_stored', 'The webhook is over its rate limit; the signal was not stored. Send it again.')
    }
    return await shared.execution.accept({
      webhook: target.row, source: 'hook', draft: parsed.draft, raw, idempotencyKey: null, receivedAt,
    })
  } catch (error) {
    if (error instanceof Problem) noteRejection(shared, target, error, request, arrived)
    throw error
  }
}

async function unknownHash(shared: Shared, request: Delivery, hash: string): Promise<HookTarget> {
  // Looked up before it is counted: to a sender that serves many, a webhook that is not in memory yet is no guess.
  const found = HASH.test(hash) ? await shared.hooks.find(hash) : undefined
  if (found !== undefined) return found
  if (!shared.guesses.allow(shared.addressOf(request))) {
    throw new Problem('rate_limited', 'Too many unknown addresses or wrong keys from here. Wait a minute.')
  }
  throw new Problem('unknown_webhook', 'There is no webhook with this address.')
}

function checkKey(shared: Shared, target: HookTarget, given: string | null, request: Delivery): void {
  if (target.row.keyHash === null || isWebhookKey(given, target.row.keyHash, shared.installation.webhookPepper)) return
  if (!shared.guesses.allow(shared.addressOf(request))) {
    throw new Problem('rate_limited', 'Too many unknown addresses or wrong keys from here. Wait a minute.')
  }
  throw new Problem(
    'wrong_key', given === null ? 'This webhook needs its key in the field "key".' : 'The key is not this webhook\'s.',
  )
}

/** `invalid_payload` with what is wrong; the parser's texts quote nothing. */
export function invalidPayload(errors: readonly { path: string; message: string }[]): Problem {
  const [first] = errors
  return new Problem(
    'invalid_payload', first === undefined ? 'The payload is not valid.' : `${first.path}: ${first.message}`,
    { errors },
  )
}

function noteRejection(
  shared: Shared, target: HookTarget, problem: Problem, request: FastifyRequest, arrived: Arrived,
): void {
  shared.rejections.note(
    target.row.id, problem, { ...arrived, sender: shared.addressOf(request), contentType: contentTypeOf(request) },
  )
}

function contentTypeOf(request: FastifyRequest): string | null {
  const { rawHeaders } = request.raw
  const at = rawHeaders.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === 'content-type')
  return at === -1 ? null : rawHeaders[at + 1] ?? null
}

// Both values are ours: an id and a boolean need no serializer.
function accepted(reply: FastifyReply, requestId: string, signalId: string, duplicate: boolean): FastifyReply {
  return reply.code(202).header('x-request-id', requestId).header('content-type', 'application/json; charset=utf-8')
    .send(`{"signalId":"${signalId}","duplicate":${duplicate}}`)
}
