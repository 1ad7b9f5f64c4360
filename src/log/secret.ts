import { inspect } from 'node:util'

const HIDDEN = '[secret]'

/**
 * Holds a text that no log, error or JSON may show. `reveal` is the only way to it, so that a search for that word
 * finds every use.
 */
export class Secret {
  readonly #value: string
  constructor(value: string) {
    this.#value = value
  }

  /** The text itself. */
  reveal(): string {
    return this.#value
  }

  toJSON(): string {
    return HIDDEN
  }

  toString(): string {
    return HIDDEN
  }

  [inspect.custom](): string {
    return HIDDEN
  }
}
