import type { Command } from 'commander'
import type { api as contract } from '#contract'
import type { z } from 'zod'
import { command, group, more, oneOf, paging, type Paging } from '../action.ts'
import type { Api } from '../api.ts'
import { Failure } from '../failure.ts'
import { idOf } from '../find.ts'
import { moment, printable, table } from '../table.ts'

type Freeze = contract.FreezeAnswer
type Mode = Freeze['mode']

interface Target { readonly connection?: string; readonly user?: string | true; readonly all?: boolean; readonly reason?: string }

export function addFreeze(program: Command, about: string): void {
  withTarget(command<Target & { mode: Mode }>(program, 'freeze', about, async (call, options) => {
    const api = await call.api()
    const frozen: Freeze = await api.send('POST', '/freeze', {
      body: { ...await targetOf(api, options), mode: options.mode, reason: options.reason ?? 'by hand' },
    })
    call.terminal.answer(frozen, () => [
      `${nameOf(frozen)}: ${frozen.mode === 'all' ? 'no order goes out any more, closes neither' : 'nothing is opened any more; closes go through'}.`,
      'It holds until somebody thaws it, restarts or not.',
    ].join('\n'))
  })).option('--mode <mode>', 'entries: closes go through; all: nothing does', oneOf<Mode>(['entries', 'all']), 'entries')
}

export function addThaw(program: Command, about: string): void {
  withTarget(command<Target>(program, 'thaw', about, async (call, options) => {
    const api = await call.api()
    const thawed: Freeze = await api.send('POST', '/thaw', {
      body: { ...await targetOf(api, options), ...options.reason === undefined ? {} : { reason: options.reason } },
    })
    call.terminal.answer(thawed, () => `${nameOf(thawed)}: no longer frozen.`)
  }))
}

export function addFreezes(program: Command, about: string): void {
  const freezes = group(program, 'freezes', about)
  paging(command<Paging>(freezes, 'list', 'what is frozen, newest first', async (call, { limit, cursor }) => {
    const list: z.infer<typeof contract.freezes> = await (await call.api()).get('/freezes', { limit, cursor })
    call.terminal.answer(list, () => table(list.items, [
      { title: 'WHAT', of: nameOf },
      { title: 'MODE', of: (one) => one.mode },
      { title: 'SINCE', of: (one) => moment(one.at) },
      { title: 'WHY', of: (one) => one.reason },
      { title: 'ID', of: (one) => one.id },
    ], 'Nothing is frozen.') + more(list.next))
  }))
}

const withTarget = (one: Command): Command => one
  .option('--connection <connection>', 'one connection')
  .option('--user [user]', 'everything of one user; without a name: of yourself')
  .option('--all', 'everything of everybody (administrators)')
  .option('--reason <text>', 'shown wherever it stops something')

/** Exactly one of the three. */
async function targetOf(api: Api, { connection, user, all }: Target): Promise<{ scope: Freeze['scope']; id?: string }> {
  if ([connection, user, all].filter((one) => one !== undefined).length !== 1) {
    throw new Failure('Say what: one of --connection, --user and --all', { usage: true })
  }
  if (connection !== undefined) return { scope: 'connection', id: await idOf(api, '/connections', connection, 'connection') }
  if (user === undefined) return { scope: 'all' }
  return user === true ? { scope: 'user' } : { scope: 'user', id: await idOf(api, '/users', user, 'user') }
}

const nameOf = ({ scope, id, name }: Freeze): string => (scope === 'all' ? 'everything' : `${scope} ${printable(name ?? id ?? '')}`)
