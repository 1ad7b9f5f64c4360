/**
 * People: passwords, second factors, sessions, invitations; and what the dashboard's charts are read from. Whatever lets
 * somebody in is stored as a hash, except the secret of time-based codes, which has to be read again: it is sealed with
 * a key that is not in the database. `previous_hash`: a session's value before it was replaced, good for some seconds.
 * A code of a `step` can be used once, because its row can be inserted once.
 *
 * `profit_slots` holds a bot's life-long profit and fees as they were at the end of each quarter of an hour in which
 * they changed; `candles` the prices of symbols that bots trade. A slot is epoch ms divided by its length. Every time
 * zone's days begin on a quarter of an hour.
 */
export const SIGN_IN = `
alter table users add column disabled_at real;
alter table users add column deleted_at real;

create table passwords (
  user_id text primary key not null references users (id),
  hash text not null,
  changed_at real not null
);

create table sessions (
  id text primary key not null,
  user_id text not null references users (id),
  hash text not null unique,
  previous_hash text,
  replaced_at real,
  stage text not null,
  method text not null,
  created_at real not null,
  last_used_at real not null,
  expires_at real not null,
  fresh_at real,
  address text not null,
  user_agent text not null
);
create index sessions_by_user on sessions (user_id, id);
create index sessions_by_previous on sessions (previous_hash) where previous_hash is not null;
create index sessions_by_expiry on sessions (expires_at);

create table totp (
  user_id text primary key not null references users (id),
  secret text not null,
  created_at real not null,
  confirmed_at real
);

create table totp_uses (
  user_id text not null references users (id),
  step bigint not null,
  primary key (user_id, step)
);

create table passkeys (
  id text primary key not null,
  user_id text not null references users (id),
  name text not null,
  credential_id text not null unique,
  public_key text not null,
  counter bigint not null,
  transports text not null,
  backed_up integer not null,
  created_at real not null,
  last_used_at real
);
create index passkeys_by_user on passkeys (user_id, id);

create table recovery_codes (
  user_id text not null references users (id),
  hash text not null,
  used_at real,
  primary key (user_id, hash)
);

create table challenges (
  id text primary key not null,
  user_id text references users (id),
  purpose text not null,
  challenge text not null,
  expires_at real not null
);
create index challenges_by_expiry on challenges (expires_at);

create table invitations (
  user_id text primary key not null references users (id),
  hash text not null unique,
  forgets_factors integer not null,
  created_at real not null,
  expires_at real not null
);

create table profit_slots (
  bot_id text not null references bots (id),
  slot bigint not null,
  realized_profit text not null,
  fees text not null,
  primary key (bot_id, slot)
);

create table candles (
  market text not null,
  slot bigint not null,
  open text not null,
  high text not null,
  low text not null,
  close text not null,
  primary key (market, slot)
);
create index candles_by_slot on candles (slot);
`
