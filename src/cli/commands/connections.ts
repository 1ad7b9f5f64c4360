import type { Command } from 'commander'
import type { api as contract } from '#contract'
import type { z } from 'zod'
import { amount, asking, command, demandYes, group, more, paging, whole, type Asking, type Paging } from '../action.ts'
import { PROGRAM } from '../called.ts'
import { find, idOf } from '../find.ts'
import { follow, markOf, showing } from '../follow.ts'
import { moment, printable, sheet, table } from '../table.ts'
import { style } from '../terminal.ts'

type Connection = contract.ConnectionAnswer
type Uses = z.infer<typeof contract.auditEntries>

const EMPTY = `No exchange key is connected yet. Connect one with:
  ${PROGRAM} connect --exchange binance --market spot`

export function addConnections(program: Command, about: string): void {
  const connections = group(program, 'connections', about)

  paging(command<Paging>(connections, 'list', 'all connections', async (call, { limit, cursor }) => {
    const list: z.infer<typeof contract.connections> = await (await call.api()).get('/connections', { limit, cursor })
    call.terminal.answer(list, () => table(list.items, [
      { title: 'NAME', of: (one) => one.name },
      { title: 'EXCHANGE', of: (one) => `${one.exchange} ${one.market}${one.simulated ? ' (simulated)' : ''}` },
      { title: 'STATUS', of: (one) => one.status },
      { title: 'BOTS', of: (one) => one.bots.length, right: true },
      { title: 'LAST USED', of: (one) => moment(one.lastUsedAt) },
      { title: 'EXPIRES', of: (one) => (one.expiresAt === null ? '-' : moment(one.expiresAt)) },
      { title: 'ID', of: (one) => one.id },
    ], EMPTY) + more(list.next))
  }))

  command(connections, 'show <connection>', 'one connection, with the rights of its key', async (call, _, wanted) => {
    const one = await find<Connection>(await call.api(), '/connections', wanted ?? '', 'connection')
    call.terminal.answer(one, () => connectionSheet(one))
  })

  command(connections, 'check <connection>', 'send the test request again', async (call, _, wanted) => {
    const api = await call.api()
    const id = await idOf(api, '/connections', wanted ?? '', 'connection')
    const path = `/connections/${id}/check`
    const { connection: one, left } = await showing(call.terminal,
      (onCheck) => (onCheck === undefined ? api.send<Connection>('POST', path) : follow(api, path, undefined, onCheck)))
    call.terminal.answer(one, () => connectionSheet(one, left))
    if (one.status === 'unhealthy') process.exitCode = 1
  })

  command(connections, 'reconcile <connection>', 'compare the books with the exchange now', async (call, _, wanted) => {
    const api = await call.api()
    const id = await idOf(api, '/connections', wanted ?? '', 'connection')
    const one: Connection = await api.send('POST', `/connections/${id}/reconcile`)
    call.terminal.answer(one, () => `${printable(one.name)} was compared with the exchange. What differs: ${PROGRAM} findings list`)
  })

  asking(command<Asking & { to: string; abandonPosition?: boolean }>(connections, 'relink <connection>',
    'move all its bots to another connection of the same exchange and market', async (call, options, wanted) => {
    const api = await call.api()
    const from = await find<Connection>(api, '/connections', wanted ?? '', 'connection')
    const to = await find<Connection>(api, '/connections', options.to, 'connection')
    if (options.abandonPosition === true) {
      await demandYes(call, options, () => (
        `Let go of what the bots of "${from.name}" hold? It stays on the account, and no bot closes it any more.`))
    }
    const moved: z.infer<typeof contract.relinked> = await api.send('POST', `/connections/${from.id}/relink`, {
      body: { to: to.id, ...(options.abandonPosition === true ? { abandonPosition: true } : {}) },
    })
    call.terminal.answer(moved, () => [
      `${count(moved.moved, 'bot')} moved from "${printable(from.name)}" to "${printable(to.name)}".`,
      ...(moved.warnings ?? []).map(({ message }) => `${style('yellow', 'warning:')} ${printable(message)}`),
    ].join('\n'))
  })).requiredOption('--to <connection>', 'the connection that takes over')
    .option('--abandon-position', 'let go of positions that do not move along')

  asking(command<Asking>(connections, 'delete <connection>', 'destroy the stored key; refused while bots use it',
    async (call, options, wanted) => {
    const api = await call.api()
    const one = await find<Connection>(api, '/connections', wanted ?? '', 'connection')
    await demandYes(call, options, () => `Delete "${one.name}" and destroy its key? It cannot be brought back.`)
    await api.send('DELETE', `/connections/${one.id}`)
    call.terminal.answer({ deleted: one.id }, () =>
      `"${printable(one.name)}" is deleted and its key destroyed. Remove the key at the exchange too if nothing else uses it.`)
  }))

  command<{ perMinute?: number; perOrder?: string; perDay?: string; none?: boolean }>(connections, 'cap <connection>',
    'limits on its entries, which the executor holds it to; without options it shows them',
    async (call, { perMinute, perOrder, perDay, none }, wanted) => {
    const api = await call.api()
    const path = `/connections/${await idOf(api, '/connections', wanted ?? '', 'connection')}/caps`
    const { ceiling: _, ...before }: contract.CapsAnswer = await api.get(path)
    const kept = none === true ? { ordersPerMinute: null, notionalPerOrder: null, notionalPerDay: null } : before
    const changed = none === true || [perMinute, perOrder, perDay].some((one) => one !== undefined)
    const caps: contract.CapsAnswer = !changed ? await api.get(path) : await api.send('PUT', path, { body: {
      ordersPerMinute: perMinute ?? kept.ordersPerMinute, notionalPerOrder: perOrder ?? kept.notionalPerOrder,
      notionalPerDay: perDay ?? kept.notionalPerDay,
    } })
    call.terminal.answer(caps, () => table([
      { what: 'entries a minute', own: caps.ordersPerMinute, all: caps.ceiling.ordersPerMinute },
      { what: 'worth of one entry', own: caps.notionalPerOrder, all: caps.ceiling.notionalPerOrder },
      { what: 'worth of a day', own: caps.notionalPerDay, all: caps.ceiling.notionalPerDay },
    ], [
      { title: 'AT MOST', of: (one) => one.what },
      { title: 'HERE', of: (one) => String(one.own ?? '-'), right: true },
      { title: 'EVERYWHERE', of: (one) => String(one.all ?? '-'), right: true },
    ], ''))
  }).option('--per-minute <n>', 'entries in any 60 seconds', whole(1, 99_999))
    .option('--per-order <amount>', 'worth of one entry, quote currency', amount)
    .option('--per-day <amount>', 'worth of all entries of a UTC day, quote currency', amount)
    .option('--none', 'no limits but those of the installation')

  paging(command<Paging>(connections, 'audit <connection>', 'every use of the key',
    async (call, { limit, cursor }, wanted) => {
    const api = await call.api()
    const id = await idOf(api, '/connections', wanted ?? '', 'connection')
    const list: Uses = await api.get(`/connections/${id}/audit`, { limit, cursor })
    call.terminal.answer(list, () => table(list.items, [
      { title: 'AT', of: (one) => moment(one.at) },
      { title: 'ACTION', of: (one) => one.action },
      { title: 'OUTCOME', of: (one) => one.outcome },
      { title: 'WHY', of: (one) => one.reason ?? (one.orderId === null ? null : `order ${one.orderId}`) },
    ], 'The key has not been used yet.') + more(list.next))
  }))
}

