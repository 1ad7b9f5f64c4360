import type { Command } from 'commander'
import type { api as contract } from '#contract'
import type { z } from 'zod'
import { command, group, more, paging, type Paging } from '../action.ts'
import { idIfGiven } from '../find.ts'
import { table } from '../table.ts'

type Positions = z.infer<typeof contract.positions>

export function addPositions(program: Command, about: string): void {
  const positions = group(program, 'positions', about)
  paging(command<Paging & { bot?: string; connection?: string; symbol?: string }>(positions, 'list',
    'positions, kept from the bots\' own fills', async (call, options) => {
    const api = await call.api()
    const list: Positions = await api.get('/positions', {
      limit: options.limit, cursor: options.cursor, symbol: options.symbol,
      botId: await idIfGiven(api, '/bots', options.bot, 'bot'),
      connectionId: await idIfGiven(api, '/connections', options.connection, 'connection'),
    })
    call.terminal.answer(list, () => table(list.items, [
      { title: 'BOT', of: (one) => one.botName },
      { title: 'SYMBOL', of: (one) => one.symbol },
      { title: 'MARKET', of: (one) => `${one.exchange} ${one.market}` },
      { title: 'SIDE', of: (one) => one.side },
      { title: 'QUANTITY', of: (one) => `${one.quantity} ${one.base}`, right: true },
      { title: 'AVERAGE', of: (one) => (one.averagePrice === null ? null : `${one.averagePrice} ${one.quote}`),
        right: true },
      { title: 'REALIZED', of: (one) => `${one.realizedProfit} ${one.quote}`, right: true },
      { title: 'FEES', of: (one) => Object.entries(one.fees).map(([asset, fee]) => `${fee} ${asset}`).join(', ') },
    ], 'No bot holds anything. A position begins with the first fill of a bot\'s order.') + more(list.next))
  })).option('--bot <bot>', 'of one bot').option('--connection <connection>', 'on one connection')
    .option('--symbol <symbol>', 'of one symbol')
}
