import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Problem } from '#model'
import { sendProblem } from './problem-answers.ts'

interface Known { readonly pattern: RegExp; readonly methods: Set<string> }

/**
 * Answers what no route takes: 405 with `Allow` where the path exists under another method, else 404. Collects the
 * routes as they are added, so call it before them.
 */
export function answerUnknownRoutes(app: FastifyInstance): void {
  const known = new Map<string, Known>()
  app.addHook('onRoute', ({ url, method }) => {
    if (url === '/*') return // the page's: it stands for addresses, not for a resource
    const entry = known.get(url) ?? { pattern: patternOf(url), methods: new Set<string>() }
    for (const one of [method].flat()) entry.methods.add(one)
    known.set(url, entry)
  })
  app.setNotFoundHandler((request: FastifyRequest, reply: FastifyReply) => {
    const path = request.url.split('?', 1)[0] ?? '/'
    const fitting = [...known.values()].filter((route) => route.pattern.test(path))
    const methods = new Set(fitting.flatMap((route) => [...route.methods]))
    if (methods.size === 0) return sendProblem(reply, new Problem('not_found', 'There is nothing here.'))
    const allowed = [...methods].sort().join(', ')
    return sendProblem(
      reply.header('allow', allowed), new Problem('method_not_allowed', `Here only ${allowed} can be used.`),
    )
  })
}

function patternOf(url: string): RegExp {
  const escaped = url.split('/').map((part) => {
    if (part.startsWith(':')) return '[^/]+'
    return part === '*' ? '.*' : part.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
  })
  return new RegExp(`^${escaped.join('/')}$`)
}
