import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { ended, firstLine, lives, run, start, systemNode } from '../cli/command.ts'
import { childOf, childrenOf, startInstallation, temporaryFolder, until, untilReady,
  type Installation } from './installation.ts'

let folder: ReturnType<typeof temporaryFolder>
let running: Installation[] = []
beforeEach(() => { folder = temporaryFolder() })
afterEach(async () => {
  await Promise.all(running.filter(({ child }) => child.exitCode === null && child.signalCode === null)
    .map((one) => one.stop()))
  running = []
  folder.remove()
})

async function installed(env: Record<string, string> = {}, dataDir =
  path.join(folder.path, 'data')): Promise<Installation> {
  const one = await startInstallation(dataDir, env)
  running.push(one)
  return one
}

it('the first start makes the master key, says where it is and what its loss would mean; later ones keep it',
  async () => {
  const first = await installed()
  const file = path.join(first.dataDir, 'master.key')
  const key = readFileSync(file)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(statSync(first.dataDir).mode & 0o777).toBe(0o700)
  expect(first.log()).toContain(file)
  expect(first.log()).toMatch(/if it is lost, every connection becomes unreadable/)
  expect(first.log()).toMatch(/backups never contain it/)
  expect(first.setupToken).toMatch(/^tf_/)
  expect(await first.stop()).toEqual({ code: 0, signal: null })
  const second = await installed()
  expect(readFileSync(file).equals(key)).toBe(true)
  expect(second.log()).not.toContain('A master key was made')
})

it.each(['server', 'executor'] as const)('a %s that was killed is started again, and the other goes on',
  async (name) => {
  const one = await installed()
  const other = childOf(one.pid, name === 'server' ? 'executor' : 'server')
  const before = childOf(one.pid, name)
  process.kill(before.pid, 'SIGKILL')
  await until('it is started again', () => childrenOf(one.pid)
    .some((child) => child.pid !== before.pid && child.file === before.file))
  // The server gets any free port anew: its log says which.
  const url = (): string => [...one.log().matchAll(/"url":"([^"]+)"/g)].at(-1)?.[1] ?? one.url
  await until('it answers again', async () => (await fetch(`${url()}/api/v1/ready`).catch(() => null))?.ok === true)
  expect(childOf(one.pid, name === 'server' ? 'executor' : 'server').pid).toBe(other.pid)
})

it('no process is left within 5 s when the supervisor is killed, and the next start is not in its way', async () => {
  const one = await installed()
  const children = childrenOf(one.pid)
  expect(children).toHaveLength(2)
  process.kill(one.pid, 'SIGKILL')
  for (const { pid, file } of children) await until(`${file} is gone`, async () => !await lives(pid), 5000)
  await ended(one.child)
  const again = await installed()
  await untilReady(again.url)
})

it('no process is left within 5 s when the launcher is killed that the supervisor runs under', async () => {
  const child = start(['start', '--json'], { node: systemNode(),
    env: { TOWERFLOW_DATA_DIR: path.join(folder.path, 'data'), TOWERFLOW_PORT: '0' } })
  const { pid } = JSON.parse(await firstLine(child)) as { pid: number }
  const family = [pid, ...childrenOf(pid).map((one) => one.pid)]
  expect(family).toHaveLength(3)
  child.kill('SIGKILL')
  for (const one of family) await until(`process ${one} is gone`, async () => !await lives(one), 5000)
})

it('SIGTERM ends server, then executor, then itself, with code 0', async () => {
  const one = await installed()
  const children = childrenOf(one.pid)
  expect(await one.stop()).toEqual({ code: 0, signal: null })
  for (const { pid } of children) expect(await lives(pid)).toBe(false)
  const log = one.log()
  expect(log.indexOf('"stopped"')).toBeGreaterThan(0)
  expect(log.indexOf('the executor ends')).toBeGreaterThan(log.indexOf('"stopped"'))
  expect(log).not.toContain('starting it again')
})

