// What people write: a hook that calls createOrder on a warmed ccxt instance with its defaults, and stores nothing.
import ccxt from 'ccxt'
import Fastify from 'fastify'

const { exchange, accounts } = JSON.parse(process.argv[2] ?? '{}') as { exchange: string; accounts: { apiKey: string; secret: string }[] }

type Urls = string | { [name: string]: Urls }
const toSimulator = (urls: Urls): Urls => (typeof urls === 'string'
  ? urls.replace(/^https:\/\/[^/]+/, exchange)
  : Object.fromEntries(Object.entries(urls).map(([name, inner]) => [name, toSimulator(inner)])))

const clients: InstanceType<typeof ccxt.binance>[] = []
for (const account of accounts) {
  const client = new ccxt.binance({ ...account, options: { defaultType: 'spot', fetchMarkets: { types: ['spot'] } } })
  client.urls['api'] = toSimulator(client.urls['api'] as Urls) as never
  client.has['fetchCurrencies'] = false
  const [first] = clients
  if (first === undefined) await client.loadMarkets()
  else client.setMarketsFromExchange(first)
  clients.push(client)
}

const server = Fastify()
server.post('/', async (request, reply) => {
  const { side, size, debug } = request.body as { side: string; size: string; debug: { account: number } }
  await clients[debug.account]?.createOrder('BTC/USDT', 'market', side.toLowerCase() as 'buy', Number(size), undefined, { quoteOrderQty: Number(size) })
  return reply.code(202).send()
})
process.send?.({ url: await server.listen({ port: 0, host: '127.0.0.1' }) })
