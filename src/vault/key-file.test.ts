import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fileKeyProvider, serialiseMasterKeys, VaultError, type KeyProvider } from '#vault'

let folder: string
let path: string
let provider: KeyProvider

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'key-file-'))
  path = join(folder, 'master.key')
  provider = fileKeyProvider(path)
})
afterEach(() => rmSync(folder, { recursive: true }))

async function refusal(run: () => Promise<unknown>): Promise<VaultError> {
  const error = await run().then(() => expect.unreachable(), (reason: unknown) => reason)
  expect(error).toBeInstanceOf(VaultError)
  expect((error as Error).message).toContain(path)
  return error as VaultError
}

describe('at first start', () => {
  test('there is no key, and none is made by looking', async () => {
    expect(await provider.load()).toBeNull()
    expect(readdirSync(folder)).toEqual([])
  })

  test('the file is made for its owner alone and says what it is', async () => {
    const old = process.umask(0)
    const made = await provider.create().finally(() => process.umask(old))
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readFileSync(path, 'utf8')).toMatch(/^# Towerflow master key\..*\n#.*\ntowerflow-master-key v1\n[A-Za-z0-9_-]+\n$/)
    const read = await provider.load()
    expect(read).not.toBeNull()
    expect(read !== null && serialiseMasterKeys(read).equals(serialiseMasterKeys(made))).toBe(true)
    expect(readdirSync(folder)).toEqual(['master.key'])
  })

  test('a file that is there is never overwritten', async () => {
    await provider.create()
    const before = readFileSync(path)
    expect((await refusal(() => provider.create())).code).toBe('key_file_exists')
    expect(readFileSync(path).equals(before)).toBe(true)
    expect(readdirSync(folder)).toEqual(['master.key'])
  })

  test('a folder that is not there is named', async () => {
    path = join(folder, 'missing', 'master.key')
    expect(await fileKeyProvider(path).load()).toBeNull()
    const error = await refusal(() => fileKeyProvider(path).create())
    expect(error.code).toBe('key_file_unreadable')
    expect(error.message).toContain('ENOENT')
  })
})

describe('a file that others could have read is refused, with the remedy', () => {
  test.each([0o640, 0o604, 0o644, 0o660, 0o620, 0o777, 0o610])('mode %o', async (mode) => {
    await provider.create()
    chmodSync(path, mode)
    const error = await refusal(() => provider.load())
    expect(error.code).toBe('key_file_unsafe')
    expect(error.message).toContain(`chmod 600 ${path}`)
    chmodSync(path, 0o600)
    expect(await provider.load()).not.toBeNull()
  })

  test('mode 400 is narrower and fine', async () => {
    await provider.create()
    chmodSync(path, 0o400)
    expect(await provider.load()).not.toBeNull()
  })

  test('a symbolic link', async () => {
    await provider.create()
    const link = join(folder, 'link.key')
    symlinkSync(path, link)
    path = link
    const error = await refusal(() => fileKeyProvider(link).load())
    expect(error.code).toBe('key_file_unsafe')
    expect(error.message).toContain('symbolic link')
  })

  test('a folder, or a FIFO that would make us wait', async () => {
    mkdirSync(path)
    expect((await refusal(() => provider.load())).code).toBe('key_file_unsafe')
    path = join(folder, 'fifo')
    execFileSync('mkfifo', ['-m', '600', path])
    expect((await refusal(() => fileKeyProvider(path).load())).code).toBe('key_file_unsafe')
  })

  test('another owner: whoever runs this must own the file', async () => {
    await provider.create()
    const uid = process.getuid?.() ?? 0
    // Only root can give a file away; anybody else looks at one of root's instead.
    if (uid === 0) chownSync(path, 12_345, -1)
    else path = '/etc/passwd'
    const error = await refusal(() => fileKeyProvider(path).load())
    expect(error.code).toBe('key_file_unsafe')
    expect(error.message).toContain(`chown ${uid} ${path}`)
  })
})

describe('a damaged file is refused and never replaced', () => {
  test.each([
    ['empty', () => ''],
    ['only the comments', () => '# Towerflow master key\n'],
    ['another version', (text: string) => text.replace('key v1', 'key v2')],
    ['a letter changed', (text: string) => text.replace(/(.)\n$/, (_, last: string) => `${last === 'A' ? 'E' : 'A'}\n`)],
    ['a letter lost', (text: string) => text.replace(/.\n$/, '\n')],
    ['a second key line', (text: string) => `${text}${text.split('\n')[3] ?? ''}\n`],
    ['binary', () => '\x00\xff\x80'],
    ['a hundred kilobytes', () => `# ${'x'.repeat(100_000)}`],
  ])('%s', async (_, change) => {
    await provider.create()
    const text = change(readFileSync(path, 'utf8'))
    writeFileSync(path, text)
    const error = await refusal(() => provider.load())
    expect(error.code).toBe('key_file_damaged')
    expect((await refusal(() => provider.create())).code).toBe('key_file_exists')
    expect((await refusal(() => provider.rotate())).code).toBe('key_file_damaged')
    expect(readFileSync(path, 'utf8')).toBe(text)
  })

  test('cut at any place', async () => {
    await provider.create()
    for (let size = statSync(path).size - 2; size >= 0; size -= 7) {
      truncateSync(path, size)
      expect((await refusal(() => provider.load())).code).toBe('key_file_damaged')
    }
  })

  test('no error shows a part of the key', async () => {
    await provider.create()
    const secret = readFileSync(path, 'utf8').split('\n')[3] ?? ''
    expect(secret.length).toBeGreaterThan(90)
    writeFileSync(path, readFileSync(path, 'utf8').replace(/.\n$/, '*\n'))
    const { message, stack } = await refusal(() => provider.load())
    for (let at = 0; at + 12 < secret.length; at += 4) expect(`${message}${stack}`).not.toContain(secret.slice(at, at + 12))
  })
})

test('line ends and comments that an editor leaves are read', async () => {
  const made = await provider.create()
  writeFileSync(path, `${readFileSync(path, 'utf8').replaceAll('\n', '\r\n')}\r\n# copied from the safe\r\n`)
  expect((await provider.load())?.current.id).toBe(made.current.id)
})

describe('rotation', () => {
  test('adds a version, keeps the older ones, and stays for its owner alone', async () => {
    const made = await provider.create()
    const rotated = await provider.rotate()
    expect(rotated.versions.map((key) => key.version)).toEqual([1, 2])
    expect(rotated.versions[0]?.id).toBe(made.current.id)
    expect((await provider.load())?.versions.map((key) => key.id)).toEqual(rotated.versions.map((key) => key.id))
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readdirSync(folder)).toEqual(['master.key'])
  })

  test('of a missing file is refused', async () => {
    expect((await refusal(() => provider.rotate())).code).toBe('key_file_missing')
  })

  test('beside another one, or after an interrupted one, is refused and loses no key', async () => {
    const made = await provider.create()
    writeFileSync(`${path}.next`, '', { mode: 0o600 })
    const error = await refusal(() => provider.rotate())
    expect(error.code).toBe('key_file_busy')
    expect(error.message).toContain(`${path}.next`)
    expect((await provider.load())?.current.id).toBe(made.current.id)
  })
})
