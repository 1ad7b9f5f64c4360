/**
 * The id of what a request makes is stored with its Idempotency-Key before anything is made: after a crash in between, the
 * repeated request finds what there is under that id, or makes it under the same one.
 */
export const MADE_ONCE = `
alter table idempotency add column thing text
`
