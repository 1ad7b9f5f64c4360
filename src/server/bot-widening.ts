import type { api } from '#contract'
import { decimal, type Bot } from '#model'

/** Changes that cannot let more money flow than before, whatever their values. */
const HARMLESS: ReadonlySet<string> = new Set(['name', 'paused', 'maxSignalAgeSeconds', 'maxExitAgeSeconds', 'exitAtOpen', 'abandonPosition'])

/**
 * Whether a change lets a bot trade more, or something else, or at somebody else's word: what a session asks a fresh
 * proof for. A field that is not known to be harmless or smaller widens.
 */
export function widens(bot: Bot, change: api.ChangeBot): boolean {
  return (Object.keys(change) as (keyof api.ChangeBot)[]).some((field) => (
    change[field] !== undefined && !HARMLESS.has(field) && !narrows(bot, change, field)))
}

function narrows(bot: Bot, change: api.ChangeBot, field: keyof api.ChangeBot): boolean {
  const wanted = change[field]
  if (field !== 'abandonPosition' && wanted === bot[field]) return true
  if (field === 'amount' || field === 'maxSize') return !decimal(String(wanted)).greaterThan(decimal(bot[field]))
  if (field === 'leverage') return bot.leverage !== null && typeof wanted === 'number' && wanted < bot.leverage
  if (field === 'connectionId') return wanted === null
  if (field === 'direction') return bot.direction === 'both'
  if (field === 'onOpposite') return wanted === 'close'
  return (field === 'acceptSize' || field === 'acceptDilution') && wanted === false
}
