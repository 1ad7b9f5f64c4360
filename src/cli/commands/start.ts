import type { Command } from 'commander'
import type { Settings } from '#config'
import { command } from '../action.ts'
import { PROGRAM } from '../called.ts'
import { Failure } from '../failure.ts'
import { untilStopped } from '../stop.ts'
import type { Entry } from '../practice.ts'
import { style, type Terminal } from '../terminal.ts'

export function addStart(program: Command, about: string): void {
  command<{ practice?: boolean }>(program, 'start', about, async (call, options) => {
    const { readSettings } = await import('#config')
    const own = readSettings()
    const stopped = untilStopped()
    if (options.practice !== true) return run(call.terminal, own, stopped, tell)
    const { openPractice, firstEntry } = await import('../practice.ts')
    const practice = await openPractice()
    const settings = practice.settings(own)
    try {
      await run(call.terminal, settings, stopped, async (terminal, { url }) => {
        tellPractice(terminal, url, await firstEntry(settings, url))
      })
    } finally {
      await practice.close()
    }
  }).option('--practice', 'simulated exchanges and simulated money, in a temporary folder: everything is forgotten when it stops')
    .addHelpText('after', `\nSettings come from the environment: "${PROGRAM} doctor" prints those in effect.`)
}

type Running = NonNullable<Awaited<ReturnType<typeof import('#supervisor').runSupervisor>>>

async function run(
  terminal: Terminal, settings: Settings, stopped: ReturnType<typeof untilStopped>,
  told: (terminal: Terminal, running: Running) => void | Promise<void>,
): Promise<void> {
  const { runSupervisor } = await import('#supervisor')
  const running = await runSupervisor(settings, { note: (text) => terminal.aside(text), stopped })
  if (running === null) return
  await told(terminal, running)
  const cause = await Promise.race([stopped, running.failed])
  if (cause === 'parent-gone') running.kill()
  else await running.stop()
  if (cause instanceof Error) throw new Failure(cause.message, { next: 'The lines above, in the log, say why.' })
}

const listens = (url: string): string =>
  `${style('bold', 'towerflow')} listens on ${style('cyan', url)}  (API: ${url}/api/docs)`

function tell(terminal: Terminal, { url, setupToken }: Running): void {
  if (terminal.json) {
    terminal.line(JSON.stringify({ url, pid: process.pid, ...(setupToken === null ? {} : { setupToken }) }))
    return
  }
  terminal.line(listens(url))
  if (setupToken === null) return
  terminal.line([
    '', 'There is no user yet. Make the first one in a browser; this link holds until somebody did:',
    `  ${style('cyan', `${url}/setup#${setupToken}`)}`,
    'or, with a token for scripts, on this machine:', `  ${PROGRAM} token create`,
    'or from elsewhere:',
    `  curl -X POST ${url}/api/v1/setup -H 'content-type: application/json' -d '{"token":"${setupToken}"}'`,
  ].join('\n'))
}

function tellPractice(terminal: Terminal, url: string, { token, link }: Entry): void {
  if (terminal.json) {
    terminal.line(JSON.stringify({ url, pid: process.pid, token, link }))
    return
  }
  terminal.line([
    listens(url),
    'Practice: exchanges and money are simulated, and all is forgotten when this stops.',
    '', 'In a browser, with a password of your choice:', `  ${style('cyan', link)}`,
    'By command line, in a second terminal:',
    `  export TOWERFLOW_URL=${url}`, `  export TOWERFLOW_TOKEN=${token}`,
    `  ${PROGRAM} connect --practice --exchange binance --market spot`,
  ].join('\n'))
}
