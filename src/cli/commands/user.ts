import type { Command } from 'commander'
import type { api as contract } from '#contract'
import type { z } from 'zod'
import { command, group, oneOf } from '../action.ts'
import { every } from '../find.ts'
import { moment, printable, sheet, table } from '../table.ts'
import { style } from '../terminal.ts'

type User = z.infer<typeof contract.user>
type Created = z.infer<typeof contract.createdUser>

export function addUser(program: Command, about: string): void {
  const user = group(program, 'user', about)
  command<{ name: string; role?: string }>(user, 'create', 'a further user, with a first token',
    async (call, options) => {
    const made: Created = await (await call.api())
      .send('POST', '/users', { body: { name: options.name, role: options.role ?? 'user' } })
    call.terminal.answer(made, () => [
      sheet([['user', printable(made.name)], ['role', made.role], ['token', made.token], ['id', made.id]]),
      style('yellow', 'Hand the token over now: it is not shown again.'),
    ].join('\n'))
  }).requiredOption('--name <name>', 'a name that nobody has here')
    .option('--role <role>', 'admin or user', oneOf(['admin', 'user']))

  command(user, 'list', 'all users', async (call) => {
    const items = await every<User>(await call.api(), '/users')
    call.terminal.answer({ items, next: null }, () => table(items, [
      { title: 'NAME', of: (one) => one.name },
      { title: 'ROLE', of: (one) => one.role },
      { title: 'SINCE', of: (one) => moment(one.createdAt) },
      { title: 'ID', of: (one) => one.id },
    ], 'There is no user.'))
  })
}
