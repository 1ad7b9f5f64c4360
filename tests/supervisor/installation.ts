import { readFileSync } from 'node:fs'
import { ended, firstLine, start, temporaryFolder, until } from '../cli/command.ts'

/** A running installation of its own, on any free port. */
export interface Installation {
  readonly url: string
  readonly setupToken: string | undefined
  readonly pid: number
  readonly dataDir: string
  readonly child: ReturnType<typeof start>
  /** What it said on standard error so far: its notes and logs. */
  log(): string
  stop(): Promise<{ code: number | null; signal: NodeJS.Signals | null }>
}

/** Starts one and waits until it answers. */
export async function startInstallation(dataDir: string, env: Record<string, string> = {}): Promise<Installation> {
  const child = start(['start', '--json'], { env: { TOWERFLOW_DATA_DIR: dataDir, TOWERFLOW_PORT: '0', ...env } })
  let log = ''
  child.stderr.on('data', (chunk) => { log += String(chunk) })
  const { url, pid, setupToken } = JSON.parse(await firstLine(child)) as {
    url: string; pid: number; setupToken?: string }
  await untilReady(url)
  return {
    url, pid, setupToken, dataDir, child, log: () => log,
    stop: () => {
      child.kill('SIGTERM')
      return ended(child)
    },
  }
}

/** Asks until database and executor answer. */
export const untilReady = (url: string, ms = 30_000): Promise<void> =>
  until(`${url} is ready`, async () => (await fetch(`${url}/api/v1/ready`).catch(() => null))?.ok === true, ms)

export interface Child { readonly pid: number; readonly file: string }

/** The children of a process, by the file that they run (Linux). */
export function childrenOf(pid: number): Child[] {
  const list = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)
  return list.map((one) => ({ pid: one, file: commandOf(one) }))
}

export const commandOf = (pid: number): string => readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
  .filter(Boolean).at(-1) ?? ''

/** The one child that runs `src/<name>/main.ts`. */
export function childOf(pid: number, name: 'server' | 'executor'): Child {
  const found = childrenOf(pid).filter((child) => child.file.endsWith(`src/${name}/main.ts`))
  const [only] = found
  if (only === undefined || found.length !== 1) throw new Error(`${found.length} processes of ${name} under ${pid}`)
  return only
}

export { temporaryFolder, until }
