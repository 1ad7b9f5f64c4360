CREATE TABLE meta (
  key text primary key not null,
  value text not null
) strict;

CREATE TABLE users (
  id text primary key not null,
  name text not null unique,
  role text not null,
  created_at real not null
, disabled_at real, deleted_at real) strict;

CREATE TABLE tokens (
  id text primary key not null,
  user_id text not null references users (id),
  name text not null,
  scopes text not null,
  hash text not null unique,
  created_at real not null,
  last_used_at real,
  revoked_at real
) strict;

CREATE INDEX tokens_by_user on tokens (user_id, id);

CREATE TABLE connections (
  id text primary key not null,
  user_id text not null references users (id),
  name text not null,
  exchange text not null,
  market text not null,
  fingerprint text,
  account_id text not null,
  position_mode text,
  status text not null,
  status_detail text,
  checks text not null,
  expires_at real,
  row_version integer not null,
  created_at real not null,
  last_used_at real,
  deleted_at real
) strict;

CREATE INDEX connections_by_user on connections (user_id, id);

CREATE UNIQUE INDEX connections_name on connections (user_id, name) where deleted_at is null;

CREATE UNIQUE INDEX connections_key on connections (exchange, market, fingerprint) where deleted_at is null;

CREATE INDEX connections_by_account on connections (exchange, market, account_id);

CREATE TABLE envelopes (
  connection_id text primary key not null references connections (id),
  envelope text not null
) strict;

CREATE TABLE webhooks (
  id text primary key not null,
  user_id text not null references users (id),
  name text not null,
  description text not null,
  hash text not null unique,
  key_hash text,
  paused integer not null,
  duplicate_window_seconds integer not null,
  allowed_senders text not null,
  rate_limit text not null,
  created_at real not null
) strict;

CREATE INDEX webhooks_by_user on webhooks (user_id, id);

CREATE TABLE shares (
  id text primary key not null,
  webhook_id text not null references webhooks (id) on delete cascade,
  user_id text not null references users (id),
  created_at real not null
) strict;

CREATE UNIQUE INDEX shares_pair on shares (webhook_id, user_id);

CREATE INDEX shares_by_user on shares (user_id, webhook_id);

CREATE TABLE bots (
  id text primary key not null,
  number integer not null unique,
  user_id text not null references users (id),
  name text not null,
  webhook_id text not null,
  connection_id text references connections (id),
  exchange text not null,
  market text not null,
  symbol text not null,
  base text not null,
  quote text not null,
  amount text not null,
  amount_in text not null,
  direction text not null,
  max_size text not null,
  on_opposite text not null,
  leverage integer,
  max_signal_age_seconds integer not null,
  max_exit_age_seconds integer not null,
  accept_size integer not null,
  accept_dilution integer not null,
  paused integer not null,
  created_at real not null,
  version integer not null,
  deleted_at real
, exit_at_open integer not null default 0) strict;

CREATE INDEX bots_by_user on bots (user_id, id);

CREATE INDEX bots_by_webhook on bots (webhook_id, id);

CREATE INDEX bots_by_connection on bots (connection_id, id);

CREATE TABLE listenings (
  bot_id text not null references bots (id),
  webhook_id text not null,
  since real not null,
  primary key (bot_id, webhook_id)
) strict;

CREATE TABLE positions (
  bot_id text primary key not null references bots (id),
  symbol text not null,
  quantity text not null,
  average_price text,
  dust integer not null,
  realized_profit text not null,
  fees text not null
) strict;

CREATE TABLE signals (
  id text primary key not null,
  webhook_id text not null,
  user_id text not null,
  source text not null,
  received_at real not null,
  symbol text not null,
  side text not null,
  size text,
  dilution integer not null,
  flags text not null,
  label text,
  fired_at real,
  age_from real not null,
  warnings text not null,
  unsupported_fields text not null,
  payload text not null,
  duplicates integer not null,
  replay_of text,
  body_hash text,
  body_slot text,
  idempotency_key text,
  fanout text not null,
  fanout_done integer not null
, position integer) strict;

