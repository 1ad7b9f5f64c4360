export const overview = {
  title: 'Overview',
  ranges: { week: '7 days', month: '30 days', quarter: '90 days' },
  range: 'Range',
  figures: {
    profit: 'Realized profit', positions: 'Open positions', signals: 'Signals', orders: 'Orders', latency: 'Signal to exchange',
    flat: 'none', last24h: (count: number) => `${count} in 24 hours`, failed: (count: number) => `${count} failed`, allWell: 'none failed',
    p50: (ms: string) => `${ms} ms`, p99: (ms: string) => `99 of 100 within ${ms} ms`, none: 'no order yet', noTrade: 'nothing closed yet', moreQuotes: (count: number) => (count === 1 ? 'and in 1 more currency' : `and in ${count} more currencies`),
  },
  profit: { title: 'Profit', intro: 'Realized, after fees, added up.', none: 'Nothing was closed with profit or loss in this time.', quote: 'Quote currency', day: 'Day', gain: 'Profit', sum: 'Added up', bots: 'By bot', others: (count: number) => `${count} others`, total: 'Total', incomplete: 'Of the newest 500 bots alone: there are more.', deleted: 'deleted' },
  activity: { title: 'Signals and orders', intro: 'A day: all signals, and the orders that came of them.', day: 'Day', signals: 'Signals', orders: 'Orders', failed: 'Failed' },
  latency: {
    title: 'Latency', intro: 'From the webhook’s last byte until the order’s first byte left for the exchange.', upTo: (ms: string) => `up to ${ms} ms`, above: 'longer', orders: (count: number) => `${count} ${count === 1 ? 'order' : 'orders'}`,
    none: 'No order in this time.', accepted: (p50: string, p99: string) => `Accepted by the exchange after another ${p50} ms (p50), ${p99} ms (p99).`, p50: 'p50', p90: 'p90', p99: 'p99', max: 'longest',
  },
  positions: { title: 'Open positions', none: 'All bots are flat.', bot: 'Bot', side: 'Side', quantity: 'Quantity', average: 'Average price', profit: 'Realized so far' },
  health: { title: 'Connections', none: 'None yet.' },
  attention: { title: 'Needs attention', none: 'Nothing needs you.', all: 'All of it' },
  last: { title: 'Last signals', all: 'All signals' },
  steps: { title: 'First steps', go: 'Go on' },
} as const
