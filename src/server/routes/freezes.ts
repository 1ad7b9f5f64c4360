import { api } from '#contract'
import { freezeKey, Problem, type Freeze } from '#model'
import { callerOf } from '../auth.ts'
import { freeze, shownFreeze, thaw, visibleFreezes } from '../freezing.ts'
import { problems, type App } from '../http.ts'
import type { Shared } from '../server.ts'

/** The kill switch: what is stopped is held by the executor, whatever becomes of this process. */
export function freezeRoutes(app: App, shared: Shared): void {
  app.post('/freeze', {
    config: { access: 'trade' },
    schema: { summary: 'Stop openings, or all orders, at once', body: api.createFreeze, response: { 200: api.freeze, ...problems } },
  }, async (request) => freeze(shared, callerOf(request), request.body))

  app.post('/thaw', {
    config: { access: 'admin' },
    schema: { summary: 'Lift a freeze', body: api.thaw, response: { 200: api.freeze, ...problems } },
  }, async (request) => thaw(shared, callerOf(request), request.body))

  app.get('/freezes', {
    config: { access: 'read' },
    schema: { summary: 'What is frozen', querystring: api.listFreezes, response: { 200: api.freezes, ...problems } },
  }, async (request) => {
    const { limit, cursor } = request.query
    const all = await visibleFreezes(shared, callerOf(request))
    const from = cursor === undefined ? 0 : all.findIndex((one) => cursorOf(one) === cursor) + 1
    if (cursor !== undefined && from === 0) throw new Problem('invalid_input', 'The cursor is of another list, or its freeze was lifted: begin anew.', { errors: [{ path: 'cursor', message: 'is not known' }] })
    const items = all.slice(from, from + limit)
    const last = items.at(-1)
    return {
      items: await Promise.all(items.map((one) => shownFreeze(shared, one))),
      next: last !== undefined && from + limit < all.length ? cursorOf(last) : null,
    }
  })
}

const cursorOf = ({ scope, id }: Freeze): string => Buffer.from(freezeKey(scope, id)).toString('base64url')
