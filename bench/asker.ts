// Asks one hook again and again from a process of its own: the exchange and the load must not be in its measure.
import { setTimeout as wait } from 'node:timers/promises'
import { Client } from 'undici'

const url = new URL(process.argv[2] ?? '')
const client = new Client(url.origin)
const answers: number[] = []
let over = false
let asked = 0
process.once('message', () => { over = true })
while (!over) {
  const body = JSON.stringify({ symbol: 'BTCUSDT', side: 'BUY', size: '20', dilution: true, id: `asked-${process.pid}-${asked += 1}` })
  const from = performance.now()
  const answer = await client.request({ method: 'POST', path: url.pathname, body, headers: { 'content-type': 'application/json' } })
  const text = await answer.body.text()
  if (answer.statusCode !== 202) throw new Error(`the hook answered ${answer.statusCode} ${text}`)
  answers.push(performance.now() - from)
  if (asked === 20) { // the first ones are the slow ones of a start
    answers.length = 0
    process.send?.('warm')
  }
  await wait(10)
}
await client.close()
process.send?.(answers, () => process.disconnect())