it('an interrupt of the whole group of processes, as from a terminal, ends in the same order', async () => {
  const one = await installed()
  // The children are no members of that group: only the supervisor is to stop them.
  for (const { pid } of childrenOf(one.pid)) expect(groupOf(pid)).not.toBe(groupOf(one.pid))
  one.child.kill('SIGINT')
  one.child.kill('SIGINT')
  expect(await ended(one.child)).toEqual({ code: 0, signal: null })
})

const groupOf = (pid: number): string => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[2] ?? ''

it('a second towerflow on the same data folder is refused, and says why', async () => {
  const one = await installed()
  const second = await run(['start'], { env: { TOWERFLOW_DATA_DIR: one.dataDir, TOWERFLOW_PORT: '0' } })
  expect(second.code).toBe(1)
  expect(second.stderr).toContain(`Another towerflow is running on ${one.dataDir} (process ${one.pid})`)
  await untilReady(one.url)
})

it('a data folder with a path too long for a socket works all the same', async () => {
  const one = await installed({}, path.join(folder.path, 'x'.repeat(110), 'data'))
  expect(childrenOf(one.pid)).toHaveLength(2)
})

it('a port that another program has is said so', async () => {
  const one = await installed()
  const { hostname, port } = new URL(one.url)
  const taken = await run(['start'], { env: { TOWERFLOW_DATA_DIR: path.join(folder.path, 'other'),
    TOWERFLOW_PORT: port } })
  expect(taken.code).toBe(1)
  expect(taken.stderr).toContain(`Port ${port} of ${hostname} is taken`)
})

it('a process that cannot be kept running ends the whole, with a reason', async () => {
  const data = path.join(folder.path, 'data')
  mkdirSync(data, { mode: 0o700 })
  writeFileSync(path.join(data, 'audit.log'), `${'x'.repeat(100)}\n`.repeat(
    50_000)) // nothing that the executor could go on from
  const { code, stderr } = await run(['start'], { env: { TOWERFLOW_DATA_DIR: data, TOWERFLOW_PORT: '0' } })
  expect(code).toBe(1)
  expect(stderr).toMatch(/error: The executor died 5 times in a row; the last time it ended with code/)
})

it('a master key that others can read is refused', async () => {
  const first = await installed()
  await first.stop()
  const file = path.join(first.dataDir, 'master.key')
  chmodSync(file, 0o644)
  const second = await run(['start'], { env: { TOWERFLOW_DATA_DIR: first.dataDir, TOWERFLOW_PORT: '0' } })
  expect(second.code).toBe(1)
  expect(second.stderr).toContain(`chmod 600 ${file}`)
})

it('neither process is told of secrets by argument or environment, nor the server of the master key\'s place',
  async () => {
  const one = await installed({ TOWERFLOW_MASTER_KEY_FILE: path.join(folder.path, 'elsewhere.key'),
    SOMETHING_SECRET: 'hunter2' })
  for (const { pid } of childrenOf(one.pid)) {
    const seen = readFileSync(`/proc/${pid}/environ`, 'utf8') + readFileSync(`/proc/${pid}/cmdline`, 'utf8')
    expect(seen).toContain('TOWERFLOW_DATA_DIR') // it would be seen
    expect(seen).not.toMatch(/hunter2|elsewhere\.key/)
  }
})

it('stopping while it is still starting leaves nothing behind', async () => {
  const child = start(['start'], { env: { TOWERFLOW_DATA_DIR: path.join(folder.path, 'data'), TOWERFLOW_PORT: '0' } })
  await until('children are there', () => {
    try {
      return childrenOf(child.pid ?? 0).length > 0
    } catch {
      return false // it has not got so far
    }
  })
  const children = childrenOf(child.pid ?? 0)
  child.kill('SIGTERM')
  expect(await ended(child)).toEqual({ code: 0, signal: null })
  for (const { pid } of children) expect(await lives(pid)).toBe(false)
})
