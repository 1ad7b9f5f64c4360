import { Account, ClientOptionBuilder, DefaultClient, Futures, RestError, Spot, TransportOptionBuilder, type KucoinRestService } from 'kucoin-universal-sdk'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startSimulator, type Simulator } from '#simulator'
import { Control, type Json } from './signed-client.ts'

// KuCoin's own client against the simulator: what it sends, and what it makes of the answers.

const KEY = { apiKey: '6705f5c311545b000157d3eb', secret: '7a9c7a9c-1111-2222-3333-444455556666', passphrase: 'correct-horse-7' }
let simulator: Simulator
let control: Control
beforeAll(async () => {
  simulator = await startSimulator({ exchanges: ['kucoin'] })
  control = new Control(simulator.urls['kucoin']!)
})
afterAll(async () => simulator.close())
beforeEach(async () => {
  await control.tell('DELETE', '')
  await control.tell('POST', '/accounts', { ...KEY, permissions: ['read', 'spot', 'futures'], balances: { USDT: '10000' } })
})

function connect(fields: Partial<typeof KEY> = {}): KucoinRestService {
  const { apiKey, secret, passphrase } = { ...KEY, ...fields }
  const { kucoin, 'kucoin:futures': futures } = simulator.urls
  const option = new ClientOptionBuilder().setKey(apiKey).setSecret(secret).setPassphrase(passphrase).setSpotEndpoint(kucoin!).setFuturesEndpoint(futures!).setBrokerEndpoint(kucoin!)
    .setTransportOption(new TransportOptionBuilder().setMaxRetries(0).build()).build()
  return new DefaultClient(option).restService()
}
/** What the client answers, as plain data; or the code with which it was refused. */
async function said(answer: Promise<unknown>): Promise<Json> {
  try {
    return JSON.parse(JSON.stringify(await answer))
  } catch (error) {
    // Behind another status than 200 the client looks no further: the answer itself is kept with its error.
    if (!(error instanceof RestError)) throw error
    const behind: Json = error.getError()
    return { refused: error.getCommonResponse()?.code ?? behind?.response?.data?.code }
  }
}

const { SideEnum, TypeEnum } = Spot.Order.AddOrderReq
const order = (clientOid: string) => Spot.Order.AddOrderReq.builder().setClientOid(clientOid).setSymbol('BTC-USDT').setSide(SideEnum.BUY).setType(TypeEnum.MARKET)
const byId = (clientOid: string) => Spot.Order.GetOrderByClientOidReq.builder().setClientOid(clientOid).setSymbol('BTC-USDT').build()
const contracts = (size: number, side = Futures.Order.AddOrderReq.SideEnum.BUY) => Futures.Order.AddOrderReq.builder().setSymbol('XBTUSDTM').setSide(side)
  .setType(Futures.Order.AddOrderReq.TypeEnum.MARKET).setMarginMode(Futures.Order.AddOrderReq.MarginModeEnum.CROSS).setLeverage(5).setSize(size)

