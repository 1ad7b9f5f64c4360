import type { Command } from 'commander'
import type { api as contract } from '#contract'
import type { z } from 'zod'
import { command, group, more, paging, type Paging } from '../action.ts'
import { idIfGiven, idOrLatest, namesOf } from '../find.ts'
import { moment, printable, table } from '../table.ts'

type Findings = z.infer<typeof contract.findings>
type Finding = Findings['items'][number]

interface Filter extends Paging { readonly bot?: string; readonly connection?: string; readonly all?: boolean }

const EMPTY = 'The books and the exchanges agree. (--all also lists what was acknowledged.)'

export function addFindings(program: Command, about: string): void {
  const findings = group(program, 'findings', about)

  paging(command<Filter>(findings, 'list', 'differences nobody has acknowledged, newest first', async (call, options) => {
    const api = await call.api()
    const list: Findings = await api.get('/findings', {
      limit: options.limit, cursor: options.cursor, ...(options.all === true ? {} : { acknowledged: 'false' }),
      botId: await idIfGiven(api, '/bots', options.bot, 'bot'),
      connectionId: await idIfGiven(api, '/connections', options.connection, 'connection'),
    })
    if (call.terminal.json) { call.terminal.answer(list, () => ''); return }
    const names = list.items.length === 0 ? new Map<string, string>() : await namesOf(api, '/connections')
    call.terminal.answer(list, () => table(list.items, [
      { title: 'AT', of: (one) => moment(one.at) },
      { title: 'CONNECTION', of: (one) => names.get(one.connectionId ?? '') ?? '-' },
      { title: 'FINDING', of: (one) => one.code },
      { title: 'OURS', of: (one) => printable(one.ours ?? '-') },
      { title: 'THEIRS', of: (one) => printable(one.theirs ?? '-') },
      { title: '', of: stateOf },
      { title: 'DETAIL', of: (one) => printable(one.detail) },
      { title: 'ID', of: (one) => one.id },
    ], EMPTY) + more(list.next))
  }))
    .option('--bot <bot>', 'of one bot').option('--connection <connection>', 'of one connection')
    .option('--all', 'acknowledged ones too')

  command(findings, 'acknowledge <finding>', 'say that you have seen it; `latest` is the newest', async (call, _, wanted) => {
    const api = await call.api()
    const id = await idOrLatest(api, '/findings', wanted ?? '', 'finding')
    const one: Finding = await api.send('POST', `/findings/${id}/acknowledge`)
    call.terminal.answer(one, () => `Acknowledged: ${printable(one.detail)}`)
  })
}

function stateOf({ closedAt, acknowledgedAt }: Finding): string {
  if (closedAt !== null) return 'gone'
  return acknowledgedAt === null ? '' : 'acknowledged'
}
