import type { Command } from 'commander'
import type { Settings } from '#config'
import { command } from '../action.ts'
import { PROGRAM } from '../called.ts'
import { Failure } from '../failure.ts'
import { untilStopped } from '../stop.ts'
import { style, type Terminal } from '../terminal.ts'

export function addStart(program: Command, about: string): void {
  command<{ practice?: boolean }>(program, 'start', about, async (call, options) => {
    const { readSettings } = await import('#config')
    const own = readSettings()
    const stopped = untilStopped()
    if (options.practice !== true) return run(call.terminal, own, stopped)
    const { openPractice } = await import('../practice.ts')
    const practice = await openPractice()
    try {
      await run(call.terminal, practice.settings(own), stopped)
    } finally {
      await practice.close()
    }
  }).option('--practice', 'simulated exchanges and play money, in a temporary folder: everything is forgotten when it stops')
    .addHelpText('after', `\nSettings come from the environment: "${PROGRAM} doctor" prints those in effect.`)
}

async function run(terminal: Terminal, settings: Settings, stopped: ReturnType<typeof untilStopped>): Promise<void> {
  const { runSupervisor } = await import('#supervisor')
  const running = await runSupervisor(settings, { note: (text) => terminal.aside(text), stopped })
  if (running === null) return
  if (terminal.json) terminal.line(JSON.stringify({ url: running.url, pid: process.pid,
    ...(running.setupToken === null ? {} : { setupToken: running.setupToken }) }))
  else tell(terminal, running.url, running.setupToken, settings.practice)
  const cause = await Promise.race([stopped, running.failed])
  if (cause === 'parent-gone') running.kill()
  else await running.stop()
  if (cause instanceof Error) throw new Failure(cause.message, { next: 'The lines above, in the log, say why.' })
}

function tell(terminal: Terminal, url: string, setupToken: string | null, practice: boolean): void {
  terminal.line(`${style('bold', 'towerflow')} listens on ${style('cyan', url)}  (API: ${url}/api/docs)`)
  if (practice) terminal.line('Practice: the exchanges are simulated, the money is play money, and all is forgotten when this stops.')
  if (setupToken === null) return
  terminal.line([
    '', 'There is no user yet. Make the first one in a browser; this link holds until somebody did:',
    `  ${style('cyan', `${url}/setup#${setupToken}`)}`,
    'or, with a token for scripts, on this machine:', `  ${PROGRAM} token create`,
    'or from elsewhere:',
    `  curl -X POST ${url}/api/v1/setup -H 'content-type: application/json' -d '{"token":"${setupToken}"}'`,
  ].join('\n'))
}