/** One connection for people; `connect` shows the same. `checks`: those that were not shown before. */
export function connectionSheet(one: Connection, checks: readonly Connection['checks'][number][] = one.checks): string {
  return [
    `${style('bold', printable(one.name))}  ${one.status === 'active' ? style('green', 'active') : style('red',
      one.status)}`,
    sheet([
      ['exchange', `${one.exchange} ${one.market}`],
      ['money', one.simulated ? 'simulated: nothing real moves' : null], ['status', one.statusDetail],
      ['frozen', one.freeze === null ? null : `${one.freeze.mode}, for ${one.freeze.scope === 'all' ? 'everybody' : `this ${one.freeze.scope}`}: ${one.freeze.reason}`],
      ['fingerprint', one.fingerprint],
      ['expires', one.expiresAt === null ? 'no date given' : moment(one.expiresAt)],
        ['connected', moment(one.createdAt)],
      ['last used', moment(one.lastUsedAt)], ['books compared', moment(one.reconciledAt)], ['not compared', one.reconcileTrouble], ['bots', one.bots.map((bot) => bot.name).join(', ') || 'none'],
        ['id', one.id],
    ]),
    ...(checks.length === 0 && one.checks.length > 0 ? [] : ['', table(checks, [
      { title: '', of: markOf },
      { title: 'RIGHT', of: (check) => check.name },
      { title: 'DETAIL', of: (check) => check.detail },
    ], 'Nothing was checked.')]),
  ].join('\n')
}

export const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`
