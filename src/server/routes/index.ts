import type { App } from '../http.ts'
import type { Shared } from '../server.ts'
import { accountRoutes } from './accounts.ts'
import { auditRoutes } from './audit.ts'
import { botRoutes } from './bots.ts'
import { connectionRoutes } from './connections.ts'
import { eventRoutes } from './events.ts'
import { freezeRoutes } from './freezes.ts'
import { orderRoutes } from './orders.ts'
import { shareRoutes } from './shares.ts'
import { signalRoutes } from './signals.ts'
import { systemRoutes } from './system.ts'
import { webhookRoutes } from './webhooks.ts'

/** Every route of the API but the hooks, one file per noun. */
export function allRoutes(app: App, shared: Shared): void {
  systemRoutes(app, shared)
  accountRoutes(app, shared)
  connectionRoutes(app, shared)
  webhookRoutes(app, shared)
  shareRoutes(app, shared)
  botRoutes(app, shared)
  signalRoutes(app, shared)
  orderRoutes(app, shared)
  freezeRoutes(app, shared)
  eventRoutes(app, shared)
  auditRoutes(app, shared)
}
