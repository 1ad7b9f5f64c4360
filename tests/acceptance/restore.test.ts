import { readdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually, type Key } from '../installation.ts'
import { ended, makePlace, signal, startExchanges, wire, type Exchanges, type Place, type Wired } from './place.ts'

// Yesterday's backup is restored over what was traded since. The exchange's own ledger is the judge.

let exchanges: Exchanges
let place: Place
let key: Key
let connectionId: string
let wired: Wired
let idle: Wired

beforeAll(async () => {
  exchanges = await startExchanges(['binance'])
  await exchanges.control('binance', 'PUT', '/prices/BTCUSDT', { price: '50000' })
  await exchanges.control('binance', 'PUT', '/prices/ETHUSDT', { price: '2000' })
  key = await exchanges.account('binance')
  place = makePlace(exchanges.simulator.urls)
  await place.start()
  const made = await place.connect('binance', 'spot', key)
  expect(made.status, made.text).toBe(201)
  connectionId = made.body.id as string
  wired = await wire(place, connectionId, { maxSignalAgeSeconds: 0, maxSize: '100000' })
  idle = await wire(place, connectionId, { symbol: 'ETHUSDT' })
})
afterAll(async () => {
  await place.remove()
  await exchanges.simulator.close()
})

const buy = { symbol: 'BTCUSDT', side: 'BUY', dilution: true }
const held = async (botId: string): Promise<string> => (await place.want(200, 'GET', `/positions?botId=${botId}`)).items[0].quantity as string
const orders = async (): Promise<{ clientOrderId: string; state: string; botId: string }[]> => (await place.want(200, 'GET', '/orders?limit=200')).items

test('a restored backup re-executes nothing: what was sent since is taken over from audit and exchange, and openings wait for it', async () => {
  await signal(place, wired.hash, buy)
  const backup = path.join(place.folder, 'yesterday.backup')
  await place.json(['backup', backup])

  // Since then: more bought, all sold, bought again; and a bot that the backup does not know.
  await signal(place, wired.hash, buy)
  await signal(place, wired.hash, { symbol: 'BTCUSDT', side: 'SELL' })
  await signal(place, wired.hash, buy)
  const later = await wire(place, connectionId, { symbol: 'ETHUSDT', name: 'made later' })
  await signal(place, later.hash, { symbol: 'ETHUSDT', side: 'BUY' })
  const [before, position, ledger] = [await orders(), await held(wired.botId), await exchanges.orders('binance')]
  expect(ledger).toHaveLength(5)

  await place.stop()
  for (const file of readdirSync(place.dataDir)) if (file.startsWith('towerflow.db')) rmSync(path.join(place.dataDir, file))
  expect(await place.json(['restore', backup])).toMatchObject({ auditIsHere: true })

  // The exchange's look-ups do not answer yet.
  await exchanges.control('binance', 'POST', '/faults', { method: 'GET', path: '/api/v3/order', fault: 'status', status: 503, times: 100_000 })
  await place.start()
  expect(await exchanges.orders('binance')).toEqual(ledger)
  const refused = await signal(place, idle.hash, { symbol: 'ETHUSDT', side: 'BUY' })
  expect(refused.decisions).toMatchObject([{ outcome: expect.stringMatching(/skipped|refused/), code: 'frozen' }])
  const waiting = (await place.deliver(wired.hash, { ...buy, id: 'waits behind them' })).body.signalId as string

  await exchanges.control('binance', 'DELETE', '/faults')
  await eventually(async () => (await orders()).filter(({ botId }) => botId === wired.botId).every(({ state }) => state === 'filled'), 'all are found', 60_000)
  await eventually(async () => (await signal(place, idle.hash, { symbol: 'ETHUSDT', side: 'BUY', id: String(Math.random()) })).decisions[0].outcome === 'order', 'openings go on', 60_000)
  await ended(place, waiting)

  // What the signal that waited bought is all that is new for this bot.
  const now = await exchanges.orders('binance')
  expect(now.slice(0, ledger.length)).toEqual(ledger)
  expect(now.length).toBe(ledger.length + 2)
  const known = (await orders()).filter(({ botId }) => botId === wired.botId).map(({ clientOrderId }) => clientOrderId)
  expect(known).toEqual(expect.arrayContaining(before.filter(({ botId }) => botId === wired.botId).map(({ clientOrderId }) => clientOrderId)))
  const bought = (await orders()).find(({ clientOrderId }) => now.slice(ledger.length).some((one) => one.clientOrderId === clientOrderId && one.symbol === 'BTCUSDT')) as unknown as { fills: { quantity: string; fee: string; feeAsset: string }[] }
  const net = bought.fills.reduce((sum, { quantity, fee, feeAsset }) => sum + Number(quantity) - (feeAsset === 'BTC' ? Number(fee) : 0), 0)
  expect(Number(await held(wired.botId))).toBeCloseTo(Number(position) + net, 8)

  // Of the bot that the backup does not know a person is told.
  const findings = (await place.want(200, 'GET', '/findings')).items as { code: string; detail: string }[]
  expect(findings.filter(({ code }) => code === 'order_unbooked')).toHaveLength(1)
  expect(findings.find(({ code }) => code === 'order_unbooked')?.detail).toContain('its bot is not in the backup')

  // The next start finds nothing more to do.
  await place.stop()
  await place.start()
  await signal(place, wired.hash, buy)
  expect(await exchanges.orders('binance')).toHaveLength(now.length + 1)
  expect(((await place.want(200, 'GET', '/findings')).items as { code: string }[]).filter(({ code }) => code === 'order_unbooked')).toHaveLength(1)
}, 240_000)

test('a signal that was undecided when the backup was made, and was carried out since, is not carried out again', async () => {
  const file = path.join(place.dataDir, 'towerflow.db')
  const inDatabase = (work: (database: DatabaseSync) => void): void => {
    const database = new DatabaseSync(file)
    work(database)
    database.close()
  }
  await place.stop()
  const rows: { audit: number; positions: Record<string, string | number | null>[] } = { audit: 0, positions: [] }
  inDatabase((database) => {
    rows.audit = (database.prepare('select max(seq) as seq from key_uses').get() as { seq: number }).seq
    rows.positions = database.prepare('select * from positions').all() as typeof rows.positions
  })
  await place.start()
  const { id: signalId } = await signal(place, wired.hash, { ...buy, id: 'undecided in the backup' })
  const [position, ledger] = [await held(wired.botId), (await exchanges.orders('binance')).length]
  await place.stop()
  // The books as they were in the moment after the signal was stored.
  inDatabase((database) => {
    database.exec('pragma foreign_keys = off')
    database.prepare('delete from fills where order_id in (select id from orders where signal_id = ?)').run(signalId)
    for (const table of ['orders', 'decisions']) database.prepare(`delete from ${table} where signal_id = ?`).run(signalId)
    database.prepare('update signals set fanout_done = 0 where id = ?').run(signalId)
    database.prepare('delete from key_uses where seq > ?').run(rows.audit)
    for (const { bot_id: botId, quantity } of rows.positions) database.prepare('update positions set quantity = ? where bot_id = ?').run(quantity ?? '0', botId ?? '')
  })
  await place.start()
  const again = await ended(place, signalId as string)
  expect(again.decisions).toMatchObject([{ outcome: 'order', code: 'adopted', orders: [{ state: 'filled' }] }])
  expect(await exchanges.orders('binance')).toHaveLength(ledger)
  expect(await held(wired.botId)).toBe(position)
}, 120_000)
