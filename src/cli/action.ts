import type { Command } from 'commander'
import type { Api } from './api.ts'
import { Failure } from './failure.ts'
import { canAsk, openTerminal, type Terminal } from './terminal.ts'

/** What every command is given. */
export interface Call {
  readonly terminal: Terminal
  /** The API of the running server. */
  readonly api: () => Promise<Api>
}

type Run<Options> = (call: Call, options: Options, ...args: string[]) => Promise<void>

/** A command that does something; `--json` is understood before and after its name. */
export function command<Options = Record<never, never>>(
  parent: Command, usage: string, description: string, run: Run<Options>,
): Command {
  return parent.command(usage).description(description).option('--json', 'answer with one line of JSON')
    .action(async (...given: unknown[]) => {
      const self = given.at(-1) as Command
      const args = given.slice(0, -2).map((one) => (typeof one === 'string' ? one : ''))
      const options = self.optsWithGlobals<Options & { json?: boolean }>()
      const terminal = openTerminal(options.json === true)
      await run({ terminal, api: async () => (await import('./api.ts')).openApi() }, options, ...args)
    })
}

/** A command that only holds others. */
export const group = (parent: Command, name: string, description: string): Command => parent.command(name)
  .description(description)

/** A number as an option's text, with the limits in the message. For `.option(…, whole(1, 200))`. */
export function whole(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (!/^\d{1,9}$/.test(text) || value < least || value > most) {
      throw new Failure(`"${text}" must be a whole number from ${least} to ${most}`, { usage: true })
    }
    return value
  }
}

/** One of a few words, any case. */
export function oneOf<T extends string>(words: readonly T[]): (text: string) => T {
  return (text) => {
    const found = words.find((word) => word.toLowerCase() === text.toLowerCase())
    if (found === undefined) throw new Failure(`"${text}" must be one of ${words.join(', ')}`, { usage: true })
    return found
  }
}

/** A plain decimal amount above 0; stays text. */
export function amount(text: string): string {
  if (!/^\d{1,30}(\.\d{1,30})?$/.test(text) || !/[1-9]/.test(text)) {
    throw new Failure(`"${text}" must be a plain decimal number above 0, such as 0.001`, { usage: true })
  }
  return text
}

/** A command that ends something for good, or trades at once: it asks first. */
export interface Asking { readonly yes?: boolean }

export const asking = (one: Command): Command => one
  .option('--yes', 'go ahead without asking; nobody is asked without a terminal or with --json')

/**
 * Asks before what cannot be taken back, with "no" as the answer of whoever only presses Enter. A script is not asked: it
 * has no terminal, or wants JSON. Fails where the answer is not yes. `question` is made only where somebody is asked.
 */
export async function demandYes(
  { terminal }: Pick<Call, 'terminal'>, { yes }: Asking, question: () => string | Promise<string>,
): Promise<void> {
  if (yes === true || terminal.json || !canAsk()) return
  const { askYes } = await import('./input.ts')
  if (!await askYes(await question())) throw new Failure('Stopped: nothing was done.')
}

/** A command that makes something, once per key. */
export interface Repeatable { readonly idempotencyKey?: string }

export const repeatable = (one: Command): Command => one
  .option('--idempotency-key <key>', 'the same command with the same key again, within 24 hours, makes nothing new')

/** The key of such a command, for the request. */
export const keyOf = ({ idempotencyKey }: Repeatable): { idempotencyKey?: string } =>
  (idempotencyKey === undefined ? {} : { idempotencyKey })

/** A list: how much of it, and where to go on. */
export interface Paging { readonly limit?: number; readonly cursor?: string }

export const paging = (one: Command): Command => one
  .option('--limit <n>', 'how many at most, 1 to 200', whole(1, 200), 50)
  .option('--cursor <cursor>', 'go on where an earlier list ended')

/** What to say below a list that goes on. */
export const more = (next: string | null): string => (next === null ? '' : `\n\nThere is more: --cursor ${next}`)