CREATE INDEX signals_by_user on signals (user_id, id);

CREATE INDEX signals_by_webhook on signals (webhook_id, id);

CREATE INDEX signals_by_symbol on signals (user_id, symbol, id);

CREATE INDEX signals_by_label on signals (user_id, label, id) where label is not null;

CREATE INDEX signals_by_body on signals (body_slot) where body_slot is not null;

CREATE INDEX signals_by_idempotency on signals (webhook_id, idempotency_key, received_at) where idempotency_key is not null;

CREATE INDEX signals_undecided on signals (id) where fanout_done = 0;

CREATE TABLE decisions (
  signal_id text not null references signals (id),
  bot_id text not null references bots (id),
  user_id text not null,
  outcome text not null,
  code text not null,
  reason text not null,
  decided_at real not null,
  plan text,
  done integer not null,
  would_send text,
  primary key (signal_id, bot_id)
) strict;

CREATE INDEX decisions_unfinished on decisions (signal_id) where done = 0;

CREATE TABLE orders (
  id text primary key not null,
  user_id text not null,
  bot_id text not null references bots (id),
  connection_id text not null references connections (id),
  signal_id text references signals (id),
  symbol text not null,
  exchange text not null,
  market text not null,
  leg integer not null,
  kind text not null,
  resend integer not null,
  account_key text not null,
  client_order_id text not null,
  exchange_order_id text,
  state text not null,
  side text not null,
  position_side text not null,
  type text not null,
  quantity text,
  quote_quantity text,
  filled text not null,
  average_price text,
  reduce_only integer not null,
  reject_code text,
  reject_text text,
  not_after real not null,
  needs_person integer not null,
  created_at real not null,
  updated_at real not null,
  version integer not null,
  timeline text not null,
  settled integer not null,
  send_until real,
  cause text not null
) strict;

CREATE INDEX orders_by_user on orders (user_id, id);

CREATE INDEX orders_by_bot on orders (bot_id, id);

CREATE INDEX orders_by_signal on orders (signal_id, id);

CREATE INDEX orders_by_symbol on orders (user_id, symbol, id);

CREATE INDEX orders_by_trouble on orders (user_id, state, id)
  where state in ('rejected', 'failed', 'canceled', 'partially_filled_then_canceled', 'expired', 'partially_filled_then_expired');

CREATE INDEX orders_unsettled on orders (id) where settled = 0;

CREATE TABLE fills (
  id text primary key not null,
  order_id text not null references orders (id),
  bot_id text not null references bots (id),
  trade_id text not null,
  side text not null,
  price text not null,
  quantity text not null,
  fee text not null,
  fee_asset text,
  at real not null
) strict;

CREATE UNIQUE INDEX fills_trade on fills (order_id, trade_id);

CREATE TABLE adjustments (
  id text primary key not null,
  bot_id text not null references bots (id),
  user_id text not null references users (id),
  quantity text not null,
  reason text not null,
  at real not null
) strict;

CREATE INDEX adjustments_by_bot on adjustments (bot_id, id);

CREATE TABLE findings (
  id text primary key not null,
  user_id text not null references users (id),
  connection_id text,
  bot_id text,
  order_id text,
  code text not null,
  detail text not null,
  at real not null,
  acknowledged_at real
, key text, ours text, theirs text, closed_at real) strict;

CREATE INDEX findings_by_user on findings (user_id, id);

CREATE INDEX findings_by_connection on findings (connection_id, id) where connection_id is not null;

CREATE INDEX findings_by_bot on findings (bot_id, id) where bot_id is not null;

CREATE TABLE feed (
  seq integer primary key autoincrement not null,
  at real not null,
  events text not null
, origin text, changes text) strict;

CREATE INDEX feed_by_time on feed (at);

CREATE TABLE rejections (
  id text primary key not null,
  webhook_id text not null references webhooks (id) on delete cascade,
  at real not null,
  code text not null,
  status integer not null,
  detail text not null,
  sender text not null,
  content_type text,
  body text not null
) strict;

