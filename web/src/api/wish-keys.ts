/** So soon after an answer the same wish is still the same press of the button. */
const IMPATIENT_MS = 2000
/** Wishes of one form that are remembered. */
const MOST = 20

interface Wish {
  readonly key: string
  readonly answeredAt: number | null
}

/**
 * Idempotency keys for what must not be done twice, by an impatient finger or by another try after an answer
 * was lost: the same wish has the same key until it was answered, and a moment longer; another wish has another
 * one. Of one form. `now`: epoch ms.
 */
export class WishKeys {
  readonly #wishes = new Map<string, Wish>()
  readonly #newKey: () => string
  readonly #now: () => number

  constructor(newKey: () => string, now: () => number) {
    this.#newKey = newKey
    this.#now = now
  }

  keyOf(wish: unknown): string {
    const name = JSON.stringify(wish)
    const known = this.#wishes.get(name)
    if (known !== undefined && (known.answeredAt === null || this.#now() - known.answeredAt <= IMPATIENT_MS))
      return known.key
    const key = this.#newKey()
    this.#wishes.delete(name)
    this.#wishes.set(name, { key, answeredAt: null })
    const [oldest] = this.#wishes.keys()
    if (this.#wishes.size > MOST && oldest !== undefined) this.#wishes.delete(oldest)
    return key
  }

  /** It was done: from now on the same wish is soon another one. */
  answered(wish: unknown): void {
    const name = JSON.stringify(wish)
    const known = this.#wishes.get(name)
    if (known?.answeredAt === null) this.#wishes.set(name, { ...known, answeredAt: this.#now() })
  }
}
