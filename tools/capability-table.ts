import type { ExchangeDescription, OrderFacts } from '#contract'
import type { ExchangeModule } from '#exchanges'
import type { Market } from '#model'

const DAY_MS = 86_400_000
const BOTH = ['spot', 'futures'] as const

/** The page docs/exchanges/README.md: Markdown, from the descriptions alone. */
export function capabilities(modules: readonly ExchangeModule[]): string {
  const all = modules.map(({ description }) => description).toSorted((a, b) => (a.name < b.name ? -1 : 1))
  return `${[
    '# Exchanges', '',
    'Written by `node tools/capabilities.ts` from the code; change the descriptions in `src/exchanges/*/description.ts`, not this page.',
    '', '## At a glance', '',
    table(['exchange', 'spot', 'futures', 'a key has', 'it signs with', 'sites', 'tells a key\'s rights', 'rehearses orders'], all.map((one) => [
      one.experimental === true ? `${one.name} (experimental)` : one.name, ...BOTH.map((market) => (one.markets.includes(market) ? '✓' : '–')), one.credentials.map(({ label }) => label).join(', '), one.keyKinds.join(', '),
      String(1 + one.sites.length), one.rights === 'told' ? '✓' : 'no: needs consent', BOTH.filter((market) => one.facts[market]?.testOrder === true).join(', ') || '–',
    ])),
    '', '## What exactly-once rests on', '',
    'Where an answer gets lost, the order is looked up; it counts as absent only when every look-up says so, late enough, within what they remember.',
    'Where the exchange may act for an unknown time, the same order is sent again with the same id, if a repeated id is known to be refused.', '',
    table(['exchange', 'market', 'id', 'its form', 'a repeated id', 'deadline on the wire', 'may still act after it', 'look-ups', 'they remember', 'reduce-only'],
      all.flatMap((one) => BOTH.flatMap((market) => factsRow(one, market)))),
    '', '## How a close is written', '',
    'A close never opens, also where an account has changed its position mode since it was last read, or where whoever asks lies about it.', '',
    table(['exchange', 'market', 'one-way', 'hedge mode', 'where the account is in the other mode'], all.flatMap((one) => BOTH.flatMap((market) => closingRow(one, market)))),
    '', '## What is refused, and why', '',
    'On every exchange: keys that can withdraw or transfer, keys with a right that is not known here, keys of the other market, read-only keys.', '',
    ...all.flatMap(refusals),
    '', '## Where to make a key', '', ...all.flatMap(({ name, guide }) => [`**${name}.** ${guide}`, '']),
    '## Sources', '',
    ...all.flatMap((one) => BOTH.flatMap((market) => { const facts = one.facts[market]; return facts === undefined ? [] : [`- ${one.name} ${market}: ${facts.source}`] })),
  ].join('\n').trimEnd()}\n`
}

function factsRow({ name, facts: byMarket }: ExchangeDescription, market: Market): string[][] {
  const facts = byMarket[market]
  if (facts === undefined) return []
  return [[
    name, market, `\`${facts.idField}\``, `\`${facts.idForm.replaceAll('|', '\\|')}\``, repeated(facts), facts.deadline,
    facts.lateAcceptMs === null ? 'not bounded' : facts.lateAcceptMs === 0 ? 'no' : `${facts.lateAcceptMs / 1000} s`, facts.lookups.map((alternatives) => alternatives.join(' or ')).join(', '), memory(facts), facts.reduceOnly ? '✓' : '–',
  ]]
}

function closingRow({ name, facts }: ExchangeDescription, market: Market): string[][] {
  const closing = facts[market]?.closing
  return closing === undefined ? [] : [[name, market, closing.oneWay, closing.hedge ?? '–', closing.otherMode]]
}

function repeated({ repeatedId, repeatWindowMs }: OrderFacts): string {
  if (repeatedId === 'unknown') return 'not documented'
  if (repeatedId === 'O') return 'refused among open orders only'
  return repeatWindowMs === null ? 'refused, always' : `refused (relied on for ${repeatWindowMs / 60_000} min)`
}

const memory = ({ lookupMemoryMs }: OrderFacts): string => (lookupMemoryMs >= DAY_MS ? `${lookupMemoryMs / DAY_MS} d` : `${lookupMemoryMs / 60_000} min`)

function refusals({ name, missing, refuses, rights }: ExchangeDescription): string[] {
  const reasons = [
    ...Object.entries(missing).map(([market, why]) => `no ${market}: ${why}`), ...refuses,
    ...rights === 'unverifiable' ? ['Its keys\' rights cannot be told, so nothing is refused for them: connecting needs your consent.'] : [],
  ]
  return reasons.length === 0 ? [] : [`- **${name}** ${reasons.join(' ')}`]
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
