import type { Command } from 'commander'
import { command, whole } from '../action.ts'
import { Failure } from '../failure.ts'
import { untilStopped } from '../stop.ts'

interface Options { readonly exchange: string; readonly port?: number; readonly host: string }

export function addSimulate(program: Command, about: string): void {
  command<Options>(program, 'simulate', about, async (call, options) => {
    const { SIMULATED_EXCHANGES, startSimulator } = await import('#simulator')
    const exchanges = options.exchange.split(',').map((name) => name.trim().toLowerCase()).filter((name) => name !== '')
    const unknown = exchanges.find((name) => !SIMULATED_EXCHANGES.includes(name))
    if (unknown !== undefined || exchanges.length === 0) {
      throw new Failure(`There is no simulator of "${unknown ?? ''}"`,
        { usage: true, next: `There are ${SIMULATED_EXCHANGES.join(', ')}.` })
    }
    const stopped = untilStopped()
    const simulator = await startSimulator({ exchanges, host: options.host,
      ...(options.port === undefined ? {} : { port: options.port }) })
      .catch((error: unknown) => { throw portTaken(error, options.port) })
    // The same line for people and programs: it is what TOWERFLOW_EXCHANGE_URLS takes.
    call.terminal.line(JSON.stringify(simulator.urls))
    call.terminal.note(`Serving until stopped. Accounts: POST /__sim/accounts; orders as seen: GET /__sim/orders`)
    await stopped
    await simulator.close()
  })
    .requiredOption('--exchange <names>', 'such as binance, or binance,alpaca')
    .option('--port <port>', 'the first one\'s; absent: any free ones', whole(0, 65_535))
    .option('--host <address>', 'where it listens', '127.0.0.1')
}

function portTaken(error: unknown, port: number | undefined): unknown {
  const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
  return taken ? new Failure(`Port ${port ?? ''} (or one after it) is taken`,
    { next: 'Give another --port, or none.' }) : error
}
