import type { FieldError, Signal } from '#model'

/** What a payload says, before the signal has an id. Holds no key: see `ParsedPayload`. */
export type SignalDraft = Pick<
  Signal,
  'symbol' | 'side' | 'size' | 'dilution' | 'flags' | 'label' | 'firedAt' | 'ageFrom' | 'warnings' | 'unsupportedFields' | 'payload'
>

/**
 * A payload that was understood, or every mistake that was found in it. `key` is what the sender gave as the webhook's
 * key: to be compared and dropped, never stored or logged.
 */
export type ParsedPayload =
  | { readonly ok: true; readonly draft: SignalDraft; readonly key: string | null }
  | { readonly ok: false; readonly errors: readonly FieldError[]; readonly key: string | null }
