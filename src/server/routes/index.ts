import type { App } from '../http.ts'
import type { Shared } from '../server.ts'
import { auditRoutes } from './audit.ts'
import { botRoutes } from './bots.ts'
import { chartRoutes } from './charts.ts'
import { connectionRoutes } from './connections.ts'
import { eventRoutes } from './events.ts'
import { factorRoutes } from './factors.ts'
import { freezeRoutes } from './freezes.ts'
import { invitationRoutes } from './invitations.ts'
import { meRoutes } from './me.ts'
import { orderRoutes } from './orders.ts'
import { secondFactorRoutes } from './second-factor.ts'
import { sessionRoutes } from './session.ts'
import { practiceRoutes } from './practice.ts'
import { setupRoute } from './setup.ts'
import { shareRoutes } from './shares.ts'
import { signalRoutes } from './signals.ts'
import { systemRoutes } from './system.ts'
import { tokenRoutes } from './tokens.ts'
import { userRoutes } from './users.ts'
import { webhookRoutes } from './webhooks.ts'

/** Every route of the API but the hooks, one file per noun. */
export function allRoutes(app: App, shared: Shared): void {
  systemRoutes(app, shared)
  practiceRoutes(app, shared)
  setupRoute(app, shared)
  sessionRoutes(app, shared)
  secondFactorRoutes(app, shared)
  invitationRoutes(app, shared)
  meRoutes(app, shared)
  factorRoutes(app, shared)
  userRoutes(app, shared)
  tokenRoutes(app, shared)
  connectionRoutes(app, shared)
  webhookRoutes(app, shared)
  shareRoutes(app, shared)
  botRoutes(app, shared)
  signalRoutes(app, shared)
  orderRoutes(app, shared)
  chartRoutes(app, shared)
  freezeRoutes(app, shared)
  eventRoutes(app, shared)
  auditRoutes(app, shared)
}
