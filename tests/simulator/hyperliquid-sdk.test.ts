import { ExchangeClient, HttpTransport, InfoClient } from '@nktkas/hyperliquid'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startSimulator, type Simulator } from '#simulator'
import { walletOf } from '../vectors/ethereum-wallet.ts'
import { Control } from './signed-client.ts'

// An independent client against the simulator: what it sends, and what it makes of the answers. It checks every answer's
// shape itself.

const ACCOUNT = `0x${'b2'.repeat(20)}` as const
const AGENT = walletOf(`0x${'12'.repeat(32)}`)
const [ONE, TWO, THREE] = ['1', '2', '3'].map((digit) => `0x${digit.repeat(32)}` as const)
let simulator: Simulator
let control: Control
beforeAll(async () => {
  simulator = await startSimulator({ exchanges: ['hyperliquid'] })
  control = new Control(simulator.urls['hyperliquid']!)
})
afterAll(async () => simulator.close())
beforeEach(async () => {
  await control.tell('DELETE', '')
  await control.tell('POST', '/accounts', { apiKey: ACCOUNT, secret: AGENT.address, permissions: ['spot', 'futures'], balances: { USDC: '10000' }, expiresAt: Date.now() + 86_400_000 })
})

const transport = (): HttpTransport => new HttpTransport({ apiUrl: simulator.urls['hyperliquid']! })
const info = (): InfoClient => new InfoClient({ transport: transport() })
const trader = (wallet = AGENT): ExchangeClient => new ExchangeClient({ transport: transport(), wallet })
const order = (fields: object = {}) => ({ a: 0, b: true, p: '52500', s: '0.02', r: false, t: { limit: { tif: 'Ioc' as const } }, ...fields })
const send = (fields: object = {}, client = trader()) => client.order({ orders: [order(fields)], grouping: 'na' })

describe('@nktkas/hyperliquid', () => {
  test('reads who is who, the account and the lists of markets', async () => {
    const client = info()
    expect(await client.userRole({ user: AGENT.address })).toEqual({ role: 'agent', data: { user: ACCOUNT } })
    expect(await client.userRole({ user: ACCOUNT })).toEqual({ role: 'user' })
    expect(await client.extraAgents({ user: ACCOUNT })).toMatchObject([{ address: AGENT.address.toLowerCase() }])
    expect((await client.meta()).universe[0]).toMatchObject({ name: 'BTC', szDecimals: 5 })
    expect((await client.spotMeta()).universe[0]).toMatchObject({ name: '@1', index: 1 })
    expect(await client.allMids()).toMatchObject({ BTC: '50000', '@1': '50000' })
    expect(await client.clearinghouseState({ user: ACCOUNT })).toMatchObject({ withdrawable: '10000', assetPositions: [] })
    expect((await client.spotClearinghouseState({ user: ACCOUNT })).balances).toMatchObject([{ coin: 'USDC', total: '10000', hold: '0' }])
  })

  test('perpetuals: opens, shows, closes; finds and cancels by its own id', async () => {
    expect(await trader().updateLeverage({ asset: 0, isCross: true, leverage: 5 })).toMatchObject({ status: 'ok' })
    expect((await send({ c: ONE })).response.data.statuses).toMatchObject([{ filled: { totalSz: '0.02', avgPx: '50000', cloid: ONE } }])
    expect((await info().clearinghouseState({ user: ACCOUNT })).assetPositions).toMatchObject([{ position: { coin: 'BTC', szi: '0.02', leverage: { type: 'cross', value: 5 } } }])
    expect((await send({ p: '40000', t: { limit: { tif: 'Gtc' } }, c: TWO })).response.data.statuses).toMatchObject([{ resting: { cloid: TWO } }])
    expect(await info().orderStatus({ user: ACCOUNT, oid: TWO! })).toMatchObject({ status: 'order', order: { status: 'open', order: { cloid: TWO, sz: '0.02' } } })
    expect(await info().frontendOpenOrders({ user: ACCOUNT })).toMatchObject([{ cloid: TWO, coin: 'BTC' }])
    expect((await trader().cancelByCloid({ cancels: [{ asset: 0, cloid: TWO! }] })).response.data.statuses).toEqual(['success'])
    await expect(trader().cancelByCloid({ cancels: [{ asset: 0, cloid: TWO! }] })).rejects.toThrow('never placed, already canceled, or filled')
    await send({ b: false, p: '47500', r: true, c: THREE })
    await expect(send({ b: false, p: '47500', r: true })).rejects.toThrow('Reduce only order would increase position')
    expect((await info().userFills({ user: ACCOUNT })).map(({ side, fee, feeToken }) => [side, fee, feeToken])).toEqual([['A', '0.6', 'USDC'], ['B', '0.6', 'USDC']])
    expect((await info().historicalOrders({ user: ACCOUNT })).map(({ status }) => status).toSorted()).toEqual(['canceled', 'filled', 'filled'])
    expect(await info().orderStatus({ user: ACCOUNT, oid: `0x${'9'.repeat(32)}` })).toEqual({ status: 'unknownOid' })
  })

  test('spot: buys, and pays the fee in what it got', async () => {
    await send({ a: 10_001, s: '0.01', c: ONE })
    expect(await info().userFills({ user: ACCOUNT })).toMatchObject([{ coin: '@1', px: '50000', sz: '0.01', fee: '0.00001', feeToken: 'BTC' }])
  })

  test('hears of a wallet that nobody authorized, a price nobody offers, an order that is late, and missing margin', async () => {
    await expect(send({}, trader(walletOf(`0x${'34'.repeat(32)}`)))).rejects.toThrow('does not exist')
    await expect(send({ p: '40000' })).rejects.toThrow('could not immediately match')
    await expect(trader().order({ orders: [order()], grouping: 'na' }, { expiresAfter: Date.now() - 1000 })).rejects.toThrow('expired')
    await expect(send({ s: '60' })).rejects.toThrow('Insufficient margin')
    await expect(trader().withdraw3({ destination: ACCOUNT, amount: '1' })).rejects.toThrow()
    expect(await control.orders()).toMatchObject([{ state: 'expired', filled: '0' }])
  })
})
