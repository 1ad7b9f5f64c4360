import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import type { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { generateMasterKeys, receiveMasterKeys, sendMasterKeys, withNewMasterKey, type MasterKeys } from '#vault'

const root = fileURLToPath(new URL('../../', import.meta.url))
// The executor's side, under the permission model, with no right but to read the program.
const RECEIVER = `
  const { receiveMasterKeys } = await import('#vault')
  try {
    const keys = await receiveMasterKeys(3, Number(process.argv[1]))
    process.stdout.write(keys.versions.map((key) => key.id).join())
  } catch (error) { process.stdout.write(error.code ?? String(error)) }
  process.exit(0)`

const children: ReturnType<typeof spawn>[] = []
afterEach(() => { for (const child of children.splice(0)) child.kill('SIGKILL') })

async function received(send: (pipe: Writable) => Promise<void> | void, timeoutMs = 8_000): Promise<string> {
  const child = spawn(process.execPath, ['--permission', `--allow-fs-read=${root}`, '--input-type=module', '-e', RECEIVER, String(timeoutMs)],
    { cwd: root, stdio: ['ignore', 'pipe', 'inherit', 'pipe'], env: {} })
  children.push(child)
  const pipe = child.stdio[3] as Writable
  // The child may be gone before everything is written; its answer is what counts.
  pipe.on('error', () => undefined)
  const [answer] = await Promise.all([text(child.stdout ?? expect.unreachable()), once(child, 'exit'), send(pipe)])
  return answer
}

const ids = (keys: MasterKeys): string => keys.versions.map((key) => key.id).join()

test('the ring reaches a process under the permission model through an inherited pipe', async () => {
  const keys = withNewMasterKey(generateMasterKeys())
  expect(await received((pipe) => sendMasterKeys(pipe, keys))).toBe(ids(keys))
})

test('a supervisor that dies without sending, or in the middle, leaves an error and no key', async () => {
  expect(await received((pipe) => { pipe.end() })).toBe('key_not_received')
  expect(await received((pipe) => { pipe.end('TFK\x01 and no more') })).toBe('malformed_key_ring')
})

test('a flood is refused', async () => {
  expect(await received((pipe) => { pipe.end(Buffer.alloc(100_000, 1)) })).toBe('malformed_key_ring')
})

test('silence has a deadline', async () => {
  expect(await received(() => undefined, 100)).toBe('key_not_received')
})

test('a descriptor that is not open is an error of ours', async () => {
  const fd = openSync('/dev/null', 'r')
  closeSync(fd)
  await expect(receiveMasterKeys(fd, 1000)).rejects.toMatchObject({ code: 'key_not_received' })
})
