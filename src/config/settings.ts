import { join, resolve } from 'node:path'
import {
  parseAddressRange, parseAmount, parseCount, parseExchangeUrls, parseDatabaseUrl, parsePort, parsePublicUrl, parseSwitch,
} from './parse.ts'

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent'
const LOG_LEVELS: readonly LogLevel[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']

/** The settings of an installation. Paths are absolute. */
export interface Settings {
  readonly dataDir: string
  readonly host: string
  /** 0: any free port. */
  readonly port: number
  /** `postgres://…`; null: the embedded database in the data folder. */
  readonly databaseUrl: string | null
  /** What webhook addresses begin with, without a slash at the end; null: the address that the server listens on. */
  readonly publicUrl: string | null
  /** Read by the supervisor alone. */
  readonly masterKeyFile: string
  readonly allowPlaintextCredentials: boolean
  /** Addresses and CIDR ranges whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[]
  /** By exchange id (`binance`) or id and market (`binance:futures`): where it is reached instead of its own hosts. */
  readonly exchangeUrls: Readonly<Record<string, string>>
  /** Whether `exchangeUrls` lead to simulators: the page says so, and gives out keys for them. */
  readonly practice: boolean
  /** Limits on the entries of every connection, kept by the executor; no request can raise them. Null: none. */
  readonly caps: { readonly ordersPerMinute: number | null; readonly notionalPerOrder: string | null; readonly notionalPerDay: string | null }
  readonly logLevel: LogLevel
  /** Where the executor listens. Set by the supervisor for its children; by default in the data folder. */
  readonly executorSocket: string
}

/** Every setting that could not be read, one line each. Quotes no value of a setting that may hold a secret. */
export class SettingsError extends Error {
  readonly lines: readonly string[]
  constructor(lines: readonly string[]) {
    super(`Settings are not valid:\n${lines.map((line) => `  ${line}`).join('\n')}`)
    this.name = 'SettingsError'
    this.lines = lines
  }
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads all settings from the environment; an empty value counts as absent. Throws `SettingsError` with every
 * mistake at once, unknown `TOWERFLOW_` names included: a misspelt setting must not silently fall back to its default.
 */
export function readSettings(env: Environment = process.env): Settings {
  const wrong: string[] = unknownNames(env)
  const read = <T>(name: SettingName, fallback: T, parse: (text: string) => T): T => {
    const text = env[name]
    if (text === undefined || text === '') return fallback
    try {
      return parse(text)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      wrong.push(`${name} ${error.message}`)
      return fallback
    }
  }
  const dataDir = read('TOWERFLOW_DATA_DIR', resolve('data'), (text) => resolve(text))
  const settings: Settings = {
    dataDir,
    host: read('TOWERFLOW_HOST', '127.0.0.1', (text) => text),
    port: read('TOWERFLOW_PORT', 3000, parsePort),
    databaseUrl: read<string | null>('TOWERFLOW_DATABASE_URL', null, parseDatabaseUrl),
    publicUrl: read<string | null>('TOWERFLOW_PUBLIC_URL', null, parsePublicUrl),
    masterKeyFile: read('TOWERFLOW_MASTER_KEY_FILE', join(dataDir, 'master.key'), (text) => resolve(text)),
    allowPlaintextCredentials: read('TOWERFLOW_ALLOW_PLAINTEXT_CREDENTIALS', false, parseSwitch),
    trustedProxies: read<readonly string[]>(
      'TOWERFLOW_TRUSTED_PROXIES', [], (text) => text.split(',').map((part) => parseAddressRange(part.trim())),
    ),
    exchangeUrls: read<Readonly<Record<string, string>>>('TOWERFLOW_EXCHANGE_URLS', {}, parseExchangeUrls),
    practice: read('TOWERFLOW_PRACTICE', false, parseSwitch),
    caps: {
      ordersPerMinute: read<number | null>('TOWERFLOW_CAP_ORDERS_PER_MINUTE', null, parseCount),
      notionalPerOrder: read<string | null>('TOWERFLOW_CAP_NOTIONAL_PER_ORDER', null, parseAmount),
      notionalPerDay: read<string | null>('TOWERFLOW_CAP_NOTIONAL_PER_DAY', null, parseAmount),
    },
    logLevel: read('TOWERFLOW_LOG_LEVEL', 'info', parseLevel),
    executorSocket: read('TOWERFLOW_EXECUTOR_SOCKET', join(dataDir, 'run', 'executor.sock'), (text) => resolve(text)),
  }
  if (wrong.length > 0) throw new SettingsError(wrong)
  return settings
}

const NAMES = {
  TOWERFLOW_DATA_DIR: (s: Settings) => s.dataDir,
  TOWERFLOW_HOST: (s: Settings) => s.host,
  TOWERFLOW_PORT: (s: Settings) => String(s.port),
  TOWERFLOW_DATABASE_URL: (s: Settings) => (s.databaseUrl === null ? 'embedded' : withoutSecrets(s.databaseUrl)),
  TOWERFLOW_PUBLIC_URL: (s: Settings) => s.publicUrl ?? listensAt(s),
  TOWERFLOW_MASTER_KEY_FILE: (s: Settings) => s.masterKeyFile,
  TOWERFLOW_ALLOW_PLAINTEXT_CREDENTIALS: (s: Settings) => String(s.allowPlaintextCredentials),
  TOWERFLOW_TRUSTED_PROXIES: (s: Settings) => s.trustedProxies.join(','),
  TOWERFLOW_EXCHANGE_URLS: (s: Settings) => JSON.stringify(withoutSecretsEach(s.exchangeUrls)),
  TOWERFLOW_PRACTICE: (s: Settings) => String(s.practice),
  TOWERFLOW_CAP_ORDERS_PER_MINUTE: (s: Settings) => String(s.caps.ordersPerMinute ?? 'none'),
  TOWERFLOW_CAP_NOTIONAL_PER_ORDER: (s: Settings) => s.caps.notionalPerOrder ?? 'none',
  TOWERFLOW_CAP_NOTIONAL_PER_DAY: (s: Settings) => s.caps.notionalPerDay ?? 'none',
  TOWERFLOW_LOG_LEVEL: (s: Settings) => s.logLevel,
  TOWERFLOW_EXECUTOR_SOCKET: (s: Settings) => s.executorSocket,
} as const
type SettingName = keyof typeof NAMES

/** Each setting as it is in effect, with where it came from; passwords in addresses are replaced by `***`. */
export function effectiveSettings(env: Environment = process.env): readonly {
  name: string
  value: string
  source: 'environment' | 'default'
}[] {
  const settings = readSettings(env)
  return (Object.keys(NAMES) as SettingName[]).map((name) => ({
    name, value: NAMES[name](settings), source: (env[name] ?? '') === '' ? 'default' : 'environment',
  }))
}

// Variables of the client commands, which stand beside the settings of an installation.
const CLIENT_NAMES: readonly string[] = ['TOWERFLOW_URL', 'TOWERFLOW_TOKEN']

function unknownNames(env: Environment): string[] {
  return Object.keys(env)
    .filter((name) => name.startsWith('TOWERFLOW_') && !(name in NAMES) && !CLIENT_NAMES.includes(name))
    .map((name) => `${name} is not a setting`)
}

function parseLevel(text: string): LogLevel {
  const level = LOG_LEVELS.find((one) => one === text.toLowerCase())
  if (level === undefined) throw new RangeError(`must be one of ${LOG_LEVELS.join(', ')}`)
  return level
}

const listensAt = ({ host, port }: Settings): string => `http://${host.includes(':') ? `[${host}]` : host}:${port}`

const withoutSecretsEach = (urls: Readonly<Record<string, string>>): Record<string, string> => (
  Object.fromEntries(Object.entries(urls).map(([id, url]) => [id, withoutSecrets(url)]))
)

// Both `user:password@` and the parameters that PostgreSQL clients read a password from.
function withoutSecrets(address: string): string {
  const url = new URL(address)
  if (url.password !== '') url.password = '***'
  for (const name of new Set(url.searchParams.keys())) {
    if (/pass|secret|token|key/i.test(name)) url.searchParams.set(name, '***')
  }
  return url.toString()
}
