import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { systemClock } from '#clock'
import { readSettings, type Settings } from '#config'
import { decimal } from '#model'
import { SIMULATED_EXCHANGES, startSimulator } from '#simulator'
import { control } from './demo/steps.ts'
import { resetHere } from './local-invitation.ts'
import { createTokenHere } from './local-token.ts'

/** What moves, where it begins, and how exchanges spell it; a spelling that an exchange does not know is left alone. */
const MOVING: readonly { readonly price: string; readonly spellings: readonly string[] }[] = [
  { price: '97000', spellings: ['BTCUSDT', 'BTC-USDT', 'BTC_USDT', 'BTC/USD', 'BTC-USDT-SWAP', 'BTC-USDC', 'BTC'] },
  { price: '3600', spellings: ['ETHUSDT', 'ETH-USDT', 'ETH_USDT', 'ETH/USD', 'ETH-USDT-SWAP', 'ETH-USDC', 'ETH'] },
  { price: '180', spellings: ['SOLUSDT', 'SOL-USDT', 'SOL_USDT', 'SOL/USD', 'SOL-USDT-SWAP', 'SOL-USDC', 'SOL'] },
]
const STEP_MS = 2000
/** The most that a price moves in one step, of itself. */
const STEP = 0.0008

/** A world to practise in. */
export interface Practice {
  /** Settings of an installation that trades there; where it listens and what it logs stays as it is. */
  settings(own: Settings): Settings
  close(): Promise<void>
}

/** Every simulated exchange, with prices that wander, and a folder that is gone when the world is left. */
export async function openPractice(): Promise<Practice> {
  const folder = mkdtempSync(path.join(tmpdir(), 'towerflow-practice-'))
  const simulator = await startSimulator({ exchanges: SIMULATED_EXCHANGES })
  const prices = await wander(Object.values(simulator.urls))
  return {
    settings: ({ host, port, publicUrl, trustedProxies, logLevel }) => ({
      ...readSettings({ TOWERFLOW_DATA_DIR: path.join(folder, 'data'), TOWERFLOW_EXCHANGE_URLS: JSON.stringify(simulator.urls), TOWERFLOW_PRACTICE: 'true' }),
      host, port, publicUrl, trustedProxies, logLevel,
    }),
    close: async () => {
      prices.stop()
      await simulator.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** How somebody comes in: both are an administrator's, the only user that there is. */
export interface Entry {
  readonly token: string
  /** Where to set a password, for a browser. */
  readonly link: string
}

/** The first user of a world that has just begun, who would otherwise have to find its data folder. */
export async function firstEntry(settings: Settings, url: string): Promise<Entry> {
  const { token, user } = await createTokenHere({ name: 'practice', scopes: ['admin'], user: null }, settings)
  const { url: link } = await resetHere(user, false, settings, url)
  return { token, link }
}

async function wander(urls: readonly string[]): Promise<{ stop(): void }> {
  const set = (url: string, symbol: string, price: string): Promise<boolean> => (
    control(url, 'PUT', `/prices/${encodeURIComponent(symbol)}`, { price }).then(() => true, () => false))
  const places = (await Promise.all(MOVING.flatMap(({ price, spellings }, market) => urls.flatMap((url) => spellings.map(async (symbol) => (
    await set(url, symbol, price) ? [{ url, symbol, market }] : [])))))).flat()
  const now = MOVING.map(({ price }) => decimal(price))
  let stopTimer: () => void = () => undefined
  const step = async (): Promise<void> => {
    const chances = systemClock.randomBytes(now.length)
    for (const [market, price] of now.entries()) {
      const by = ((chances[market] ?? 128) / 255 - 0.5) * 2 * STEP
      now[market] = price.times(1 + by).toDecimalPlaces(2)
    }
    await Promise.all(places.map(({ url, symbol, market }) => set(url, symbol, (now[market] ?? decimal('1')).toFixed())))
    again()
  }
  const again = (): void => { stopTimer = systemClock.after(STEP_MS, () => { void step() }) }
  again()
  return { stop: () => { stopTimer() } }
}
