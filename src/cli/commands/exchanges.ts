import type { Command } from 'commander'
import type { api as contract } from '#contract'
import { command, group } from '../action.ts'
import { style } from '../terminal.ts'
import { sheet } from '../table.ts'
import type { z } from 'zod'

type Exchanges = z.infer<typeof contract.exchanges>

export function addExchanges(program: Command, about: string): void {
  const exchanges = group(program, 'exchanges', about)
  command(exchanges, 'list', 'exchanges, their markets, and which fields a key has', async (call) => {
    const list: Exchanges = await (await call.api()).get('/exchanges')
    call.terminal.answer(list, () => list.items.map((one) => [
      `${style('bold', one.name)}  ${style('dim', one.id)}`,
      sheet([['markets', one.markets.join(', ')], ['key', one.credentials.map((field) => field.label).join(', ')],
        ['how', one.guide]]),
    ].join('\n')).join('\n\n'))
  })
}
