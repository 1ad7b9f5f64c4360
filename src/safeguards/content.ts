import type { Caps } from '#contract'
import { freezeKey, type Freeze } from '#model'
import type { Entry } from './entry.ts'

/** What came of a UTC day's entries so far, quote currency. */
export interface Spent { readonly day: string; readonly notional: string }

/** What the executor holds, as the file has it. */
export interface Content {
  /** By `freezeKey`. */
  readonly freezes: Map<string, Freeze>
  readonly caps: Map<string, Caps>
  readonly spent: Map<string, Spent>
  /** Ids of deleted connections. */
  readonly gone: Set<string>
  /** By connection id; without an entry: 1. */
  readonly versions: Map<string, number>
  /** Highest token by scope. */
  readonly fences: Map<string, number>
}

export const emptyContent = (): Content => ({
  freezes: new Map(), caps: new Map(), spent: new Map(), gone: new Set(), versions: new Map(), fences: new Map(),
})

/** Takes an entry over. */
export function apply(content: Content, entry: Entry): void {
  switch (entry.set) {
    case 'begin': return
    case 'freeze': {
      const { scope, id, mode, reason, at, by } = entry
      content.freezes.set(freezeKey(scope, id), { scope, id, mode, reason, at, by })
      return
    }
    case 'thaw': content.freezes.delete(freezeKey(entry.scope, entry.id)); return
    case 'caps':
      if (entry.caps === null) { content.caps.delete(entry.connectionId); content.spent.delete(entry.connectionId) }
      else content.caps.set(entry.connectionId, entry.caps)
      return
    case 'spent': content.spent.set(entry.connectionId, { day: entry.day, notional: entry.notional }); return
    case 'gone':
      content.gone.add(entry.connectionId)
      // A tombstone says more than all of these.
      for (const map of [content.caps, content.spent, content.versions]) map.delete(entry.connectionId)
      content.freezes.delete(freezeKey('connection', entry.connectionId))
      return
    case 'version': content.versions.set(entry.connectionId, entry.rowVersion); return
    case 'fence': content.fences.set(entry.scope, Math.max(entry.token, content.fences.get(entry.scope) ?? 0)); return
  }
}

/** Entries which make an empty content this one. */
export function* entriesOf(content: Content): Generator<Entry> {
  yield { set: 'begin', format: 1 }
  // Before everything that a tombstone would take away.
  for (const connectionId of content.gone) yield { set: 'gone', connectionId }
  for (const freeze of content.freezes.values()) yield { set: 'freeze', ...freeze }
  for (const [connectionId, caps] of content.caps) yield { set: 'caps', connectionId, caps }
  for (const [connectionId, spent] of content.spent) yield { set: 'spent', connectionId, ...spent }
  for (const [connectionId, rowVersion] of content.versions) yield { set: 'version', connectionId, rowVersion }
  for (const [scope, token] of content.fences) yield { set: 'fence', scope, token }
}
