import { describe, expect, it } from 'vitest'
import { parsePayload } from './parse.ts'

const AT = Date.parse('2026-11-23T10:00:00.500Z')

/** What an alert of that side has beside symbol and side, and which of it keeps it from opening. */
function stops(side: 'buy' | 'sell', fields: string): readonly string[] {
  const body = `{"symbol":"BTCUSDT","side":"${side}",${fields}}`
  const parsed = parsePayload(new TextEncoder().encode(body), AT)
  if (!parsed.ok) throw new Error(`${body}: ${JSON.stringify(parsed.errors)}`)
  return parsed.draft.unsupportedFields
}

// Ordinary alerts: the bar, labels, indicators, and a stance that agrees. `buy` unless it says otherwise.
const OPENS = `
"open":65000,"high":65100.5,"low":64900,"close":65050,"volume":12.5
"open":"65000","high":"65100.5","low":"64900","close":"65050","volume":"1,234.5"
"o":1,"h":2,"l":1,"c":1.5,"v":100
"Open":1,"High":2,"Low":1,"Close":1.5,"Volume":100
"OPEN":1,"HIGH":2,"LOW":1,"CLOSE":1.5,"VOLUME":100
"close":"{{close}}","volume":"{{volume}}"
"close":null,"volume":""
"close_price":65000,"open_price":64000
"closePrice":"65000.1","openPrice":"64000"
"price_close":65000
"prev_close":64000,"previous_close":64000,"last_close":64000
"prevClose":64000,"close_prev":64000,"close1":64000,"close[1]":64000
"closeTime":1700000000000,"openTime":1699999999999
"close_time":"2026-11-23T10:00:00Z","time_close":"2026-11-23T10:00:00Z"
"bar":{"open":1,"high":2,"low":1,"close":1.5,"volume":10,"closed":true}
"candle":{"o":1,"h":2,"l":1,"c":1.5,"time":1700000000}
"ohlcv":[1,2,1,1.5,100]
"closes":[1,2,3]
"bar_closed":true,"barClose":true,"candle_closed":true,"is_bar_close":true
"frequency":"once_per_bar_close","trigger":"Once Per Bar Close"
"hl2":65000,"hlc3":65000,"ohlc4":65000,"hlcc4":65000
"ema_close":65000,"close_ema_20":64000,"sma_close":1,"emaClose20":2
"rsi":55.2,"rsi_14":55,"RSI":"55"
"macd":1.2,"macd_signal":0.9,"macd_hist":0.3
"macd":1.2,"signal":0.9,"hist":0.3
"stoch_k":80,"stoch_d":75,"stochRsi":0.2
"bb_upper":1,"bb_lower":0.5,"bb_percent":0.3,"percent_b":0.2,"bbPercentB":0.2
"atr":120,"atr_percent":0.5,"atrPct":0.4
"adx":25,"di_plus":20,"di_minus":10
"change":1.2,"change_percent":2.4,"percent_change":2.4,"pct_change":"2.4%","changePct":1
"volume_sma":100,"volume_change_pct":12,"vol_ma":2,"relative_volume":1.5
"volume_24h":1000,"quoteVolume":200000,"buy_volume":10,"sell_volume":9
"supertrend":64000,"supertrend_direction":-1,"trend":"down","trend_direction":"down"
"vwap":65000,"pivot":64500,"fib_618":64000
"candle_size":12,"body_size":3,"wick_size":1,"bar_range":15,"tick_size":0.1
"open_interest":100000,"funding_rate":0.0001
"plot_0":1,"plot_1":2,"plot0":0
"divergence":"bearish","pattern":"engulfing","zscore":-2.1
"price":65000
"price":"65000.5","order_price":"65000","entry_price":65000,"signalPrice":65000
"px":65000,"last_price":1,"mark_price":2,"bid":1,"ask":2,"last":1
"comment":"Close entry(s) order Short"
"comment":"TP hit","order_comment":"stop loss 3%","alert_comment":"exit"
"alert_name":"Exit and reverse","alert_message":"close all","message":"flat"
"msg":"sell everything","text":"take profit","note":"stop","title":"SL","description":"trailing stop"
"name":"Stop hunter","label":"exit","tag":"tp","tags":["exit","flat"],"caption":"cancel"
"strategy":"Flat top breakout"
"strategy":"close to close","strategy_name":"Trailing profits"
"order_id":"Close Short","orderId":"TP1","order-id":"x"
"trade_id":"abc","signal_id":"1","bot_id":123,"bot_uuid":"abc","strategy_id":0,"alert_id":"7"
"reason":"RSI crossed","alert":"Limit up scanner"
"interval":"1D","timeframe":"15","tf":"1h","resolution":"60","period":14,"length":20
"exchange":"BINANCE","ticker":"BTCUSDT","tickerid":"BINANCE:BTCUSDT","pair":"BTC/USDT","instrument":"BTCUSDT"
"tv_exchange":"BINANCE","tv_instrument":"BTCUSDT"
"currency":"USDT","base":"BTC","quote":"USDT","basecurrency":"BTC","quote_currency":"USDT"
"timestamp":"2026-11-23T10:00:00Z","timenow":"2026-11-23T10:00:00Z","datetime":"2026-11-23","bar_time":1700000000
"bar_index":100,"barIndex":7,"count":3,"seq":12,"index":0
"version":2,"source":"tradingview","platform":"TV","provider":"x","channel":"vip","user":"me","chat_id":1
"source":"close","src":"hlc3","ma_source":"close"
"url":"https://example.com/exit","link":"x","color":"red","emoji":"x"
"type":"market"
"order_type":"Market","orderType":"MARKET","ordType":"market","ord_type":"mkt"
"type":"buy"
"type":"entry"
"type":"signal","kind":"alert"
"type":"crypto","market_type":"futures","asset_type":"crypto","contract":"BTCUSDT","contract_type":"perpetual"
"signal_type":"breakout","alert_type":"strategy","ma_type":"EMA","candle_type":"heikin"
"market_position":"long"
"market_position":"long","prev_market_position":"flat"
"market_position":"long","prev_market_position":"short","prev_market_position_size":"2"
"marketPosition":"LONG","previousMarketPosition":"flat","previousPosition":"flat"
"strategy.market_position":"long","strategy.order.action":"buy"
"strategy":{"market_position":"long","order":{"action":"buy","id":"Long","price":65000,"comment":"x"}}
"order":{"action":"buy","price":1,"type":"market"}
"position":"long","sentiment":"bullish"
"position":1
"position":"1","direction":1
"sentiment":"long","direction":"up","dir":"long"
"direction":"LONG","bias":"bullish"
"action":"buy"
"action":"BUY","order_action":"buy","orderAction":"Buy","trade_action":"buy"
"action":"open","intent":"open"
"action":"enter_long","signal":"ENTER-LONG","code":"ENTER-LONG"
"action":"entry","event":"entry","order":"buy"
"action":"open_long","command":"buy","cmd":"long"
"signal":"buy","Signal":"Strong Buy","signal_side":"BUY"
"signal":1,"buy":1,"sell":0
"signal":"RSI oversold","event":"golden_cross","condition":"close crosses above ema"
"positionSide":"LONG"
"position_side":"BOTH","posSide":"net"
"Side":"buy","SIDE":"BUY"
"long":true,"short":false
"isLong":true,"is_short":false,"is_entry":true
"exit":false,"close_position":false,"reduce_only":false,"closeOnly":"false","cancel":false
"enabled":true,"active":true,"live":1,"disabled":false,"paused":"no"
"email_enabled":false,"sound":false,"notifications":{"enabled":false}
"sl":null,"tp":"","stop_loss":0,"take_profit":"0","trailing_stop":"none","leverage":0
"stopLoss":{"enabled":false,"price":64000},"takeProfits":[],"tp":{"price":"","percent":"0"}
"sl":"NaN","tp":"na","stop":"off","limit":false,"expiry":""
"confirmed":true,"is_confirmed":false,"realtime":true,"barstate":"confirmed"
"session":"regular","market_open":true,"day":"Monday","hour":10
"score":85,"confidence":0.9,"strength":3,"probability":"75","rank":1,"level":3,"grade":"A"
"support":64000,"resistance":66000,"swing_high":66000,"swing_low":64000,"highest":1,"lowest":0
"high_52w":70000,"low_24h":64000,"day_high":1,"day_low":0,"range":100,"spread":0.5
"slope":0.1,"momentum":1.1,"volatility":0.3,"correlation":0.9,"beta":1.2,"delta":5
"stochastic":20,"stopwatch":1,"lottery":"x","limited":"x","exitus":1,"tpx":2,"slope_1":3
"buy_signal":true,"longSignal":1,"sell_signal":false,"short_entry":false,"allow_short":false
"open_trades":0,"closed_trades":5,"equity":10000,"initial_capital":10000,"pnl":-2,"win_rate":0.5
"bid_size":5,"ask_size":3,"share_price":100,"contract_address":"0xabc"
"kline":{"t":1,"o":"1","c":"2","h":"3","l":"0","v":"5","q":"9","x":true}
"position_status":"open","status":"filled","order_status":"new","mode":"live","environment":"production"
"strategy.order.id":"Close entry(s) order Long","entryId":"Long","position_id":"x","position_avg_price":65000
"ha_close":1,"daily_close":2,"closeD":3,"close_change":1,"close_vs_ema":3,"closeness":5,"enclosed":true
"output":1,"setup":"A+","input":"close","layout":"x","profile":"default","retest":true
`.trim().split('\n')

