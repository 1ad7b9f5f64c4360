import { fork } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { DataFolderError, isLocked, lockDataFolder, prepareDataFolder, socketPath } from './data-folder.ts'

let folder = ''
beforeEach(() => { folder = mkdtempSync(path.join(tmpdir(), 'towerflow-folder-')) })
afterEach(() => { rmSync(folder, { recursive: true, force: true }) })
const mode = (file: string): number => statSync(file).mode & 0o777

it('the data folder is its owner\'s alone, one that was open before included', () => {
  const data = path.join(folder, 'a', 'data')
  prepareDataFolder(data)
  expect([mode(data), mode(path.join(data, 'run'))]).toEqual([0o700, 0o700])
  chmodSync(data, 0o755)
  prepareDataFolder(data)
  expect(mode(data)).toBe(0o700)
})

it('a data folder that cannot be made is said so', () => {
  writeFileSync(path.join(folder, 'file'), '')
  expect(() => prepareDataFolder(path.join(folder, 'file'))).toThrow(DataFolderError)
})

it('one process has a data folder, until it ends in whatever way', async () => {
  prepareDataFolder(folder)
  expect(isLocked(folder)).toBe(false)
  const script = path.join(folder, 'holder.mjs')
  writeFileSync(script, `import { lockDataFolder } from ${JSON.stringify(new URL('./data-folder.ts', import.meta.url)
    .href)}
lockDataFolder(${JSON.stringify(folder)}); process.on('disconnect', () => process.exit()); process.send('held')`)
  const holder = fork(script, { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
  const [said] = await once(holder, 'message', { signal: AbortSignal.timeout(5000) }) as [string]
  expect(said).toBe('held')
  expect(isLocked(folder)).toBe(true)
  expect(() => lockDataFolder(folder)).toThrow(new RegExp(`process ${holder.pid}`))
  holder.kill('SIGKILL')
  await new Promise((resolve) => { holder.once('exit', resolve) })
  const unlock = lockDataFolder(folder)
  expect(isLocked(folder)).toBe(true)
  unlock()
  expect(isLocked(folder)).toBe(false)
})

it('a path too long for a socket is replaced by one that works and that others cannot enter', async () => {
  const long = path.join(folder, 'x'.repeat(120), 'executor.sock')
  mkdirSync(path.dirname(long))
  const short = socketPath(long)
  expect(Buffer.byteLength(short.path)).toBeLessThanOrEqual(100)
  expect(mode(path.dirname(short.path))).toBe(0o700)
  const server = createServer()
  await new Promise<void>((resolve, reject) => { server.once('error', reject).listen(short.path, resolve) })
  server.close()
  short.remove()
  expect(existsSync(path.dirname(short.path))).toBe(false)
  expect(socketPath('/run/x.sock').path).toBe('/run/x.sock')
})
