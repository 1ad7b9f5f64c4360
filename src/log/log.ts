import { iso, systemClock } from '#clock'
import { pino, type DestinationStream } from 'pino'
import { cut, redact } from './redact.ts'

type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal'
type Write = (fields: Readonly<Record<string, unknown>>, message: string) => void

/**
 * Structured log: one JSON object a line. Narrower than pino's on purpose: its child loggers and its bare-error calls
 * go past the redaction.
 */
export interface Log extends Readonly<Record<Level, Write>> {
  /** Whether lines of that level are written at all. */
  enabled(level: Level): boolean
}

/**
 * Makes the log of one process. What may hold a secret is replaced, whatever its depth; long texts are cut. Errors are
 * written by name, message, code and stack alone: their further properties (of HTTP clients: requests with headers)
 * are never printed. `level` may be `silent`. `to`: where lines go, by default standard output.
 */
export function createLog(options: { level: string; process: string; to?: DestinationStream }): Log {
  const settings = {
    level: options.level,
    base: { process: options.process, pid: process.pid },
    timestamp: () => `,"time":"${iso(systemClock.now())}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: {},
  }
  const logger = options.to === undefined ? pino(settings) : pino(settings, options.to)
  const writer = (level: Level): Write => (fields, message) => {
    if (logger.isLevelEnabled(level)) logger[level](redact(fields), cut(message))
  }
  return {
    trace: writer('trace'), debug: writer('debug'), info: writer('info'), warn: writer('warn'), error: writer('error'),
    fatal: writer('fatal'),
    enabled: (level) => logger.isLevelEnabled(level),
  }
}