describe('kucoin-universal-sdk', () => {
  test('reads its key, its accounts and the lists of symbols', async () => {
    const client = connect()
    const account = client.getAccountService().getAccountApi()
    expect(await said(account.getApikeyInfo())).toMatchObject({ permission: 'General,Spot,Futures', apiVersion: 3 })
    expect(await said(account.getSpotAccountList(Account.Account.GetSpotAccountListReq.builder().build()))).toMatchObject({ data: [{ currency: 'USDT', balance: '10000' }] })
    expect(await said(account.getFuturesAccount(Account.Account.GetFuturesAccountReq.builder().setCurrency('USDT').build()))).toMatchObject({ currency: 'USDT', accountEquity: 10_000 })
    const symbols = await said(client.getSpotService().getMarketApi().getAllSymbols(Spot.Market.GetAllSymbolsReq.builder().build()))
    expect(symbols.data.map((s: Json) => s.symbol)).toContain('BTC-USDT')
    expect((await said(client.getFuturesService().getMarketApi().getAllSymbols())).data.find((s: Json) => s.symbol === 'XBTUSDTM')).toMatchObject({ multiplier: 0.001, settleCurrency: 'USDT' })
    expect(await said(client.getSpotService().getMarketApi().getTicker(Spot.Market.GetTickerReq.builder().setSymbol('BTC-USDT').build()))).toMatchObject({ price: '50000' })
  })

  test('spot: buys by value and by quantity, rests a limit order, finds and cancels by its own id', async () => {
    const api = connect().getSpotService().getOrderApi()
    expect(await said(api.addOrder(order('one').setFunds('500').build()))).toMatchObject({ clientOid: 'one' })
    expect(await said(api.getOrderByClientOid(byId('one')))).toMatchObject({ active: false, cancelExist: false, dealSize: '0.01', dealFunds: '500' })
    await api.addOrder(order('two').setSize('0.002').build())
    await api.addOrder(order('three').setType(TypeEnum.LIMIT).setSize('0.001').setPrice('40000').build())
    expect(await said(api.addOrder(order('three').setSize('0.002').build()))).toEqual({ refused: '126044' })
    expect((await said(api.getOpenOrders(Spot.Order.GetOpenOrdersReq.builder().setSymbol('BTC-USDT').build()))).data.map((o: Json) => o.clientOid)).toEqual(['three'])
    expect(await said(api.cancelOrderByClientOid(Spot.Order.CancelOrderByClientOidReq.builder().setClientOid('three').setSymbol('BTC-USDT').build()))).toMatchObject({ clientOid: 'three' })
    expect(await said(api.getOrderByClientOid(byId('three')))).toMatchObject({ active: false, cancelExist: true })
    const ended = await said(api.getClosedOrders(Spot.Order.GetClosedOrdersReq.builder().setSymbol('BTC-USDT').build()))
    expect(ended.items.map((o: Json) => o.clientOid).toSorted()).toEqual(['one', 'three', 'two'])
    const fills = await said(api.getTradeHistory(Spot.Order.GetTradeHistoryReq.builder().setSymbol('BTC-USDT').build()))
    expect(fills.items.map((f: Json) => [f.size, f.feeCurrency])).toEqual([['0.002', 'USDT'], ['0.01', 'USDT']])
    expect(await said(api.addOrderTest(Spot.Order.AddOrderTestReq.fromObject({ clientOid: 'test', symbol: 'BTC-USDT', side: 'buy', type: 'market', size: '0.001' })))).toMatchObject({ clientOid: 'test' })
    expect(await said(api.getOrderByClientOid(byId('test')))).toEqual({ refused: '400100' })
    expect(await said(api.addOrder(order('much').setSize('1').build()))).toEqual({ refused: '200004' })
  })

  test('spot: an order is not taken after the window that it names', async () => {
    const api = connect().getSpotService().getOrderApi()
    expect(await said(api.addOrder(order('late').setSize('0.002').setClientTimestamp(Date.now() - 2000).setAllowMaxTimeWindow(1000).build()))).toMatchObject({ refused: '126041' })
    expect(await said(api.addOrder(order('timely').setSize('0.002').setClientTimestamp(Date.now()).setAllowMaxTimeWindow(1000).build()))).toMatchObject({ clientOid: 'timely' })
  })

  test('contracts: opens and closes on cross margin', async () => {
    const service = connect().getFuturesService()
    const api = service.getOrderApi()
    const positions = async (): Promise<Json> => (await said(service.getPositionsApi().getPositionList(Futures.Positions.GetPositionListReq.builder().build()))).data
    await service.getPositionsApi().modifyMarginLeverage(Futures.Positions.ModifyMarginLeverageReq.builder().setSymbol('XBTUSDTM').setLeverage('5').build())
    await api.addOrder(contracts(10).setClientOid('open').build())
    expect(await positions()).toMatchObject([{ symbol: 'XBTUSDTM', currentQty: 10, marginMode: 'CROSS', leverage: 5 }])
    expect(await said(api.getOrderByClientOid(Futures.Order.GetOrderByClientOidReq.builder().setClientOid('open').build()))).toMatchObject({ status: 'done', isActive: false, filledSize: 10 })
    const fills = await said(api.getTradeHistory(Futures.Order.GetTradeHistoryReq.builder().setSymbol('XBTUSDTM').build()))
    expect(fills.items).toMatchObject([{ size: 10, tradeType: 'trade', settleCurrency: 'USDT' }])
    await api.addOrder(contracts(10, Futures.Order.AddOrderReq.SideEnum.SELL).setClientOid('close').setReduceOnly(true).build())
    expect(await positions()).toEqual([])
    expect(await said(api.addOrder(contracts(10, Futures.Order.AddOrderReq.SideEnum.SELL).setClientOid('again').setReduceOnly(true).build()))).toEqual({ refused: '300009' })
    expect(await said(api.addOrder(contracts(100_000).setClientOid('much').build()))).toEqual({ refused: '300003' })
  })

  test('hears of a wrong secret, passphrase or key in the documented codes', async () => {
    const ask = (fields: Partial<typeof KEY>): Promise<Json> => said(connect(fields).getAccountService().getAccountApi().getApikeyInfo())
    // The passphrase is signed with the secret, and is looked at first.
    expect(await ask({ secret: 'other' })).toEqual({ refused: '400004' })
    expect(await ask({ passphrase: 'other' })).toEqual({ refused: '400004' })
    expect(await ask({ apiKey: 'nobody' })).toEqual({ refused: '400003' })
  })
})
