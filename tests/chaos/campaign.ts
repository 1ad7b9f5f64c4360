import { spawn, type ChildProcess } from 'node:child_process'
import { createServer, type AddressInfo } from 'node:net'
import { LAUNCHER } from '../cli/command.ts'
import { seeded } from './chance.ts'
import { makeMarkets } from './desk.ts'
import { torment, type Ground, type Quota } from './installation.ts'
import { Ledger } from './ledger.ts'
import { emptyTally, type ChaosOptions, type Tally } from './options.ts'

/** What was found, with the evidence, most of it for reading in a file. */
export interface Finding { readonly kind: string; readonly installation: string; readonly text: string; readonly evidence: unknown; readonly folder: string }
export interface Report { readonly options: ChaosOptions; readonly tally: Tally; readonly findings: readonly Finding[]; readonly durationMs: number; readonly cutShort: boolean }

/** Evidence beyond that says nothing new. */
const FINDINGS_KEPT = 200

/**
 * Runs a campaign to its end: installations side by side against one simulated exchange, in a process of its own that
 * is never killed. `env`: for the installations' processes. `watch` is shown the tally as it grows, `found` each finding.
 * `enough` cuts it short: nothing more is begun, and what was done is judged as ever.
 */
export async function campaign(options: ChaosOptions, { env = {}, watch = () => undefined, found = () => undefined, enough }: {
  readonly env?: Readonly<Record<string, string>>; readonly watch?: (tally: Tally) => void; readonly found?: (finding: Finding) => void; readonly enough?: AbortSignal | undefined
} = {}): Promise<Report> {
  const began = performance.now()
  const tally = emptyTally()
  const findings: Finding[] = []
  const simulator = await startSimulator()
  const timer = setInterval(() => { watch(tally) }, 250)
  try {
    await makeMarkets(simulator.url)
    let [stopping, failed] = [false, false]
    const ground: Ground = {
      options, env, tally, exchangeUrl: simulator.url, ledger: new Ledger(simulator.url), stopping: () => stopping || failed, failed: () => failed, enough: () => enough?.aborted === true,
      report: ({ kind, text, evidence }, place) => {
        tally[kind] += 1
        stopping ||= options.untilFound === true
        if (findings.length >= FINDINGS_KEPT) return
        const finding: Finding = { kind, text, evidence, installation: place.name, folder: place.folder }
        findings.push(finding)
        found(finding)
      },
    }
    const chance = seeded(options.seed)
    const ports = await freePorts(options.installations * options.servers)
    const runs = Array.from({ length: options.installations }, (_, index) => torment(
      letters(index), ground, chance.split(), quotaOf(options, index), ports.slice(index * options.servers, (index + 1) * options.servers),
    )
      .catch((error: unknown) => { failed = true; throw error }))
    // All come to their end before the exchange is taken from them, also where one fails.
    const ends = await Promise.allSettled(runs)
    const broken = ends.find((end) => end.status === 'rejected')
    if (broken !== undefined) throw new Error(`the campaign could not go on${simulator.ended()}`, { cause: broken.reason })
    return { options, tally, findings, durationMs: performance.now() - began, cutShort: ground.enough() }
  } finally {
    clearInterval(timer)
    await simulator.stop()
  }
}

const letters = (index: number): string => String.fromCharCode(97 + index)

function quotaOf({ kills, signals, installations }: ChaosOptions, index: number): Quota {
  const share = (whole: number): number => Math.floor(whole * (index + 1) / installations) - Math.floor(whole * index / installations)
  return { kills: share(kills), accepted: share(signals) }
}

/** `ended`: how it ended, where it did before it was asked to. */
async function startSimulator(): Promise<{ readonly url: string; ended(): string; stop(): Promise<void> }> {
  const child: ChildProcess = spawn(process.execPath, [LAUNCHER, 'simulate', '--exchange', 'binance', '--json'], { detached: true, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
  const line = await new Promise<string>((resolve, reject) => {
    let text = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      if (text.includes('\n')) resolve(text)
    })
    child.once('exit', (code) => { reject(new Error(`the simulator ended with ${code}`)) })
  })
  const { binance } = JSON.parse(line) as { binance: string }
  return {
    url: binance,
    ended: () => (child.exitCode === null && child.signalCode === null ? '' : `: the simulator has ended (${child.exitCode ?? child.signalCode ?? ''})`),
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exit = new Promise((resolve) => { child.once('exit', resolve) })
      child.kill('SIGTERM')
      await exit
    },
  }
}

/** Ports that are free now: an installation has to come back where it was. */
async function freePorts(many: number): Promise<number[]> {
  const probes = await Promise.all(Array.from({ length: many }, () => new Promise<ReturnType<typeof createServer>>((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => { resolve(probe) })
  })))
  const ports = probes.map((probe) => (probe.address() as AddressInfo).port)
  await Promise.all(probes.map((probe) => new Promise((resolve) => { probe.close(resolve) })))
  return ports
}
