import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Client } from 'pg'

/** A PostgreSQL server of the tests' own, in a folder of its own. */
export interface TestPostgres {
  /** Its database `postgres`. */
  readonly url: string
  /** Makes a new, empty database and answers its URL. */
  createDatabase(): Promise<string>
  /** Ends the server and all of its processes as a crash does: SIGKILL, and nothing is written any more. */
  kill(): Promise<void>
  /** Starts it again, after `kill`, where it was; resolves when it answers. */
  startAgain(): Promise<void>
  /** Ends the server, for sure, and removes its folder. */
  stop(): Promise<void>
}

const START_MS = 60_000
const STOP_MS = 10_000
const TRIES = 3

/**
 * Starts a real PostgreSQL, the newest that is installed, on a free port of 127.0.0.1. `durable: true` makes it wait for
 * the disk as in production; by default it does not, which no test can tell unless the machine loses power. `apart: true`
 * keeps what is typed on the terminal, such as Ctrl-C, from it. Root runs it as user `postgres`, because it refuses to run
 * as root. It dies with the process that started it.
 */
export async function startPostgres({ durable = false, apart = false }: { durable?: boolean; apart?: boolean } = {}): Promise<TestPostgres> {
  const bin = findBinaries()
  const owner = process.getuid?.() === 0 ? userPostgres() : null
  const folder = mkdtempSync(join(tmpdir(), 'towerflow-pg-'))
  if (owner !== null) chownSync(folder, owner.uid, owner.gid)
  const data = join(folder, 'data')
  const init = command(join(bin, 'initdb'), ['-D', data, '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--locale=C', '--no-sync'], owner !== null)
  execFileSync(init.file, init.args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })

  for (let tries = 1; ; tries += 1) {
    const port = await freePort()
    const args = ['-D', data, '-p', String(port), '-k', folder, '-c', 'listen_addresses=127.0.0.1', ...durable ? [] : ['-c', 'fsync=off', '-c', 'full_page_writes=off']]
    const server = command(join(bin, 'postgres'), args, owner !== null)
    const url = `postgres://postgres@127.0.0.1:${port}/postgres`
    let said = ''
    let child: ChildProcess
    const start = async (): Promise<void> => {
      child = spawn(server.file, server.args, { cwd: folder, detached: apart, stdio: ['ignore', 'ignore', 'pipe'] })
      child.stderr?.on('data', (chunk: Buffer) => { said = (said + chunk.toString()).slice(-4000) })
      await answers(url, child)
    }
    try {
      await start()
    } catch (error) {
      await end(child!)
      if (tries < TRIES && said.includes('Address already in use')) continue
      rmSync(folder, { recursive: true, force: true })
      throw new Error(`PostgreSQL did not start:\n${said}`, { cause: error })
    }
    return {
      url, createDatabase: () => createDatabase(url),
      kill: () => crash(child),
      startAgain: async () => {
        await start().catch((error: unknown) => { throw new Error(`PostgreSQL did not start again:\n${said}`, { cause: error }) })
      },
      stop: () => stop(child, folder),
    }
  }
}

function findBinaries(): string {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)).map((version) => join(debian, version, 'bin')) : []
  const found = [...versions, ...(process.env['PATH'] ?? '').split(delimiter)]
    .find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')))
  if (found === undefined) {
    throw new Error('These tests start a PostgreSQL server, and it is not installed. On Debian and Ubuntu: apt-get install postgresql; elsewhere put initdb and postgres on the PATH.')
  }
  return found
}

function userPostgres(): { uid: number; gid: number } {
  try {
    const id = (which: string): number => Number(execFileSync('id', [which, 'postgres'], { stdio: ['ignore', 'pipe', 'pipe'] }).toString())
    return { uid: id('-u'), gid: id('-g') }
  } catch (error) {
    throw new Error('PostgreSQL does not run as root, and there is no user "postgres" to run it as. On Debian and Ubuntu: apt-get install postgresql.', { cause: error })
  }
}

/** Wraps a command so that it runs as `postgres` when we are root, and ends when its parent does. */
function command(file: string, args: readonly string[], asPostgres: boolean): { file: string; args: string[] } {
  const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => existsSync(path))
  if (setpriv === undefined) {
    if (asPostgres) throw new Error('setpriv (package util-linux) is needed to start PostgreSQL as root.')
    return { file, args: [...args] }
  }
  const user = asPostgres ? ['--reuid=postgres', '--regid=postgres', '--clear-groups'] : []
  return { file: setpriv, args: [...user, '--pdeathsig', 'QUIT', file, ...args] }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.on('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => { resolve(typeof address === 'object' && address !== null ? address.port : 0) })
    })
  })
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  const until = Date.now() + START_MS
  for (;;) {
    if (child.exitCode !== null) throw new Error(`it ended with code ${child.exitCode}`)
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 2000 })
    try {
      await client.connect()
      await client.query('select 1')
      return
    } catch (error) {
      if (Date.now() > until) throw error
      await delay(50)
    } finally {
      await client.end().catch(() => undefined) // it may never have been connected
    }
  }
}

let databases = 0

async function createDatabase(url: string): Promise<string> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    databases += 1
    const name = `test_${process.pid}_${databases}`
    await client.query(`create database ${name}`)
    return url.replace(/\/postgres$/, `/${name}`)
  } finally {
    await client.end()
  }
}

async function stop(child: ChildProcess, folder: string): Promise<void> {
  await end(child)
  rmSync(folder, { recursive: true, force: true })
}

/** The children first: without their parent they would end by themselves, and some in order. */
async function crash(child: ChildProcess): Promise<void> {
  const { pid } = child
  if (pid === undefined) return
  process.kill(pid, 'SIGSTOP') // it must not fork meanwhile
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)
  for (const one of [...children, pid]) {
    try {
      process.kill(one, 'SIGKILL')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error // it ended by itself just now
    }
  }
  while (child.exitCode === null && child.signalCode === null) await delay(5)
}

/** SIGQUIT: ends at once, with all its processes, without a last checkpoint. */
async function end(child: ChildProcess): Promise<void> {
  const until = Date.now() + STOP_MS
  child.kill('SIGQUIT')
  while (child.exitCode === null && child.signalCode === null) {
    if (Date.now() > until) child.kill('SIGKILL')
    await delay(20)
  }
}
