/**
 * Indexes that cost every signal or order something, and are not missed. `signals_by_side` had a place of its own for each
 * webhook, so that a burst for a thousand webhooks wrote a thousand pages: the last signal of a side is found among those
 * of the webhook since the one that looks the same, which is at most a duplicate window ago. Outcomes in the audit's copy
 * are found by what they belong to, never by themselves.
 */
export const FEWER_INDEXES = `
drop index signals_by_side;
drop index key_uses_by_connection;
drop index key_uses_by_user;
create index key_uses_by_connection on key_uses (connection_id, seq) where of_seq is null;
create index key_uses_by_user on key_uses (user_id, seq) where of_seq is null
`
