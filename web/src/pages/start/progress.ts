import type { Answer, ApiError } from '../../api/client.ts'
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

export interface KnownProgress {
  /** Undefined: not known yet, or, with an error, not to be known. */
  readonly data: Progress | undefined
  readonly error: ApiError | null
  readonly refetch: () => void
}

/** How far somebody has come; read off what there is, so that it goes on wherever he left. */
export function useProgress(): KnownProgress {
  const stats = useApi('GET /stats')
  const bots = useApi('GET /bots', { query: { limit: 1 } })
  const exchanges = useApi('GET /exchanges')
  const refetch = (): void => { for (const read of [stats, bots, exchanges]) if (read.isError) void read.refetch() }
  const known = stats.data !== undefined && bots.data !== undefined && exchanges.data !== undefined
  return {
    data: known ? progressOf(stats.data, bots.data.items[0], exchanges.data.items) : undefined, error: stats.error ?? bots.error ?? exchanges.error, refetch,
  }
}

function progressOf({ connections, webhooks, bots, decisions, orders }: Answer<'GET /stats'>, bot: Bot | undefined, exchanges: readonly Exchange[]): Progress {
  const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((total, count) => total + count, 0)
  const ordered = sum(orders) > 0
  const reached: Readonly<Record<Step, boolean>> = { connect: connections > 0, webhook: webhooks > 0, bot: bots > 0, test: (decisions['test'] ?? 0) > 0 || ordered, order: ordered }
  return {
    done: new Set(STEPS.filter((step) => reached[step])), next: STEPS.find((step) => !reached[step]) ?? null, bot,
    practice: exchanges.some(({ simulated }) => simulated), exchanges,
  }
}
