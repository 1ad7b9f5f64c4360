import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ended, lives, temporaryFolder, until } from '../cli/command.ts'
import { childrenOf } from '../supervisor/installation.ts'

// A campaign that somebody ends with Ctrl-C before its time.

let folder: ReturnType<typeof temporaryFolder>
beforeEach(() => { folder = temporaryFolder() })
afterEach(() => { folder.remove() })

/** A campaign that would go on for days. `press`: Ctrl-C, as a terminal delivers it to everything that runs there. */
function begin() {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'main.ts'), '--database', 'sqlite', '--installations', '2', '--kills', '100000', '--signals', '1000000'],
    { detached: true, env: { ...process.env, TMPDIR: folder.path } })
  const pid = child.pid ?? 0
  const said = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => { said.stdout += String(chunk) })
  child.stderr.on('data', (chunk) => { said.stderr += String(chunk) })
  return { child, said, press: () => process.kill(-pid, 'SIGINT'), processes: () => childrenOf(pid).flatMap((one) => [one, ...childrenOf(one.pid)]).map((one) => one.pid) }
}

const places = (): string[] => readdirSync(folder.path).filter((name) => name.startsWith('towerflow-chaos-'))
const logs = (): string[] => places().map((name) => path.join(folder.path, name, 'log')).filter((file) => existsSync(file))
const killed = (): boolean => logs().some((file) => readFileSync(file, 'utf8').includes('starting it again'))
const allGone = async (pids: readonly number[]): Promise<boolean> => (await Promise.all(pids.map(lives))).every((one) => !one)

test('Ctrl-C stops a campaign with its table: of what was done until then, compared as ever', async () => {
  const { child, said, press, processes } = begin()
  await until('something was killed', () => logs().length === 2 && killed(), 120_000)
  const running = processes()
  press()
  press() // as `npm run` passes it on
  expect(await ended(child)).toEqual({ code: 130, signal: null })
  expect(said.stdout).toMatch(/^CUT SHORT +of 100000 kills and 1000000 signals/)
  expect(said.stdout).toMatch(/\nkills +[1-9]/)
  expect(said.stdout).toMatch(/\nlost +0\n/)
  expect(said.stdout).toContain('nothing lost, nothing doubled, nothing stuck, as far as it went')
  expect(said.stderr).toMatch(/^cut short: /)
  expect(running.length).toBeGreaterThan(2)
  expect(await allGone(running)).toBe(true)
  expect(places()).toEqual([])
})

test('a second Ctrl-C ends it at once, and everything that it had started', async () => {
  const { child, said, press, processes } = begin()
  await until('installations start', () => places().length === 2 && processes().length > 2, 120_000)
  const running = processes()
  const end = ended(child)
  await until('it ended', () => {
    if (child.exitCode === null && child.signalCode === null) press()
    return child.exitCode !== null || child.signalCode !== null
  })
  expect(await end).toEqual({ code: 130, signal: null })
  expect(said.stdout).toBe('')
  await until('everything is gone', () => allGone(running))
})
