/**
 * Several servers on one database: who owns which lanes (`leases`), who is there (`servers`), and what one asks the owner
 * of a lane to do (`requests`). The feed is the log that all of them follow: each commit's row names the server that
 * made it, and what else changed.
 */
export const FLEET = `
create table servers (
  id text primary key not null,
  session text not null,
  until real not null
);

create table leases (
  scope text primary key not null,
  owner text,
  session text,
  token bigint not null,
  until real not null
);

create table requests (
  id text primary key not null,
  bot_id text not null,
  kind text not null,
  args text not null,
  at real not null,
  claimed_by text,
  result text
);
create index requests_by_time on requests (at);

alter table feed add column origin text;
alter table feed add column changes text;
alter table signals add column position bigint;
alter table key_uses add column chain text not null default ''
`

/**
 * What only PostgreSQL needs, being the one that servers share. Signals get their place in order of arrival, whatever
 * server's clock made their ids. Whoever changes a row that servers keep in memory notes it in the feed, in the same
 * transaction: triggers do, so that no repository can forget it. They run when the transaction commits, for the lock
 * that keeps the feed's numbers in the order of the commits must be the last one that is taken (`FEED_LOCK`).
 */
export const FLEET_POSTGRES: readonly string[] = [
  'create sequence signals_position',
  "alter table signals alter column position set default nextval('signals_position')",
  `create function note_change() returns trigger language plpgsql as $$
   begin
     perform pg_advisory_xact_lock(7306583);
     insert into feed (at, events, origin, changes) values (
       extract(epoch from clock_timestamp()) * 1000, '[]', current_setting('towerflow.origin', true),
       json_build_array(tg_argv[0] || ':' || case when tg_op = 'DELETE' then old.id else new.id end)::text);
     perform pg_notify('towerflow_feed', coalesce(current_setting('towerflow.origin', true), ''));
     return null;
   end $$`,
  `create constraint trigger bots_change after insert or update on bots
   deferrable initially deferred for each row execute function note_change('bot')`,
  `create constraint trigger connections_change after insert or update of position_mode, account_id, status, deleted_at on connections
   deferrable initially deferred for each row execute function note_change('connection')`,
  `create constraint trigger webhooks_change after insert or update or delete on webhooks
   deferrable initially deferred for each row execute function note_change('webhook')`,
  `create constraint trigger tokens_change after update of revoked_at on tokens
   deferrable initially deferred for each row execute function note_change('token')`,
  `create constraint trigger servers_change after insert or delete on servers
   deferrable initially deferred for each row execute function note_change('server')`,
  `create constraint trigger requests_change after insert or update on requests
   deferrable initially deferred for each row execute function note_change('request')`,
]
