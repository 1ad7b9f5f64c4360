import { symlinkSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { COMMANDS } from '../../src/cli/program.ts'
import { LAUNCHER, run, systemNode, temporaryFolder } from './command.ts'

const NOWHERE = { TOWERFLOW_URL: 'http://127.0.0.1:1', TOWERFLOW_TOKEN: 'none' }

/** Every command and subcommand, as the help itself lists them. */
async function listed(command: string): Promise<string[][]> {
  const { stdout } = await run([command, '--help'])
  const block = /\nCommands:\n([\s\S]*?)(?:\n\n|$)/.exec(stdout)?.[1]
  if (block === undefined) return [[command]]
  return [...block.matchAll(/^ {2}([a-z]+)\b/gm)].map((match) => match[1] ?? '').filter((name) => name !== 'help')
    .map((name) => [command, name])
}

it('every command explains itself', async () => {
  const all = (await Promise.all(COMMANDS.map(listed))).flat()
  expect(all.length).toBeGreaterThan(45)
  for (const command of all) {
    const { code, stdout } = await run([...command, '--help'])
    expect({ command, code }).toEqual({ command, code: 0 })
    expect(stdout).toContain(`Usage: node bin/towerflow.mjs ${command.join(' ')}`)
    expect(stdout).toContain('--json')
  }
}, 120_000)

it('the contract\'s commands are all there', async () => {
  const wanted = ['start', 'demo', 'token create', 'token list', 'token revoke', 'user create', 'connect',
    'connections list', 'connections check', 'connections delete',
    'connections relink', 'webhooks create', 'bots create', 'signal send', 'signals show', 'vault rotate',
      'vault status', 'backup', 'restore', 'simulate', 'doctor',
      'freeze', 'thaw', 'freezes list']
  const all = (await Promise.all(COMMANDS.map(listed))).flat().map((command) => command.join(' '))
  expect(wanted.filter((command) => !all.includes(command))).toEqual([])
}, 60_000)

it.each([
  [['nonsense']], [['bots', 'nonsense']], [['bots', 'create']], [['bots', 'list', '--nonsense']], [[]], [['bots']],
    [['signal', 'send']],
  [['bots', 'list', '--limit', 'many']], [['simulate', '--exchange', 'nowhere']],
    [['token', 'create', '--scopes', 'everything']],
])('wrong usage ends with 2: %j', async (args) => {
  const { code, stdout, stderr } = await run(args, { env: NOWHERE })
  expect(code).toBe(2)
  expect(stdout + stderr).not.toMatch(/\n\s+at /)
})

it('a server that is not there ends with 1, and says what to do', async () => {
  const { code, stderr } = await run(['connections', 'list'], { env: NOWHERE })
  expect(code).toBe(1)
  expect(stderr).toContain('No towerflow answers at http://127.0.0.1:1')
  expect(stderr).toContain('node bin/towerflow.mjs start')
  expect(stderr).not.toMatch(/\n\s+at /)
})

// The system's Node may hand over to another one, which has to know the name as well.
it.each([['the Node that it runs on', process.execPath], ['the machine\'s Node', systemNode()]])(
  'what it suggests begins as it was called itself: by the link that npm installs, or as a file (%s)', async (_, node) => {
  const folder = temporaryFolder()
  try {
    const link = path.join(folder.path, 'towerflow')
    symlinkSync(LAUNCHER, link)
    const clone = path.dirname(path.dirname(LAUNCHER))
    const near = path.relative(folder.path, LAUNCHER) // the clone may lie beside the folder of temporary files
    for (const [cwd, launcher, typed] of [
      [clone, link, 'towerflow'], [clone, LAUNCHER, 'node bin/towerflow.mjs'], [folder.path, LAUNCHER, `node ${near.length < LAUNCHER.length ? near : LAUNCHER}`],
    ] as const) {
      const [help, failure] = await Promise.all([['bots', '--help'], ['bots', 'list']].map((args) =>
        run(args, { env: NOWHERE, cwd, launcher, node })))
      expect(help?.stdout).toContain(`Usage: ${typed} bots `)
      expect(failure?.stderr).toContain(`Start it with "${typed} start"`)
    }
  } finally {
    folder.remove()
  }
})

it.each([[['--json', 'connections', 'list']], [['connections', '--json', 'list']],
  [['connections', 'list', '--json']]])('programs are answered in JSON, wherever --json stands: %j', async (args) => {
  const { stdout, stderr } = await run(args, { env: NOWHERE })
  expect(stdout).toBe('')
  expect(JSON.parse(stderr)).toMatchObject({ code: 'unreachable' })
})

it('a key is never an argument', async () => {
  for (const option of ['--api-key', '--secret', '--passphrase', '--key']) {
    expect((await run(['connect', '--exchange', 'binance', option, 'x'], { env: NOWHERE })).code).toBe(2)
  }
})

it('doctor shows the settings in effect, and no password in them', async () => {
  const folder = temporaryFolder()
  try {
    const env = { TOWERFLOW_DATA_DIR: folder.path,
      TOWERFLOW_DATABASE_URL: 'postgres://me:hunter2@127.0.0.1:1/towerflow?sslpassword=hunter3',
      TOWERFLOW_TOKEN: 'hunter4', TOWERFLOW_URL: 'http://127.0.0.1:1' }
    for (const args of [['doctor'], ['doctor', '--json']]) {
      const { code, stdout, stderr } = await run(args, { env })
      expect(code).toBe(1) // the database is not there
      expect(stdout).toContain('TOWERFLOW_DATABASE_URL')
      expect(stdout).toContain('TOWERFLOW_PORT')
      expect(stdout + stderr).not.toMatch(/hunter/)
    }
  } finally {
    folder.remove()
  }
})

it('doctor names every setting that it cannot read', async () => {
  const { code, stdout } = await run(['doctor'], { env: { TOWERFLOW_PORT: 'high', TOWERFLOW_PROT: '1' } })
  expect(code).toBe(1)
  expect(stdout).toContain('TOWERFLOW_PORT must be a port number')
  expect(stdout).toContain('TOWERFLOW_PROT is not a setting')
})
