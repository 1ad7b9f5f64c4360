import type { NumberedEvent } from '#store'

/** Somebody who listens: by which token or session, what he is told by, and how he is cut off. */
export interface Listener {
  readonly userId: string
  readonly credentialId: string
  tell(event: NumberedEvent): void
  end(): void
}

/** Hands events of the journal to those who listen, each user his own. */
export class EventHub {
  readonly #listeners = new Map<string, Set<Listener>>()

  publish(events: readonly NumberedEvent[]): void {
    if (this.#listeners.size === 0) return
    for (const one of events) {
      for (const listener of this.#listeners.get(one.event.userId) ?? []) listener.tell(one)
    }
  }

  /** Tells `listener` each event of its user from now on; the answer ends that. */
  subscribe(listener: Listener): () => void {
    const own = this.#listeners.get(listener.userId) ?? new Set()
    own.add(listener)
    this.#listeners.set(listener.userId, own)
    return () => {
      own.delete(listener)
      if (own.size === 0 && this.#listeners.get(listener.userId) === own) this.#listeners.delete(listener.userId)
    }
  }

  /** Cuts off those who listen by a token that was revoked or a session that ended; null: by whatever, but `except`. */
  revoked(userId: string, credentialId: string | null, except: string | null = null): void {
    for (const listener of this.#listeners.get(userId) ?? []) {
      const meant = credentialId === null ? listener.credentialId !== except : listener.credentialId === credentialId
      if (meant) listener.end()
    }
  }

  /** Cuts everybody off. */
  end(): void {
    for (const own of this.#listeners.values()) for (const listener of own) listener.end()
  }

  /** How many listen as that user. */
  count(userId: string): number {
    return this.#listeners.get(userId)?.size ?? 0
  }
}
