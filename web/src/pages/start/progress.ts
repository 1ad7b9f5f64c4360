import { useApi } from '../../api/queries.ts'
import type { Bot, Exchange } from '../../api/schema.ts'

export const STEPS = ['connect', 'webhook', 'bot', 'test', 'order'] as const
export type Step = (typeof STEPS)[number]

export interface Progress {
  readonly done: ReadonlySet<Step>
  /** The first that is not done; null: all are. */
  readonly next: Step | null
  /** With what the last steps are taken. */
  readonly bot: Bot | undefined
  readonly practice: boolean
  readonly exchanges: readonly Exchange[]
}

/** How far somebody has come; read off what there is, so that it goes on wherever he left. Undefined: not known yet. */
export function useProgress(): Progress | undefined {
  const stats = useApi('GET /stats')
  const bots = useApi('GET /bots', { query: { limit: 1 } })
  const exchanges = useApi('GET /exchanges')
  if (stats.data === undefined || bots.data === undefined) return undefined
  const { connections, webhooks, bots: botCount, decisions, orders } = stats.data
  const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((total, count) => total + count, 0)
  const ordered = sum(orders) > 0
  const reached: Readonly<Record<Step, boolean>> = { connect: connections > 0, webhook: webhooks > 0, bot: botCount > 0, test: (decisions['test'] ?? 0) > 0 || ordered, order: ordered }
  return {
    done: new Set(STEPS.filter((step) => reached[step])), next: STEPS.find((step) => !reached[step]) ?? null, bot: bots.data.items[0],
    practice: exchanges.data?.items.some((one) => one.practice) === true, exchanges: exchanges.data?.items ?? [],
  }
}
