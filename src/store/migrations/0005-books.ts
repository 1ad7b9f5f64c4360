/**
 * Reconciliation: what was last compared with the exchange and how far, and findings that show both sides, are kept up
 * to date while a difference stands, and close themselves when it is gone. `key` names a difference that can stand; null
 * where a finding tells of something that happened.
 */
export const BOOKS = `
alter table findings add column key text;
alter table findings add column ours text;
alter table findings add column theirs text;
alter table findings add column closed_at real;
create index findings_standing on findings (id) where key is not null and closed_at is null;

create table reconciliations (
  connection_id text primary key not null references connections (id),
  at real,
  tried_at real not null,
  trouble text,
  state text not null
);
`
