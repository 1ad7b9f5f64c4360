import { fork, type ChildProcess } from 'node:child_process'
import path from 'node:path'
import type { Outcome } from './run-seed.ts'
import type { FromWorker, ToWorker } from './worker.ts'
import type { Mishap } from './world/mishaps.ts'

export interface Campaign {
  readonly from: number
  /** Infinity: until the time is over. */
  readonly seeds: number
  readonly workers: number
  readonly untilMs: number | null
  readonly trace: boolean
  /** The deliberately broken variant to run; null: the code as it is. */
  readonly mutant: string | null
  /** Ends at the first failure. */
  readonly untilFailure?: boolean
  readonly onProgress?: (done: number, failed: number, perMinute: number) => void
}

export interface Report {
  readonly done: number
  /** How many seeds ran twice, to the same events. */
  readonly repeated: number
  readonly failures: readonly (Outcome & { readonly violation: string })[]
  readonly perMinute: number
  /** Seeds in a minute of one processor's time, however many others share it. */
  readonly perCpuMinute: number
  readonly orders: number
  readonly signals: number
  readonly lives: number
  readonly virtualHours: number
  /** In how many worlds each mishap had an effect. */
  readonly mishaps: Readonly<Partial<Record<Mishap, number>>>
  /** Of each seed's events, in order of the seeds; of the first thousand. */
  readonly hashes: readonly string[]
}

/** Seeds that a worker gets at once. */
const CHUNK = 20
const HASHES_KEPT = 1000
const WORKER = path.join(import.meta.dirname, 'worker.ts')

/** Runs seeds in processes of their own and gathers what came of them. */
export async function runCampaign(campaign: Campaign): Promise<Report> {
  const { from, seeds, workers, untilMs } = campaign
  const began = performance.now()
  const failures: (Outcome & { violation: string })[] = []
  const sums = { done: 0, repeated: 0, orders: 0, signals: 0, lives: 0, virtualMs: 0, cpuMs: 0 }
  const hashes = new Map<number, string>()
  const mishaps: Partial<Record<Mishap, number>> = {}
  let next = 0
  const over = (): boolean => next >= seeds || (untilMs !== null && performance.now() - began > untilMs) || (campaign.untilFailure === true && failures.length > 0)
  const perMinute = (): number => sums.done / (performance.now() - began) * 60_000

  const children: ChildProcess[] = []
  const work = (): Promise<void> => new Promise((resolve, reject) => {
    const child: ChildProcess = fork(WORKER, [JSON.stringify({ trace: campaign.trace, mutant: campaign.mutant })], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    children.push(child)
    const give = (): void => {
      if (over()) { child.disconnect(); return }
      const count = Math.min(CHUNK, seeds - next)
      child.send({ from: from + next, count } satisfies ToWorker)
      next += count
    }
    child.on('message', (message: FromWorker) => {
      if (message.kind === 'ready') { give(); return }
      sums.cpuMs += message.cpuMs
      for (const { violation, ...outcome } of message.outcomes) {
        sums.done += 1
        sums.orders += outcome.orders
        sums.signals += outcome.signals
        sums.lives += outcome.lives
        sums.virtualMs += outcome.virtualMs
        for (const mishap of Object.keys(outcome.mishaps) as Mishap[]) mishaps[mishap] = (mishaps[mishap] ?? 0) + 1
        if (hashes.size < HASHES_KEPT) hashes.set(outcome.seed, outcome.hash)
        if (outcome.repeated) sums.repeated += 1
        if (violation !== null) failures.push({ ...outcome, violation })
      }
      campaign.onProgress?.(sums.done, failures.length, perMinute())
      give()
    })
    child.on('error', reject)
    child.on('exit', (code, signal) => { if (code === 0) resolve(); else reject(new Error(`a worker of the simulation ended with ${code ?? signal}`)) })
  })
  try {
    await Promise.all(Array.from({ length: Math.max(1, Math.min(workers, Math.ceil(seeds / CHUNK))) }, work))
  } finally {
    for (const child of children) child.kill()
  }
  failures.sort((a, b) => a.seed - b.seed)
  const { done, repeated, orders, signals, lives, virtualMs, cpuMs } = sums
  return { done, repeated, failures, perMinute: perMinute(), perCpuMinute: done / cpuMs * 60_000, orders, signals, lives, virtualHours: virtualMs / 3_600_000, mishaps,
    hashes: [...hashes].sort(([a], [b]) => a - b).map(([, hash]) => hash) }
}
