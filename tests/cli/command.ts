import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export const LAUNCHER = fileURLToPath(new URL('../../bin/towerflow.mjs', import.meta.url))

export interface Result {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

interface Options {
  readonly env?: Record<string, string>
  readonly input?: string
  readonly node?: string
  readonly cwd?: string
  /** The file that Node is given. */
  readonly launcher?: string
}

/** The Node that the machine has, whatever this test runs on. */
export function systemNode(): string {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter).filter((folder) => !folder.includes('node_modules'))
  return folders.map((folder) => path.join(folder, 'node')).find((file) => existsSync(file)) ?? process.execPath
}

/** Starts `towerflow` as a person would, with nothing of this process's settings. */
export function start(args: readonly string[], { env = {}, node = process.execPath, cwd, launcher = LAUNCHER }: Options =
  {}): ChildProcessWithoutNullStreams {
  const clean = Object.fromEntries(Object.entries(process.env)
    .filter(([name]) => !/^(TOWERFLOW_|VITEST|NODE_OPTIONS|FORCE_COLOR)/.test(name)))
  return spawn(node, [launcher, ...args], { env: { ...clean, ...env }, ...(cwd === undefined ? {} : { cwd }) })
}

/** Runs it to its end, at most a minute. */
export async function run(args: readonly string[], options: Options = {}): Promise<Result> {
  const child = start(args, options)
  const timer = setTimeout(() => child.kill('SIGKILL'), 60_000)
  child.stdin.on('error', () => undefined) // it may end without reading
  child.stdin.end(options.input ?? '')
  const [stdout, stderr, [code, signal]] = await Promise.all([
    textOf(child.stdout), textOf(child.stderr),
    new Promise<[number | null, NodeJS.Signals | null]>((resolve) => { child.once('close', (...end) => resolve(end)) }),
  ])
  clearTimeout(timer)
  return { code, signal, stdout, stderr }
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = ''
  for await (const chunk of stream) text += String(chunk)
  return text
}

/** The first whole line that a process prints, or all that it printed before it ended. */
export function firstLine(child: ChildProcessWithoutNullStreams): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    let errors = ''
    child.stderr.on('data', (chunk) => { errors += String(chunk) })
    child.stdout.on('data', (chunk) => {
      text += String(chunk)
      if (text.includes('\n')) resolve(text.slice(0, text.indexOf('\n')))
    })
    child.once('close', (code) => reject(new Error(`it ended with ${code} and no line: ${text}${errors}`)))
  })
}

/** How a process ended. */
export const ended = (child: ChildProcessWithoutNullStreams): Promise<{
  code: number | null; signal: NodeJS.Signals | null }> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve({ code: child.exitCode, signal: child.signalCode })
    : new Promise((resolve) => { child.once('exit', (code, signal) => resolve({ code, signal })) })

/** An empty folder, and how to remove it. */
export function temporaryFolder(): { path: string; remove(): void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'towerflow-test-'))
  return { path: folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** Asks until it holds, at most `ms`; fails with `what`. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, ms = 20_000): Promise<void> {
  const end = Date.now() + ms
  while (!await holds()) {
    if (Date.now() > end) throw new Error(`not within ${ms} ms: ${what}`)
    await new Promise((resolve) => { setTimeout(resolve, 25) })
  }
}

/** Whether a process lives; one that is a zombie does not. */
export async function lives(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  if (process.platform !== 'linux') return true
  const { readFile } = await import('node:fs/promises')
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return stat !== '' && !/\) [ZX] /.test(stat)
}
