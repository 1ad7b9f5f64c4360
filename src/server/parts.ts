import type { Clock } from '#clock'
import type { Settings } from '#config'
import type { ExecutorPort } from '#contract'
import type { Execution } from '#execution'
import type { Log } from '#log'
import type { SignalDraft } from '#signals'
import type { Store } from '#store'
import type { FactorKey } from './accounts/factor-key.ts'

/** What the server is made of; put together by the process, or by a test. */
export interface ServerParts {
  readonly store: Store
  readonly execution: Execution<SignalDraft>
  readonly executor: ExecutorPort
  readonly settings: Pick<Settings, 'publicUrl' | 'allowPlaintextCredentials' | 'trustedProxies'>
  /** Where simulated exchanges are reached, by id; empty: the exchanges are real. */
  readonly practice?: Readonly<Record<string, string>>
  readonly clock: Clock
  readonly log: Log
  /** The executor's own audit; compared with the copy where this process may read it. */
  readonly auditFile: string
  /** Where the web build is; it need not be there. */
  readonly webFolder: string
  /** Seals the secrets of time-based codes. */
  readonly factorKey: FactorKey
}