const OPENS_SHORT = `
"market_position":"short","prev_market_position":"long"
"position":-1,"sentiment":"bearish","direction":"short","action":"sell"
"position":"short","strategy":{"market_position":"short"}
"signal":-1,"sell":1,"buy":0,"isShort":true
"positionSide":"SHORT","code":"ENTER-SHORT","action":"sell_short"
"close":65000,"comment":"cover later","direction":-1
`.trim().split('\n')

// What must not open a long, by kind. Each line is one alert.
const SHAPED: Readonly<Record<string, string>> = {
  'that the strategy is out': `
"market_position":"flat"
"market_position":"flat","prev_market_position":"long"
"marketPosition":"FLAT"
"market-position":"Flat"
"strategy.market_position":"flat"
"strategy":{"market_position":"flat"}
"data":{"strategy":{"position":{"market_position":"flat"}}}
"sentiment":"flat"
"sentiment":"neutral"
"Sentiment":"FLAT"
"direction":"flat"
"direction":"none"
"position":"flat"
"position":"none"
"position":"exit"
"position":"close"
"position":"closed"
"position":0
"position":"0"
"position":"0.0"
"position":false
"position":"out"
"pos":"flat"
"mp":"flat"
"positions":["flat"]
"position_state":"closed"
"current_position":"flat"
"targetPosition":0
"target_position":"flat"
"market_position_size":0
"market_position_size":"0"
"marketPositionSize":"100"
"position_size":0
"positionSize":"2"
"flat":true
"is_flat":1
"isFlat":"true"
"go_flat":"yes"
"signal":0
"signal":"flat"
"signal":"none"
"signal":"neutral"
"signal":false
"state":"flat"
"status":"closed"
"trade":"exit"`,
  'that something is closed, exited, cancelled or reduced': `
"exit":true
"exit":"true"
"exit":1
"exit":"long"
"Exit":"yes"
"exit_long":true
"exitLong":1
"exit_signal":1
"is_exit":true
"exit_price":65000
"action":"close"
"action":"Close Long"
"action":"exit"
"action":"EXIT_LONG"
"action":"exit-all"
"action":"cancel"
"action":"flatten"
"action":"reduce"
"action":"liquidate"
"action":"close_at_market_price"
"action":"closelong"
"action":"hold"
"action":"wait"
"action":"none"
"action":"take_profit"
"action":"stop_loss"
"action":"breakeven"
"action":"buy_to_cover"
"order_action":"close"
"orderAction":"exit"
"order":{"action":"close"}
"orders":[{"action":"close"}]
"actions":["close"]
"event":"exit"
"event_type":"position_closed"
"code":"EXIT-ALL"
"command":"close all"
"cmd":"closeall"
"signal":"exit long"
"signal_type":"exit"
"alert_type":"exit"
"type":"exit"
"type":"close"
"intent":"close"
"foo":"close position"
"close":true
"close":"true"
"close":"all"
"close":"long"
"close":"50%"
"close":{"price":1}
"close_position":true
"closePosition":"true"
"close_position":1
"close_all":1
"closeAll":true
"close_long":1
"close_percent":50
"close_qty":"0.5"
"closed":true
"partial_close":0.5
"closeOnly":true
"close_only":"yes"
"exit_only":true
"cancel":true
"cancel":"all"
"cancel_orders":true
"cancelAll":1
"cancel_open_orders":"yes"
"canceled":true
"cancelled":"true"
"flatten":true
"flatten_first":true
"liquidate":true
"unwind":1
"cover":true
"squareoff":true
"reduce":true
"reduceOnly":true
"reduce_only":"true"
"REDUCE_ONLY":1
"reduce-only":"yes"
"reduce.only":true
"decrease":{"amount":5}`,
  'a stop or a profit': `
"sl":64000
"SL":"64000"
"tp":66000
"tp1":66000
"TP2":"66000"
"slPrice":64000
"SLprice":64000
"sl_price":64000
"tp_percent":"2"
"sltp":{"sl":1}
"tpsl":"1/2"
"tsl":1
"stop":64000
"stoploss":64000
"stop_loss":"64000"
"StopLoss":64000
"stop-loss":64000
"STOP_LOSS":64000
"stop_loss_percent":2
"stopLossPct":"2%"
"stopLoss":{"price":64000}
"stop":{"price":64000}
"sl":"{{plot_1}}"
"initial_stop":64000
"stop_price":1
"stopprice":1
"trailing_stop_loss":1
"trailingStop":{"percent":1}
"trail":1
"trail_offset":5
"trail_points":5
"trailingstoploss":"1"
"takeProfit":66000
"take_profit":[{"price":66000}]
"takeprofitprice":66000
"take_profit_targets":[66000,67000]
"takeProfits":[{"percent":1}]
"take":1
"profit":5
"profit_target":"5%"
"target":66000
"targets":[66000]
"target_price":66000
"loss":"1"
"max_loss":10
"break_even":true
"breakeven":1
"s/l":5
"t/p":5
"sl%":"1"
"Stop Loss %":2
"TakeProfit1Price":5
"stops":[1]
"ts_percent":1
"tp_hit":true
"params":{"stopLoss":5}
"risk":1
"risk_percent":"1"
"risk_reward":2
"bracket":true`,
  'a size': `
"contracts":5
"contracts":"{{strategy.order.contracts}}"
"order_contracts":"0.10"
"orderSize":5
"order_size":"5"
"Size":5
"SIZE":"100"
"size_percent":10
"sizePercent":"10"
"sizeUsd":100
"order":{"size":5}
"strategy":{"order":{"contracts":1}}
"qty":5
"QTY":0
"order_qty":5
"orderQty":"5"
"orderqty":5
"qty_percent":10
"qtyPct":"10%"
"quantity":5
"Quantity":{"value":5}
"order.quantity":5
"baseQuantity":5
"quoteOrderQty":100
"amount":100
"amountPerTrade":0.1
"usdt_amount":50
"usdt":100
"lots":0.1
"lot":"0.01"
"lot_size":0.1
"lotsize":0.1
"percent":10
"percentage":"10"
"percent_of_equity":5
"equity_percent":5
"position_percent":5
"balance_pct":50
"order_value":100
"notional":100
"stake_amount":50
"investment":100
"budget":100
"units":5
"shares":10
"volume":"50%"
"order_volume":5
"leverage":10
"Leverage":"10x"
"lev":"5"
"margin":"isolated"
"marginMode":"cross"
"sz":1
"max_position":5
"position":5
"position":"2.5"
"q":5
"lvg":5
"use_balance":"50%"
"numContracts":5
"no_of_lots":1
"tv":{"order":{"contracts":2}}`,
  'an order of another type, or one that expires': `
"type":"limit"
"type":"stop_market"
"type":"LIMIT_MAKER"
"type":5
"order_type":"limit"
"orderType":"Stop Limit"
"ordType":"post_only"
"ordertype":"trailing-stop"
"order":{"type":"limit"}
"order":"limit"
"execution":"limit"
"exec_type":"twap"
"limit":65000
"limit_price":65000
"limitPrice":"65000"
"price_limit":1
"trigger_price":65000
"triggerPx":1
"trigger":65000
"activation_price":1
"callbackRate":"1"
"postOnly":true
"post_only":"true"
"time_in_force":"IOC"
"timeInForce":"GTC"
"tif":"ioc"
"ioc":true
"order_class":"bracket"
"oco":true
"expiresAt":"2026-11-24T00:00:00Z"
"expires":60
"expire":"60"
"expiry":"1h"
"expiration":1
"expire_time":1700000000
"order_expiry":5
"goodTillDate":"2026-11-24"
"good_till":"2026-11-24"
"valid_until":"2026-11-24"
"until":"12:00"
"ttl":30
"timeout":30
"deadline":"x"
"max_lag":"300"
"delay_seconds":5
"dca":{"orders":3}
"dca_orders":[{"price_percentage":1}]
"safety_orders":3
"pyramiding":2
"grid":5
"hedge":true
"max_slippage":0.5
"slippage":"1%"
"extendedHours":true
"fill_or_kill":true
"validity":"DAY"
"max_age":5
"entries":[{"price":1},{"price":2}]
"entry_targets":[1,2]
"price_type":"limit"
"iceberg":true`,
  'that it is switched off': `
"enabled":false
"enabled":"false"
"enabled":0
"Enabled":"no"
"is_enabled":false
"isEnabled":"off"
"active":false
"is_active":0
"live":false
"live_trading":"off"
"trade":false
"trading":"no"
"trading_enabled":false
"bot_enabled":false
"strategy":{"enabled":false}
"bot":{"active":false}
"execute":false
"allow":false
"allow_entry":false
"allow_long":false
"valid":false
"disabled":true
"Disabled":"true"
"disable":1
"is_disabled":"yes"
"paused":true
"skip":true
"ignore":true
"inactive":true
"status":"disabled"
"state":"inactive"
"status":"paused"
"trading_mode":"paper"
"mode":"test"
"kill_switch":true
"should_trade":false
"entry":false
"long":false
"buy":0
"options":{"dry_run":true}`.replace('"options"', '"order"'),
  'the other side, or nothing that is known': `
"market_position":"short"
"position":"short"
"position":-1
"position":"-0.5"
"sentiment":"bearish"
"direction":"short"
"direction":"down"
"direction":-1
"action":"sell"
"action":"sell_short"
"signal":"sell"
"signal":-1
"signal":"SHORT"
"order":"sell"
"Side":"sell"
"order":{"side":"SELL"}
"positionSide":"SHORT"
"position_side":"short"
"posSide":"short"
"code":"ENTER-SHORT"
"short":true
"is_short":1
"sell":1
"buy":0,"sell":1
"action":"hedge"
"action":"modify"
"position":"sideways"
"market_position":"{{strategy.market_position}}"
"sentiment":"unsure"
"is_buy":false
"buysell":"sell"
"net_position":0
"account":"main"
"account_id":5
"accountId":"x"
"sub_account":"x"
"subaccount":"two"
"ｓｌ":64000
"s\u200bl":64000`,
}

