import { createConnection, createServer } from 'node:net'
import { sleep, systemClock } from '#clock'
import { DataFolderError } from './data-folder.ts'
import { SupervisorError } from './supervisor-error.ts'

const PREDECESSOR_MS = 10_000
/** A server that is just ending may still hold its port. */
const PORT_MS = 2000
const READY_AGAIN_MS = 50

/**
 * An executor whose supervisor was killed ends by itself within moments. Two at once must not be: each would go on from
 * the same end of the audit. Throws `DataFolderError` where it does not end.
 */
export async function untilPredecessorIsGone(socket: string): Promise<void> {
  const end = systemClock.now() + PREDECESSOR_MS
  while (await answers(socket)) {
    if (systemClock.now() > end) throw new DataFolderError(
      `An executor of an earlier start still runs at ${socket}. End it, then start again.`)
    await sleep(systemClock, 50)
  }
}

/**
 * The server would fail on a taken port as well, but only after it has opened the database, and in its own words.
 * Throws `SupervisorError`.
 */
export async function untilPortIsFree(host: string, port: number): Promise<void> {
  const end = systemClock.now() + PORT_MS
  for (;;) {
    const code = await tryToListen(host, port)
    if (code === null) return
    if (code === 'EADDRINUSE' && systemClock.now() < end) await sleep(systemClock, 100)
    else if (code === 'EADDRINUSE') throw new SupervisorError(
      `Port ${port} of ${host} is taken by another program. Set TOWERFLOW_PORT to a free one.`)
    else throw new SupervisorError(
      `It is not possible to listen on ${host}, port ${port} (${code}). Look at TOWERFLOW_HOST and TOWERFLOW_PORT.`)
  }
}

/** Null, or the system's reason. */
const tryToListen = (host: string, port: number): Promise<string | null> => new Promise((resolve) => {
  const server = createServer()
  server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
  server.listen(port, host, () => server.close(() => resolve(null)))
})

const answers = (socket: string): Promise<boolean> => new Promise((resolve) => {
  const connection = createConnection(socket)
  connection.once('connect', () => { connection.destroy(); resolve(true) })
  connection.once('error', () => resolve(false))
})

/** Asks until the server has both database and executor. */
export async function untilReady(url: string, mostMs: number): Promise<void> {
  for (let asked = 0; asked < mostMs / READY_AGAIN_MS; asked++) {
    const answer = await fetch(`${url}/api/v1/ready`, { signal: AbortSignal.timeout(mostMs) }).catch(() => null)
    if (answer?.ok === true) return
    await sleep(systemClock, READY_AGAIN_MS)
  }
}
