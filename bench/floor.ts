// The least program that does the job at all: receive, append durably, sign, send. No checks, no books, no look-ups.
import { createHmac } from 'node:crypto'
import { open } from 'node:fs/promises'
import { createServer } from 'node:http'
import { Pool } from 'undici'

const { exchange, file, accounts } = JSON.parse(process.argv[2] ?? '{}') as { exchange: string; file: string; accounts: { apiKey: string; secret: string }[] }
const pool = new Pool(exchange, { connections: 64 })
const journal = await open(file, 'a')

const server = createServer((request, response) => {
  let body = ''
  request.on('data', (chunk: Buffer) => { body += chunk.toString() }).on('end', () => {
    void journal.appendFile(`${body}\n`).then(() => journal.datasync()).then(() => {
      response.writeHead(202).end()
      const { symbol, side, size, debug } = JSON.parse(body) as { symbol: string; side: string; size: string; debug: { account: number } }
      const account = accounts[debug.account]
      const query = `symbol=${symbol}&side=${side}&type=MARKET&quoteOrderQty=${size}&newOrderRespType=FULL&timestamp=${Date.now()}`
      const signature = createHmac('sha256', account?.secret ?? '').update(query).digest('hex')
      return pool.request({ method: 'POST', path: `/api/v3/order?${query}&signature=${signature}`, headers: { 'X-MBX-APIKEY': account?.apiKey ?? '' } })
    }).then((answer) => answer.body.text())
  })
})
server.listen(0, '127.0.0.1', () => process.send?.({ url: `http://127.0.0.1:${(server.address() as { port: number }).port}` }))