CREATE INDEX rejections_by_webhook on rejections (webhook_id, id);

CREATE TABLE key_uses (
  seq integer not null,
  hash text not null,
  at real not null,
  event text not null,
  connection_id text,
  user_id text,
  order_id text,
  bot_id text,
  signal_id text,
  of_seq integer,
  outcome text,
  reason text,
  entry text not null, chain text not null default '',
  primary key (seq, hash)
) strict;

CREATE INDEX key_uses_outcomes on key_uses (of_seq) where of_seq is not null;

CREATE TABLE idempotency (
  scope text not null,
  key text not null,
  request_hash text not null,
  result text,
  created_at real not null, thing text,
  primary key (scope, key)
) strict;

CREATE INDEX idempotency_by_time on idempotency (created_at);

CREATE TABLE servers (
  id text primary key not null,
  session text not null,
  until real not null
) strict;

CREATE TABLE leases (
  scope text primary key not null,
  owner text,
  session text,
  token integer not null,
  until real not null
) strict;

CREATE TABLE requests (
  id text primary key not null,
  bot_id text not null,
  kind text not null,
  args text not null,
  at real not null,
  claimed_by text,
  result text
) strict;

CREATE INDEX requests_by_time on requests (at);

CREATE INDEX findings_standing on findings (id) where key is not null and closed_at is null;

CREATE TABLE reconciliations (
  connection_id text primary key not null references connections (id),
  at real,
  tried_at real not null,
  trouble text,
  state text not null
) strict;

CREATE TABLE passwords (
  user_id text primary key not null references users (id),
  hash text not null,
  changed_at real not null
) strict;

CREATE TABLE sessions (
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
) strict;

CREATE INDEX sessions_by_user on sessions (user_id, id);

CREATE INDEX sessions_by_previous on sessions (previous_hash) where previous_hash is not null;

CREATE INDEX sessions_by_expiry on sessions (expires_at);

CREATE TABLE totp (
  user_id text primary key not null references users (id),
  secret text not null,
  created_at real not null,
  confirmed_at real
) strict;

CREATE TABLE totp_uses (
  user_id text not null references users (id),
  step integer not null,
  primary key (user_id, step)
) strict;

CREATE TABLE passkeys (
  id text primary key not null,
  user_id text not null references users (id),
  name text not null,
  credential_id text not null unique,
  public_key text not null,
  counter integer not null,
  transports text not null,
  backed_up integer not null,
  created_at real not null,
  last_used_at real
) strict;

CREATE INDEX passkeys_by_user on passkeys (user_id, id);

CREATE TABLE recovery_codes (
  user_id text not null references users (id),
  hash text not null,
  used_at real,
  primary key (user_id, hash)
) strict;

CREATE TABLE challenges (
  id text primary key not null,
  user_id text references users (id),
  purpose text not null,
  challenge text not null,
  expires_at real not null
) strict;

CREATE INDEX challenges_by_expiry on challenges (expires_at);

CREATE TABLE invitations (
  user_id text primary key not null references users (id),
  hash text not null unique,
  forgets_factors integer not null,
  created_at real not null,
  expires_at real not null
) strict;

CREATE TABLE profit_slots (
  bot_id text not null references bots (id),
  slot integer not null,
  realized_profit text not null,
  fees text not null,
  primary key (bot_id, slot)
) strict;

CREATE TABLE candles (
  market text not null,
  slot integer not null,
  open text not null,
  high text not null,
  low text not null,
  close text not null,
  primary key (market, slot)
) strict;

CREATE INDEX candles_by_slot on candles (slot);

CREATE INDEX key_uses_by_user on key_uses (user_id, seq) where of_seq is null;

CREATE UNIQUE INDEX orders_client_id on orders (substr(client_order_id, length(client_order_id) - 16), account_key, client_order_id);

CREATE TABLE traded_on (
  connection_id text not null references connections (id),
  bot_id text not null references bots (id),
  primary key (connection_id, bot_id)
) strict;

CREATE INDEX key_uses_by_connection on key_uses ((seq / 1024), connection_id, seq) where of_seq is null;
