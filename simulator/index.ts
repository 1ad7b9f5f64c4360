import type { Server } from 'node:http'
import type { ControlState } from './control.ts'
import { openAlpaca } from './exchanges/alpaca/index.ts'
import { openBinance } from './exchanges/binance/index.ts'
import { openBingx } from './exchanges/bingx/index.ts'
import { openBitget } from './exchanges/bitget/index.ts'
import { openBitvavo } from './exchanges/bitvavo/index.ts'
import { openBybit } from './exchanges/bybit/index.ts'
import { openCoinbase } from './exchanges/coinbase/index.ts'
import { openGate } from './exchanges/gate/index.ts'
import { openHtx } from './exchanges/htx/index.ts'
import { openHyperliquid } from './exchanges/hyperliquid/index.ts'
import { openKraken } from './exchanges/kraken/index.ts'
import { openKucoin } from './exchanges/kucoin/index.ts'
import { openMexc } from './exchanges/mexc/index.ts'
import { openOkx } from './exchanges/okx/index.ts'
import { listen, portOf } from './server.ts'
import type { Venue, World } from './venue.ts'

/** Every exchange that can be simulated: its folder and one line here. */
const EXCHANGES: Readonly<Record<string, (world: World) => Venue>> = {
  alpaca: openAlpaca,
  binance: openBinance,
  bingx: openBingx,
  bitget: openBitget,
  bitvavo: openBitvavo,
  bybit: openBybit,
  coinbase: openCoinbase,
  gate: openGate,
  htx: openHtx,
  hyperliquid: openHyperliquid,
  kraken: openKraken,
  kucoin: openKucoin,
  mexc: openMexc,
  okx: openOkx,
}

/** The names that `startSimulator` takes. */
export const SIMULATED_EXCHANGES: readonly string[] = Object.keys(EXCHANGES)

export type Simulator = {
  /** Base address by entry, e.g. {"binance": "http://127.0.0.1:9001"}; see each exchange's listeners. */
  readonly urls: Readonly<Record<string, string>>
  /** Stops serving and cuts what is connected. */
  close(): Promise<void>
}

/**
 * Starts wire-true servers of the named exchanges, with control routes under /__sim on each port.
 *
 * `port` is the first exchange's port, the others take the following ones; 0 or absent: any free ports.
 * Throws on an unknown name, and when a port cannot be had.
 */
export async function startSimulator(options: {
  readonly exchanges: readonly string[]
  readonly port?: number | undefined
  readonly host?: string | undefined
}): Promise<Simulator> {
  const host = options.host ?? '127.0.0.1'
  const servers: Server[] = []
  const urls: Record<string, string> = {}
  const close = async () => {
    await Promise.all(servers.map(stop))
  }
  let port = options.port ?? 0
  try {
    for (const name of new Set(options.exchanges)) {
      const open = Object.hasOwn(EXCHANGES, name) ? EXCHANGES[name] : undefined
      if (open === undefined) {
        throw new Error(`no such simulator: ${name} (there are ${SIMULATED_EXCHANGES.join(', ')})`)
      }
      const world: World = { clock: { skewMs: 0 }, fills: [], arrived: [] }
      const venue = open(world)
      const control: ControlState = { venue, world, faults: [], requests: new Map(), faultId: 0 }
      for (const listener of venue.listeners) {
        const server = await listen(listener, control, port, host)
        servers.push(server)
        if (port !== 0) port += 1
        const base = `http://${host.includes(':') ? `[${host}]` : host}:${portOf(server)}`
        for (const [entry, prefix] of Object.entries(listener.entries)) urls[entry] = base + prefix
      }
    }
  } catch (error) {
    await close()
    throw error
  }
  return { urls, close }
}

async function stop(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
