/**
 * Three indexes had a place of its own for nearly every order or use of a key, and a thousand orders wrote a thousand pages
 * of each. Their entries now stand in the order in which they come: client order ids by the time in them, uses of keys in
 * chapters of 1,024, each by its connection. Orders of a connection are found by the bots that have ever traded on it.
 */
export const LOOKUPS_IN_ORDER = `
drop index orders_client_id;
create unique index orders_client_id on orders (substr(client_order_id, length(client_order_id) - 16), account_key, client_order_id);

create table traded_on (
  connection_id text not null references connections (id),
  bot_id text not null references bots (id),
  primary key (connection_id, bot_id)
);
insert into traded_on select distinct connection_id, bot_id from orders;
drop index orders_by_connection;

drop index key_uses_by_connection;
create index key_uses_by_connection on key_uses ((seq / 1024), connection_id, seq) where of_seq is null
`
