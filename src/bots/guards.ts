import type { DecisionInput } from './decision.ts'
import { stop, type Stop } from './codes.ts'

/**
 * What keeps a bot from acting at all, or null. Entries are stopped by every guard; exits only by what makes them
 * impossible or was frozen explicitly (`all`), and by their own, longer age limit.
 */
export function barrier(nature: 'entry' | 'exit', { bot, guards, signal, now }: DecisionInput): Stop | null {
  if (bot.connectionId === null) return stop('bot_disconnected')
  const why = guards.freezeReason === undefined ? '.' : `: ${guards.freezeReason}`
  if (guards.freeze === 'all') return stop('frozen', `Trading is frozen, closes included${why}`)
  if (nature === 'entry') {
    if (guards.freeze === 'entries') return stop('frozen', `Openings are frozen${why}`)
    if (bot.paused) return stop('bot_paused')
    if (guards.connection === 'unhealthy') return stop('connection_unhealthy')
  }
  return tooOld(nature, bot, signal, now)
}

/** A replay asks what would happen now: its age does not count. */
function tooOld(nature: 'entry' | 'exit', bot: DecisionInput['bot'], signal: DecisionInput['signal'], now: number): Stop | null {
  const limit = nature === 'entry' ? bot.maxSignalAgeSeconds : bot.maxExitAgeSeconds
  const age = (now - signal.ageFrom) / 1000
  if (limit === 0 || age <= limit || signal.source === 'replay') return null
  const what = nature === 'entry' ? 'openings' : 'closes'
  return stop('signal_too_old', `The signal is ${age.toFixed(1)} s old; this bot sends ${what} for ${limit} s.${whyOld(signal, limit)}`)
}

const MINUTE_MS = 60_000

/**
 * What a sender can do about a signal that was too old when it came. TradingView's {{time}} is the opening of the bar,
 * so an alert at the close of a daily bar is a day old by nature; every bar opens at a whole minute.
 */
function whyOld({ firedAt, receivedAt }: DecisionInput['signal'], limitSeconds: number): string {
  if (firedAt === null || receivedAt - firedAt <= limitSeconds * 1000) return ''
  return firedAt % MINUTE_MS === 0
    ? ' Its `time` looks like a bar\'s opening, which is what TradingView\'s {{time}} gives: write {{timenow}}.'
    : ' That is by its `time`, which is to say when the alert fired: in TradingView write {{timenow}}.'
}