describe('an ordinary alert opens', () => {
  it('and there are a hundred of them', () => expect(OPENS.length + OPENS_SHORT.length).toBeGreaterThanOrEqual(100))
  it.each(OPENS)('%s', (fields) => expect(stops('buy', fields)).toEqual([]))
  it.each(OPENS_SHORT)('sell, %s', (fields) => expect(stops('sell', fields)).toEqual([]))
})

describe.each(Object.entries(SHAPED))('an alert that says %s does not open', (_what, lines) => {
  it.each(lines.trim().split('\n'))('%s', (fields) => expect(stops('buy', fields)).not.toEqual([]))
})

describe('a field that keeps an alert from opening', () => {
  it('is named with those that it stands in, and why', () => {
    const parsed = parsePayload(new TextEncoder().encode('{"symbol":"A","side":"sell","strategy":{"market_position":"flat"},"contracts":1}'), AT)
    expect(parsed).toMatchObject({ ok: true, draft: { unsupportedFields: ['strategy.market_position', 'contracts'] } })
    if (parsed.ok) expect(parsed.draft.warnings.map(({ message }) => message).join()).toMatch(/strategy\.market_position` says that a position ends.*contracts` shapes/)
  })

  it('is found however deep it stands, and among many', () => {
    const deep = `${'{"a":'.repeat(20)}{"sl":5}${'}'.repeat(20)}`
    expect(stops('buy', `"x":${deep}`)).toHaveLength(1)
    const many = Array.from({ length: 200 }, (_, index) => `"field${index}":"x"`).join()
    expect(stops('buy', `${many},"market_position":"flat"`)).toEqual(['market_position'])
  })

  it('hides behind no mass of others: an alert with more fields than anybody sends opens nothing', () => {
    const many = Array.from({ length: 1500 }, (_, index) => `"f${index}":1`).join()
    expect(stops('buy', `${many},"market_position":"flat"`)).not.toEqual([])
  })

  it('does not count in `debug`, which is anything', () => expect(stops('buy', '"debug":{"sl":5,"exit":true}')).toEqual([]))
})
