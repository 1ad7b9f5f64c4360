import type { FastifyBaseLogger, FastifyInstance, FastifyRequest, RawServerDefault } from 'fastify'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { api } from '#contract'

/** The server as routes see it: bodies, queries and answers typed by their zod schemas. */
export type App = FastifyInstance<RawServerDefault, IncomingMessage, ServerResponse, FastifyBaseLogger, ZodTypeProvider>

/** Where the API begins. */
export const BASE = '/api/v1'

/** Every answer that is not a success, for the description; `sendProblem` writes it. */
export const problems = {
  default: { description: 'What went wrong', content: { 'application/problem+json': { schema: api.problem } } },
}

/** A request's route, by its pattern; for logs and figures. */
export const routeOf = ({ routeOptions }: FastifyRequest): string => routeOptions.url ?? 'unknown'

/** An answer that is text of this type, for the description. */
export const textAnswer = (type: string, description: string) => ({
  description, content: { [type]: { schema: z.string() } },
})

/** An instant of a filter as epoch ms. */
export const instant = (text: string | undefined): number | undefined => (
  text === undefined ? undefined : Date.parse(text)
)
