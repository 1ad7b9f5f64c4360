import type { Command } from 'commander'
import type { api as contract } from '#contract'
import type { z } from 'zod'
import { asking, command, demandYes, group, type Asking } from '../action.ts'
import { PROGRAM } from '../called.ts'
import { Failure } from '../failure.ts'
import { every } from '../find.ts'
import { moment, printable, sheet, table } from '../table.ts'
import { style } from '../terminal.ts'

type Token = z.infer<typeof contract.token>
type Scope = contract.Scope

const SCOPES: readonly Scope[] = ['read', 'trade', 'admin']

export function addToken(program: Command, about: string): void {
  const token = group(program, 'token', about)

  command<{ name?: string; scopes?: string; user?: string }>(token, 'create',
    'make one, on the data folder; the first makes the first (admin) user too', async (call, options) => {
    const scopes = scopesOf(options.scopes ?? 'admin')
    const { createTokenHere } = await import('../local-token.ts')
    const made = await createTokenHere({ name: options.name ?? 'cli', scopes, user: options.user ?? null })
    call.terminal.answer(made, () => [
      ...(made.createdUser ? [`The first user, "${printable(made.user)}", was made: an administrator.`] : []),
      sheet([['user', printable(made.user)], ['scopes', made.scopes.join(', ')], ['token', made.token]]),
      style('yellow', 'Keep it now: it is not shown again. Commands take it from TOWERFLOW_TOKEN:'),
      `  export TOWERFLOW_TOKEN=${made.token}`,
    ].join('\n'))
  })
    .option('--name <name>', 'what it is for')
    .option('--scopes <scopes>', 'read, trade or admin; each includes the ones before (absent: admin)')
    .option('--user <user>', 'whose; absent: the first administrator')

  command(token, 'list', 'the tokens of your user', async (call) => {
    const items = await every<Token>(await call.api(), '/tokens')
    call.terminal.answer({ items, next: null }, () => table(items, [
      { title: 'NAME', of: (one) => `${one.name}${one.current ? ' (this one)' : ''}` },
      { title: 'SCOPES', of: (one) => one.scopes.join(', ') },
      { title: 'MADE', of: (one) => moment(one.createdAt) },
      { title: 'LAST USED', of: (one) => moment(one.lastUsedAt) },
      { title: 'ID', of: (one) => one.id },
    ], 'There is no token.'))
  })

  asking(command<Asking>(token, 'revoke <token>', 'end one, by name or id', async (call, options, wanted) => {
    const api = await call.api()
    const all = await every<Token>(api, '/tokens')
    const fitting = all.filter((one) => one.id === wanted || one.name === wanted)
    const [found] = fitting
    if (found === undefined) throw new Failure(`There is no token "${wanted ?? ''}"`,
      { next: `See which there are: ${PROGRAM} token list` })
    if (fitting.length > 1) throw new Failure(
      `There are ${fitting.length} tokens named "${wanted ?? ''}": ${fitting.map((one) => one.id).join(', ')}`,
      { next: 'Give the id.' })
    await demandYes(call, options, () => `Revoke "${found.name}"? Whatever uses it is refused at once.${
      found.current ? ' It is the one that this command uses.' : ''}`)
    await api.send('DELETE', `/tokens/${found.id}`)
    call.terminal.answer({ revoked: found.id }, () =>
      `"${printable(found.name)}" is revoked.${found.current ? ' It was the one that this command used.' : ''}`)
  }))
}

function scopesOf(text: string): Scope[] {
  return text.split(',').map((part) => {
    const found = SCOPES.find((scope) => scope === part.trim().toLowerCase())
    if (found === undefined) throw new Failure(`"${part}" must be one of ${SCOPES.join(', ')}`, { usage: true })
    return found
  })
}
