import { createHash } from 'node:crypto'
import { systemClock } from '#clock'
import { openStore } from '#store'
import { filledBatch, makeDesk, signalBatch } from './samples.ts'

// A process that commits without end and says what was acknowledged, one line each, until it is killed:
// `node committer.ts sqlite <folder>` or `node committer.ts postgres <url>`.
const [engine, where = ''] = process.argv.slice(2)
const store = await openStore({ ...engine === 'postgres' ? { url: where } : { dataDir: where }, clock: systemClock })
const desk = await makeDesk(store, 4)
const digest = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16)

async function lane(bot: (typeof desk.bots)[number]): Promise<never> {
  for (;;) {
    const { signal, order, batch } = signalBatch(desk, bot)
    await store.journal.commit(batch)
    process.stdout.write(`signal ${desk.user.id} ${signal.id} ${order.order.id} ${digest(signal)}\n`)
    const answer = filledBatch(bot, order)
    await store.journal.commit(answer)
    process.stdout.write(`answer ${desk.user.id} ${order.order.id} ${answer.fills?.[0]?.id ?? ''} ${digest(answer.orders?.[0]?.order)}\n`)
  }
}

await Promise.all([...desk.bots, ...desk.bots].map(lane))
