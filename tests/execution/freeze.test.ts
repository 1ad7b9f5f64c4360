import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../executor/harness.ts'
import { startDesk, type Desk } from './world.ts'

let desk: Desk
beforeAll(async () => { desk = await startDesk() })
afterAll(() => desk.stop())

const freeze = (id: string, mode: 'entries' | 'all') => desk.execution.freeze({ scope: 'connection', id, mode, reason: 'stop it', by: desk.userId })

test('an exit that waits out a rate limit when everything is frozen is refused, and not sent after the thaw', async () => {
  const connectionId = await desk.connect('spot')
  const bot = await desk.bot(connectionId)
  await desk.settled(await desk.signal({ side: 'BUY' }))
  await desk.fault({ method: 'POST', path: '/api/v3/order', fault: 'status', status: 429, body: '{"code":-1003,"msg":"Too many requests."}' })
  const signalId = await desk.signal({ side: 'SELL' })
  const requests = async (): Promise<number> => ((await desk.world.sim('GET', '/requests')) as Record<string, number>)['POST /api/v3/order'] ?? 0
  await until(async () => await requests() === 2)
  await freeze(connectionId, 'all')
  const { found } = await desk.settled(signalId)
  expect(found.map(({ order }) => [order.state, order.rejectCode])).toEqual([['failed', 'frozen']])
  expect(found[0]?.order.rejectText).toContain('stop it')
  await desk.execution.thaw('connection', connectionId, 'over', desk.userId)
  // The next exit is decided anew, and is the only other order.
  const again = await desk.settled(await desk.signal({ side: 'SELL' }))
  expect(again.found.map(({ order }) => order.state)).toEqual(['filled'])
  expect(await requests()).toBe(3)
  expect(desk.execution.position(bot.id)?.dust === true || desk.execution.position(bot.id)?.quantity === '0').toBe(true)
})

test('what a restarted server takes up is stopped by what the executor holds', async () => {
  const connectionId = await desk.connect('spot')
  await desk.bot(connectionId)
  await freeze(connectionId, 'entries')
  await desk.restart()
  const { decisions } = await desk.settled(await desk.signal({ side: 'BUY' }))
  expect(decisions.filter(({ code }) => code === 'frozen')).toMatchObject([{ outcome: 'skipped', reason: 'Openings are frozen: stop it' }])
})
