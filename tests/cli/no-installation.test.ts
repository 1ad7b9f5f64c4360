import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { Client } from 'pg'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { startPostgres, type TestPostgres } from '../postgres.ts'
import { run, temporaryFolder, type Result } from './command.ts'

// Commands typed in a folder where nothing is installed: by mistake, or with a setting forgotten.

let folder: ReturnType<typeof temporaryFolder>
let postgres: TestPostgres | undefined
beforeEach(() => { folder = temporaryFolder() })
afterEach(() => { folder.remove() })
afterAll(() => postgres?.stop())

const here = (words: readonly string[], env: Record<string, string> = {}): Promise<Result> => run(words, { cwd: folder.path, env })

test.for([['backup', 'books.backup'], ['backup', 'books.backup', '--json'], ['user', 'reset', 'admin']])(
  '"%s" fails, names the folder and the setting, and makes nothing', async (words) => {
    const { code, stdout, stderr } = await here(words)
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toContain(`There is no installation in ${path.join(folder.path, 'data')}`)
    expect(stderr).toContain('TOWERFLOW_DATA_DIR')
    expect(readdirSync(folder.path)).toEqual([])
  },
)

test('a folder of something else, and a database that is empty or cut off before it began, are no installation either', async () => {
  const data = path.join(folder.path, 'data')
  mkdirSync(data, { mode: 0o755 })
  writeFileSync(path.join(data, 'notes.txt'), 'mine')
  const inOther = await here(['backup', 'books.backup'])
  expect([inOther.code, inOther.stderr.includes('There is no installation')]).toEqual([1, true])
  writeFileSync(path.join(data, 'towerflow.db'), '')
  const inEmpty = await here(['backup', 'books.backup'])
  expect([inEmpty.code, inEmpty.stderr.includes('There is no installation')]).toEqual([1, true])
  expect(readdirSync(data).toSorted()).toEqual(['notes.txt', 'towerflow.db'])
  expect(existsSync(path.join(folder.path, 'books.backup'))).toBe(false)
})

test('an empty PostgreSQL database stays empty', async () => {
  postgres = await startPostgres()
  const url = await postgres.createDatabase()
  const { code, stderr } = await here(['backup', 'books.backup'], { TOWERFLOW_DATABASE_URL: url })
  expect(code).toBe(1)
  expect(stderr).toContain('TOWERFLOW_DATABASE_URL')
  const client = new Client({ connectionString: url })
  await client.connect()
  expect((await client.query("select tablename from pg_tables where schemaname = 'public'")).rows).toEqual([])
  await client.end()
  expect(readdirSync(folder.path)).toEqual([])
})

test('a restore of what is no backup, or of no file, makes no database', async () => {
  writeFileSync(path.join(folder.path, 'holiday.txt'), 'not a backup\n')
  writeFileSync(path.join(folder.path, 'empty.backup'), '')
  for (const file of ['holiday.txt', 'empty.backup', 'no-such.backup']) {
    const { code, stderr } = await here(['restore', file])
    expect([file, code]).toEqual([file, 1])
    expect(stderr).toMatch(/backup/)
  }
  expect(readdirSync(folder.path).toSorted()).toEqual(['empty.backup', 'holiday.txt'])
})

test.for([['doctor'], ['vault', 'status'], ['bots', 'list'], ['user', 'list'], ['freezes'], ['token', 'list']])('"%s" makes nothing', async (words) => {
  await here(words, { TOWERFLOW_URL: 'http://127.0.0.1:9' })
  expect(readdirSync(folder.path)).toEqual([])
})

test('a backup says what it holds, how big it is, and where the master key that it lacks is', async () => {
  expect((await here(['token', 'create'])).code).toBe(0)
  const { code, stdout } = await here(['backup', 'books.backup'])
  expect(code).toBe(0)
  expect(stdout).toMatch(/holds +1 user, 0 connections, 0 webhooks, 0 bots, 0 signals, 0 orders/)
  expect(stdout).toMatch(/size +\d+(\.\d kB| bytes) in \d+ rows/)
  expect(stdout).toContain(`It does not hold the master key (${path.join(folder.path, 'data', 'master.key')})`)
  expect(stdout).toContain('Keep a copy of the master key somewhere else')
  const again = await here(['backup', 'more.backup', '--json'])
  expect(JSON.parse(again.stdout)).toMatchObject({
    masterKeyIncluded: false, contents: { users: 1, connections: 0, webhooks: 0, bots: 0, positions: 0, signals: 0, orders: 0 },
  })
  await expect(here(['backup', 'books.backup'])).resolves.toMatchObject({ code: 1, stderr: expect.stringContaining('a file of that name exists') as unknown })
})
