export type { ParsedPayload, SignalDraft } from './draft.ts'
export {
  carriesTime, countsForDuplicates, duplicateOf, effectiveSide, type DuplicateQuestion, type StoredDelivery,
} from './duplicates.ts'
export { isWebhookKey, keyMistake, newWebhookKey, webhookKeyHash } from './key.ts'
export { MAX_BODY_BYTES, parsePayload } from './parse.ts'
export { DEFAULT_RATE_LIMIT, fullBucket, takeToken, type Bucket, type RateLimit } from './rate-limit.ts'
export { redactedExcerpt } from './redact.ts'
export { AddressList, clientAddress, maySend, readAddressList, TRADINGVIEW_SENDERS, type AllowedSenders } from './senders.ts'
export { findMarket, normalSymbol, sameSymbol, spellingsOf, whyAnother, type FoundMarket, type NamedMarket } from './symbols.ts'
