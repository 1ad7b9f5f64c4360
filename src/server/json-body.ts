import type { FastifyRequest } from 'fastify'
import { Problem } from '#model'

type Done = (error: Error | null, body?: unknown) => void

/**
 * Parses a JSON body; an empty one is none. The parser's own error is dropped: it quotes the body. Names that reach an
 * object's prototype are refused, so that no later copy can be poisoned.
 */
export function readJsonBody(_request: FastifyRequest, raw: Buffer, done: Done): void {
  if (raw.length === 0) {
    done(null, undefined)
    return
  }
  let body: unknown
  try {
    body = JSON.parse(utf8.decode(raw), refusePoison)
  } catch (error) {
    done(error instanceof Problem ? error : new Problem('invalid_input', 'The body is not valid JSON.'))
    return
  }
  done(null, body)
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

function refusePoison(name: string, value: unknown): unknown {
  if (name === '__proto__') throw new Problem('invalid_input', 'The body has a field that is not allowed.')
  return value
}
