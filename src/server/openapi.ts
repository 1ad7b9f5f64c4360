import swagger from '@fastify/swagger'
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { BASE, type App } from './http.ts'

/** Describes every route that is registered after it; the description is made from the schemas that validate. */
export async function describeApi(app: App, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Towerflow', version,
        description: 'Decimals are strings, times ISO 8601 UTC with milliseconds, errors application/problem+json.',
      },
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer' },
          session: { type: 'apiKey', in: 'cookie', name: 'towerflow', description: 'Whatever changes something also needs the header X-Towerflow' },
        },
      },
    },
    transform: jsonSchemaTransform,
    transformObject: (document) => withoutUnused(
      jsonSchemaTransformObject(document) as Description,
    ) as ReturnType<typeof jsonSchemaTransformObject>,
  })
}

/** The description and its browsable reference. The latter is loaded when somebody first asks for it: it is large. */
export function serveDescription(app: App): void {
  let text: string | null = null
  app.get(`${BASE}/openapi.json`, { schema: { hide: true }, config: { access: 'public' } }, (_request, reply) => {
    text ??= JSON.stringify(app.swagger())
    return reply.header('content-type', 'application/json; charset=utf-8').serializer(String).send(text)
  })

  let reference: Promise<App> | null = null
  const answer = async (request: FastifyRequest, reply: FastifyReply) => {
    text ??= JSON.stringify(app.swagger())
    reference ??= loadReference(text)
    const loaded = await reference
    reply.hijack()
    loaded.routing(request.raw, reply.raw)
  }
  app.get('/api/docs', { schema: { hide: true }, config: { access: 'public' } }, answer)
  app.get('/api/docs/*', { schema: { hide: true }, config: { access: 'public' } }, answer)
}

// Fastify takes no plugins once it listens, so the reference is a second instance that never listens itself.
async function loadReference(description: string): Promise<App> {
  const [
    { fastify }, { default: ui }, { protect },
  ] = await Promise.all([import('fastify'), import('@fastify/swagger-ui'), import('./protection.ts')])
  const inner: App = fastify({ logger: false })
  await protect(inner, false)
  await inner.register(swagger, { mode: 'static', specification: { document: JSON.parse(description) } })
  await inner.register(ui, { routePrefix: '/api/docs', staticCSP: false })
  await inner.ready()
  return inner
}

interface Description { components?: { schemas?: Record<string, unknown> } }

// Every schema with a name is written once for input and once for output; what nothing refers to goes.
function withoutUnused(document: Description): Description {
  const schemas = document.components?.schemas ?? {}
  for (let before = -1; before !== Object.keys(schemas).length;) {
    before = Object.keys(schemas).length
    const text = JSON.stringify(document)
    for (const name of Object.keys(schemas)) if (!text.includes(`"#/components/schemas/${name}"`)) delete schemas[name]
  }
  return document
}
