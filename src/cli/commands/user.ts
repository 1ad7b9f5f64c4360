import type { Command } from 'commander'
import type { api as contract } from '#contract'
import type { z } from 'zod'
import { command, group, keyOf, oneOf, repeatable, type Repeatable } from '../action.ts'
import { every } from '../find.ts'
import { moment, printable, sheet, table } from '../table.ts'
import { style } from '../terminal.ts'

type User = z.infer<typeof contract.userDetails>
type Created = z.infer<typeof contract.createdUser>

export function addUser(program: Command, about: string): void {
  const user = group(program, 'user', about)
  repeatable(command<Repeatable & { name: string; role?: string; invite?: boolean }>(user, 'create',
    'a further user, with a first token or a link', async (call, options) => {
    const invite = options.invite === true ? { invite: true } : {}
    const made: Created = await (await call.api()).send('POST', '/users',
      { body: { name: options.name, role: options.role ?? 'user', ...invite }, ...keyOf(options) })
    call.terminal.answer(made, () => [
      sheet([['user', printable(made.name)], ['role', made.role],
        ...(made.token === undefined ? [] : [['token', made.token] as const]),
        ...(made.invitation === undefined ? [] : [['link', made.invitation.url] as const]), ['id', made.id]]),
      made.withheld === undefined ? style('yellow', 'Hand it over now: it is not shown again.')
        : `This user was made before; the ${made.withheld.join(', ')} was shown then and is not shown again.`,
    ].join('\n'))
  })).requiredOption('--name <name>', 'a name that nobody has here')
    .option('--role <role>', 'admin or user', oneOf(['admin', 'user']))
    .option('--invite', 'a link to set a password in a browser, instead of a token')

  command<{ secondFactor?: boolean }>(user, 'reset <name>', 'on the data folder: a link to set a new password',
    async (call, options, name) => {
    const { resetHere } = await import('../local-invitation.ts')
    const made = await resetHere(name ?? '', options.secondFactor === true)
    call.terminal.answer(made, () => [
      sheet([['user', printable(made.user)], ['link', made.url], ['holds until', moment(made.expiresAt)]]),
      ...(made.forgetsFactors ? ['Using it also removes their authenticator app, passkeys and recovery codes.'] : []),
      style('yellow', 'Hand it over now: it is not shown again, and whoever has it comes in.'),
    ].join('\n'))
  }).option('--second-factor', 'the second factor is lost too: using the link removes all of them')

  command(user, 'list', 'all users', async (call) => {
    const items = await every<User>(await call.api(), '/users')
    call.terminal.answer({ items, next: null }, () => table(items, [
      { title: 'NAME', of: (one) => one.name },
      { title: 'ROLE', of: (one) => one.role },
      { title: 'SIGNS IN', of: (one) => waysIn(one) },
      { title: 'SINCE', of: (one) => moment(one.createdAt) },
      { title: 'ID', of: (one) => one.id },
    ], 'There is no user.'))
  })
}

function waysIn({ disabled, hasPassword, hasSecondFactor, invitedUntil }: User): string {
  if (disabled) return 'disabled'
  if (invitedUntil !== null) return 'invited'
  if (!hasPassword) return hasSecondFactor ? 'passkey' : 'by token'
  return hasSecondFactor ? 'password, second factor' : 'password'
}
