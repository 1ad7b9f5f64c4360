/** Bots whose exits wait for the opening of a market that is closed. */
export const EXIT_AT_OPEN = `
alter table bots add column exit_at_open integer not null default 0
`
