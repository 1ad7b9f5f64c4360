import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { PROGRAM } from './called.ts'

interface Entry {
  readonly name: string
  readonly about: string
  readonly load: () => Promise<(program: Command, about: string) => void>
}

// In the order of the help. A group's file is loaded only when it is asked for: each costs milliseconds.
const ENTRIES: readonly Entry[] = [
  { name: 'start', about: 'run towerflow: server, executor, and what keeps them running', load: async () =>
    (await import('./commands/start.ts')).addStart },
  { name: 'demo', about: 'the whole way from a key to an order, against a simulated exchange', load: async () =>
    (await import('./commands/demo.ts')).addDemo },
  { name: 'token', about: 'what programs and this command line identify themselves with', load: async () =>
    (await import('./commands/token.ts')).addToken },
  { name: 'user', about: 'who may use this installation', load: async () => (await import('./commands/user.ts'))
    .addUser },
  { name: 'exchanges', about: 'which exchanges there are', load: async () => (await import('./commands/exchanges.ts'))
    .addExchanges },
  { name: 'connect', about: 'connect an exchange API key; it is sealed before it leaves this process', load: async () =>
    (await import('./commands/connect.ts')).addConnect },
  { name: 'connections', about: 'exchange keys: what they may do, who uses them', load: async () =>
    (await import('./commands/connections.ts')).addConnections },
  { name: 'webhooks', about: 'addresses that receive signals', load: async () =>
    (await import('./commands/webhooks.ts')).addWebhooks },
  { name: 'bots', about: 'what turns signals into orders', load: async () => (await import('./commands/bots.ts'))
    .addBots },
  { name: 'signal', about: 'send a signal', load: async () => (await import('./commands/signals.ts')).addSignal },
  { name: 'signals', about: 'what was received, and why it did what it did', load: async () =>
    (await import('./commands/signals.ts')).addSignals },
  { name: 'orders', about: 'instructions to exchanges, and what became of them', load: async () =>
    (await import('./commands/orders.ts')).addOrders },
  { name: 'positions', about: 'what the bots hold', load: async () => (await import('./commands/positions.ts'))
    .addPositions },
  { name: 'freeze', about: 'stop openings, or all orders, at once', load: async () =>
    (await import('./commands/freezes.ts')).addFreeze },
  { name: 'thaw', about: 'lift a freeze', load: async () => (await import('./commands/freezes.ts')).addThaw },
  { name: 'freezes', about: 'what is frozen', load: async () => (await import('./commands/freezes.ts')).addFreezes },
  { name: 'findings', about: 'where our books and an exchange differ', load: async () =>
    (await import('./commands/findings.ts')).addFindings },
  { name: 'events', about: 'follow what happens, until stopped', load: async () =>
    (await import('./commands/events.ts')).addEvents },
  { name: 'vault', about: 'how keys are encrypted, and by which master key', load: async () =>
    (await import('./commands/vault.ts')).addVault },
  { name: 'backup', about: 'a copy of everything in the database, while the server runs; never of the master key',
    load: async () => (await import('./commands/backup.ts')).addBackup },
  { name: 'restore', about: 'fill an empty database from a backup', load: async () =>
    (await import('./commands/backup.ts')).addRestore },
  { name: 'simulate', about: 'serve exchanges that speak the real wire protocol, until stopped', load: async () =>
    (await import('./commands/simulate.ts')).addSimulate },
  { name: 'doctor', about: 'settings in effect (secrets hidden), and whether everything is as it should be',
    load: async () => (await import('./commands/doctor.ts')).addDoctor },
  { name: 'openapi', about: 'the OpenAPI document of the running server', load: async () =>
    (await import('./commands/openapi.ts')).addOpenapi },
]

/** All commands; those that the arguments ask for are filled in, the others only have a name and a line of help. */
export async function buildProgram(args: readonly string[]): Promise<Command> {
  const program = new Command(PROGRAM)
    .description('Every trading signal becomes exactly one order on your own exchange account.')
    .version(version(), '-V, --version')
    .option('--json', 'answer with one line of JSON, for programs')
    .exitOverride()
    .showSuggestionAfterError()
    .addHelpText('after', `
Commands that need a server talk to TOWERFLOW_URL (http://127.0.0.1:3000) with TOWERFLOW_TOKEN.
Names are accepted wherever ids are. On a terminal, commands that end something for good or trade at once ask
first; --yes goes ahead. Exit codes: 0 done, 1 failed, 2 wrong usage.`)
  const asked = args.filter((arg) => !arg.startsWith('-'))
  const wanted = asked[0] === 'help' ? asked[1] : asked[0]
  for (const { name, about, load } of ENTRIES) {
    if (name === wanted) (await load())(program, about)
    else program.command(name).description(about)
  }
  return program
}

/** Names of all commands. */
export const COMMANDS: readonly string[] = ENTRIES.map((entry) => entry.name)

function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
