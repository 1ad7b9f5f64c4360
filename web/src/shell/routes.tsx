import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import type { OrderFilter } from '../pages/orders/orders.tsx'
import type { SignalFilter } from '../pages/signals/signals.tsx'
import { Broken, Layout, NotFound } from './layout.tsx'

// Every address of the page. What stands behind one is loaded when somebody goes there, or is about to.

const root = createRootRoute({ component: Layout, notFoundComponent: NotFound })
const under = { getParentRoute: () => root } as const

/** Takes these names out of the address; whatever else stands there is left alone. */
const search = <T extends object>(...names: readonly (keyof T & string)[]) => (given: Record<string, unknown>): T => (
  Object.fromEntries(names.flatMap((name) => (typeof given[name] === 'string' && given[name] !== '' ? [[name, given[name]]] : []))) as T)

const routes = [
  createRoute({ ...under, path: '/', component: lazyRouteComponent(() => import('../pages/overview/overview.tsx'), 'Overview') }),
  createRoute({ ...under, path: '/start', component: lazyRouteComponent(() => import('../pages/start/start.tsx'), 'Start') }),
  createRoute({ ...under, path: '/signals', validateSearch: search<SignalFilter>('webhookId', 'botId', 'symbol', 'label'), component: lazyRouteComponent(() => import('../pages/signals/signals.tsx'), 'Signals') }),
  createRoute({ ...under, path: '/signals/$id', component: lazyRouteComponent(() => import('../pages/signals/signal.tsx'), 'SignalPage') }),
  createRoute({ ...under, path: '/orders', validateSearch: search<OrderFilter>('state', 'botId', 'connectionId', 'symbol'), component: lazyRouteComponent(() => import('../pages/orders/orders.tsx'), 'Orders') }),
  createRoute({ ...under, path: '/orders/$id', component: lazyRouteComponent(() => import('../pages/orders/order.tsx'), 'OrderPage') }),
  createRoute({ ...under, path: '/bots', component: lazyRouteComponent(() => import('../pages/bots/bots.tsx'), 'Bots') }),
  createRoute({ ...under, path: '/bots/new', validateSearch: search<{ connection?: string; webhook?: string }>('connection', 'webhook'), component: lazyRouteComponent(() => import('../pages/bots/new-bot.tsx'), 'NewBot') }),
  createRoute({ ...under, path: '/bots/$id', component: lazyRouteComponent(() => import('../pages/bots/bot.tsx'), 'BotPage') }),
  createRoute({ ...under, path: '/webhooks', component: lazyRouteComponent(() => import('../pages/webhooks/webhooks.tsx'), 'Webhooks') }),
  createRoute({ ...under, path: '/webhooks/new', component: lazyRouteComponent(() => import('../pages/webhooks/new-webhook.tsx'), 'NewWebhook') }),
  createRoute({ ...under, path: '/webhooks/$id', component: lazyRouteComponent(() => import('../pages/webhooks/webhook.tsx'), 'WebhookPage') }),
  createRoute({ ...under, path: '/connections', component: lazyRouteComponent(() => import('../pages/connections/connections.tsx'), 'Connections') }),
  createRoute({ ...under, path: '/connections/new', component: lazyRouteComponent(() => import('../pages/connections/new-connection.tsx'), 'NewConnection') }),
  createRoute({ ...under, path: '/connections/$id', component: lazyRouteComponent(() => import('../pages/connections/connection.tsx'), 'ConnectionPage') }),
  createRoute({ ...under, path: '/connections/$id/replace', component: lazyRouteComponent(() => import('../pages/connections/replace.tsx'), 'Replace') }),
  createRoute({ ...under, path: '/attention', component: lazyRouteComponent(() => import('../pages/attention/attention.tsx'), 'Attention') }),
  createRoute({ ...under, path: '/settings/security', component: lazyRouteComponent(() => import('../pages/settings/security.tsx'), 'Security') }),
  createRoute({ ...under, path: '/settings/tokens', component: lazyRouteComponent(() => import('../pages/settings/tokens.tsx'), 'Tokens') }),
  createRoute({ ...under, path: '/settings/users', component: lazyRouteComponent(() => import('../pages/settings/users.tsx'), 'Users') }),
  createRoute({ ...under, path: '/settings/audit', component: lazyRouteComponent(() => import('../pages/settings/audit.tsx'), 'Audit') }),
  createRoute({ ...under, path: '/settings/system', component: lazyRouteComponent(() => import('../pages/settings/system.tsx'), 'System') }),
] as const

export const router = createRouter({
  routeTree: root.addChildren(routes), defaultPreload: 'intent', defaultPreloadStaleTime: 0, scrollRestoration: true,
  defaultErrorComponent: Broken,
})

declare module '@tanstack/react-router' {
  interface Register { router: typeof router }
}
