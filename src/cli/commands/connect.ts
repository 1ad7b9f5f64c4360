import type { Command } from 'commander'
import type { api as contract } from '#contract'
import type { SealedCredentials, SealingKey } from '#vault/seal'
import type { z } from 'zod'
import { command } from '../action.ts'
import type { Api } from '../api.ts'
import { PROGRAM } from '../called.ts'
import { Failure } from '../failure.ts'
import { follow, showing } from '../follow.ts'
import { canAsk } from '../terminal.ts'
import { connectionSheet } from './connections.ts'

type Exchange = z.infer<typeof contract.exchange>

interface Options {
  readonly exchange: string
  readonly market?: string
  readonly name?: string
  readonly consent?: boolean
  readonly practice?: boolean
}

export function addConnect(program: Command, about: string): void {
  command<Options>(program, 'connect', about, async (call, options) => {
    const api = await call.api()
    const exchange = await exchangeOf(api, options.exchange)
    const market = marketOf(exchange, options.market)
    const practice = options.practice === true
    if (!practice && canAsk()) call.terminal.note(exchange.guide)
    const credentials = practice ? await practiceKey(api, exchange) : await readCredentials(exchange)
    const target = { exchange: exchange.id, market, name: options.name ?? null, consent: options.consent === true }
    const { connection, left } = await showing(call.terminal, (onCheck) => connect(api, target, credentials, onCheck))
    call.terminal.answer(connection, () => connectionSheet(connection, left))
  })
    .requiredOption('--exchange <exchange>', 'such as binance; see `exchanges list`')
    .option('--market <market>', 'spot or futures')
    .option('--name <name>', 'absent: a readable one is made')
    .option('--consent', 'accept rights that this exchange cannot report')
    .option('--practice', 'with a made-up key and simulated money, where the exchange is simulated')
    .addHelpText('after', `
The key is never an argument: other users of the machine can read those. It is asked for on a terminal, hidden;
otherwise it is read from standard input, one field per line, in the order that \`exchanges list\` shows:
  printf '%s\\n' "$API_KEY" "$SECRET" | ${PROGRAM} connect --exchange binance --market spot`)
}

/** A key of a simulated exchange, which opens nothing real. */
async function practiceKey(api: Api, { id, name, practiceKeys }: Exchange): Promise<Readonly<Record<string, string>>> {
  if (!practiceKeys) {
    throw new Failure(`No key can be made up for ${name} here`,
      { next: `Leave --practice away, or run: ${PROGRAM} start --practice` })
  }
  return (await api.send<z.infer<typeof contract.practiceKey>>('POST', `/exchanges/${id}/practice-key`)).credentials
}

/** Seals the credentials to the executor's key and hands them in; `onCheck` hears of each check. Also what the demo does. */
export async function connect(
  api: Api, target: { exchange: string; market: string; name: string | null; consent: boolean },
    credentials: Readonly<Record<string, string>>, onCheck?: Parameters<typeof follow>[3],
): Promise<contract.ConnectionAnswer> {
  const [key, me] = await Promise.all([api.get<SealingKey>('/sealing-key'),
    api.get<z.infer<typeof contract.me>>('/me')])
  const { sealCredentials } = await import('#vault/seal')
  const { exchange, market, name, consent } = target
  const sealed: SealedCredentials = await sealCredentials(key, { userId: me.id, exchange, market }, credentials)
  const body = { exchange, market, sealed, ...(name === null ? {} : { name }), ...(consent ? { consent } : {}) }
  return onCheck === undefined ? api.send('POST', '/connections', { body }) : follow(api, '/connections', body, onCheck)
}

async function exchangeOf(api: Api, wanted: string): Promise<Exchange> {
  const { items } = await api.get<z.infer<typeof contract.exchanges>>('/exchanges')
  const found = items.find((one) => one.id === wanted.toLowerCase() || one.name.toLowerCase() === wanted.toLowerCase())
  if (found !== undefined) return found
  throw new Failure(`There is no exchange "${wanted}"`, { next: `There are ${items.map((one) => one.id).join(', ')}.` })
}

export function marketOf(exchange: { readonly name: string; readonly markets: readonly string[] }, wanted: string | undefined): string {
  const [only] = exchange.markets
  if (wanted === undefined && exchange.markets.length === 1 && only !== undefined) return only
  const found = exchange.markets.find((one) => one === wanted?.toLowerCase())
  if (found !== undefined) return found
  const has = `${exchange.name} has ${exchange.markets.join(' and ')}`
  throw new Failure(wanted === undefined ? `${has}: say which with --market` : `There is no market "${wanted}": ${has}`,
    { usage: true })
}

/** A key's fields: asked for, hidden, on a terminal; else one a line from standard input. Never from arguments. */
export const readCredentials = (exchange: WithFields): Promise<Record<string, string>> =>
  (canAsk() ? askFor(exchange) : readLines(exchange))

interface WithFields { readonly credentials: readonly { readonly name: string; readonly label: string }[] }

async function askFor(exchange: WithFields): Promise<Record<string, string>> {
  const { askHidden } = await import('../input.ts')
  const fields: Record<string, string> = {}
  for (const field of exchange.credentials) fields[field.name] = (await askHidden(field.label)).trim()
  return fields
}

// The number of lines is checked, for one line too few or too many usually means that two fields were swapped.
async function readLines(exchange: WithFields): Promise<Record<string, string>> {
  const { readInput } = await import('../input.ts')
  const lines = (await readInput(64 * 1024)).replace(/^\u{feff}/u, '').split(/\r?\n/).map((line) => line.trim())
  while (lines.at(-1) === '') lines.pop()
  const labels = exchange.credentials.map((field) => field.label).join(', then ')
  if (lines.length !== exchange.credentials.length || lines.includes('')) {
    const wanted = `Standard input must hold ${exchange.credentials.length} lines: ${labels}`
    throw new Failure(`${wanted}. It held ${lines.length}.`, { usage: true })
  }
  return Object.fromEntries(exchange.credentials.map((field, at) => [field.name, lines[at] ?? '']))
}
