import type { Command } from 'commander'
import { sleep, systemClock } from '#clock'
import { command } from '../action.ts'
import type { Api } from '../api.ts'
import { ApiProblem, Unreachable } from '../failure.ts'
import { readEvents, type ServerEvent } from '../sse.ts'
import { untilStopped } from '../stop.ts'
import { printable } from '../table.ts'
import { style, type Terminal } from '../terminal.ts'

interface Options { readonly after?: string; readonly type?: string[]; readonly limit?: string }

const AGAIN_MS = 1000

export function addEvents(program: Command, about: string): void {
  command<Options>(program, 'events', about, async (call, options) => {
    await follow(await call.api(), call.terminal, options)
  })
    .option('--after <id>', 'begin behind this event; what happened since is sent first')
    .option('--type <type...>', 'signal, decision, order, connection')
    .option('--limit <n>', 'stop after so many')
}

/** Prints events; a lost connection is taken up again where it was lost. */
async function follow(api: Api, terminal: Terminal, options: Options): Promise<void> {
  const abort = new AbortController()
  void untilStopped().then(() => abort.abort())
  const awake = setInterval(() => undefined, 60_000)
  let last = options.after
  let left = options.limit === undefined ? Infinity : Number(options.limit)
  let connected = false
  try {
    while (!abort.signal.aborted && left > 0) {
      try {
        const response = await api.open('GET', '/events', {
          headers: { accept: 'text/event-stream', ...(last === undefined ? {} : { 'last-event-id': last }) },
            signal: abort.signal,
        })
        connected = true
        for await (const event of readEvents(response)) {
          last = event.id ?? last
          if (options.type !== undefined && !options.type.includes(event.type)) continue
          print(terminal, event)
          if (--left <= 0) break
        }
      } catch (error) {
        // Not even once: the address or the token is wrong, and trying again would not help.
        if (!abort.signal.aborted && (!connected
          || (error instanceof ApiProblem && error.body.status < 500))) throw error
        if (!abort.signal.aborted && !(error instanceof Unreachable)) terminal.note(style('dim',
          'connection lost; trying again'))
      }
      if (!abort.signal.aborted && left > 0) await sleep(systemClock, AGAIN_MS)
    }
  } finally {
    abort.abort()
    clearInterval(awake)
  }
}

function print(terminal: Terminal, event: ServerEvent): void {
  terminal.answer(event, () => {
    const { at, ...rest } = fieldsOf(event.data)
    const time = typeof at === 'string' ? at.slice(11, 23) : ''
    const text = Object.entries(rest).filter(([, value]) => value !== null)
      .map(([name, value]) => `${style('dim', name)} ${shown(value)}`).join('  ')
    return `${style('dim', time)}  ${style('bold', event.type.padEnd(10))}  ${text}`
  })
}

const fieldsOf = (data: unknown): Record<string, unknown> =>
  (typeof data === 'object' && data !== null ? data as Record<string, unknown> : { value: data })
const shown = (value: unknown): string => printable(typeof value === 'string' ? value : JSON.stringify(value))
