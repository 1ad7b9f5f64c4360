import { api } from '#contract'
import { compareAudit } from '../audit-verify.ts'
import { administratorOf, callerOf } from '../auth.ts'
import { problems, type App } from '../http.ts'
import type { Shared } from '../server.ts'
import { showKeyUse } from '../show.ts'

/** The record of every use of a key. */
export function auditRoutes(app: App, shared: Shared): void {
  app.get('/audit', {
    config: { access: 'read' },
    schema: {
      summary: 'Every use of own keys',
      querystring: api.listAudit, response: { 200: api.auditEntries, ...problems },
    },
  }, async (request) => {
    const page = await shared.store.keyUses.list(callerOf(request).userId, {}, request.query)
    return { items: page.items.map(showKeyUse), next: page.next }
  })

  app.post('/audit/verify', {
    config: { access: 'admin' },
    schema: {
      summary: 'Compare the executor\'s audit with the copy (administrators)', body: api.emptyBody,
      response: { 200: api.auditComparison, ...problems },
    },
  }, async (request) => {
    administratorOf(request)
    const { problems: found, ...rest } = await compareAudit(shared)
    return { ...rest, problems: [...found] }
  })
}
