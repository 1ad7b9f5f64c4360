import { beforeEach, expect, test } from 'vitest'
import type { Desk, Hook, TradingBot } from './desk.ts'
import type { Journal, JournalOrder, JournalSignal } from './journal.ts'
import { Judge, type Violation } from './judge.ts'
import type { Ledger, LedgerOrder } from './ledger.ts'
import type { Sent } from './sender.ts'
import { stuckIn } from './stuck.ts'

// What a campaign cannot find, it cannot prove to be absent: each thing that must not be, told to the judge.

const spot: TradingBot = { id: 'bot', market: 'spot', symbol: 'BTCUSDT', apiKey: 'key', flips: false, step: '0.00001' }
const hook: Hook = { name: 'btc', path: '/', symbol: 'BTCUSDT', sells: 0, sizedSells: false, bots: [spot] }
const probe: Hook = { ...hook, name: 'probe', bots: [{ ...spot, id: 'probe', apiKey: 'probe' }] }
const desk: Desk = { keys: ['key', 'probe'], hooks: [hook], probe, call: () => Promise.reject(new Error('nothing is asked for')) }

let alerts: Sent[]
let signals: JournalSignal[]
let orders: JournalOrder[]
let accepted: LedgerOrder[]
let position: string
let judge: Judge

/** One alert that became an order, as it should; the tests then break one thing. */
beforeEach(() => {
  alerts = [{ label: 'btc 1', hook, side: 'BUY', size: '20.01', body: '{}', accepted: 'signal' }]
  signals = [{ id: 'signal', label: 'btc 1', receivedAt: at(1), duplicates: 0, decisions: [{ botId: 'bot', outcome: 'order', code: 'open', reason: 'Opens long', at: at(2) }] }]
  orders = [ordered('first', 0)]
  accepted = [taken('first', '20.01')]
  position = '0.4'
  judge = new Judge(desk)
})

const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString()
const ordered = (clientOrderId: string, resend: number, fields: Partial<JournalOrder> = {}): JournalOrder => ({
  id: clientOrderId, botId: 'bot', signalId: 'signal', leg: 0, resend, kind: 'open', clientOrderId, state: 'filled', filled: '0.4', rejectCode: null, rejectText: null,
  needsPerson: false, createdAt: at(2), updatedAt: at(3), fills: [{ quantity: '0.4' }], timeline: [], ...fields,
})
const taken = (clientOrderId: string, size: string): LedgerOrder => ({
  apiKey: 'key', market: 'spot', symbol: 'BTCUSDT', side: 'BUY', quantity: null, quoteQuantity: size, reduceOnly: false, clientOrderId, state: 'filled', filled: '0.4',
  fills: [{ quantity: '0.4', fee: '0', feeAsset: 'USDT' }],
})

function verdict(): Violation['kind'][] {
  const journal: Journal = { signals, orders, positions: new Map([['bot', position]]) }
  const ledger = { of: (key: string) => (key === 'key' ? accepted : []) } as unknown as Ledger
  return [...new Set(judge.judge(alerts, journal, ledger).map(({ kind }) => kind))].sort()
}

test('what is as it should be is left alone, also when it is looked at twice', () => {
  expect(verdict()).toEqual([])
  alerts = []
  expect(verdict()).toEqual([])
})

test('a signal that was answered 202 and is nowhere is lost', () => {
  ;[signals, orders, accepted, position] = [[], [], [], '0']
  expect(verdict()).toEqual(['lost'])
})

test('an alert that was never answered may be nowhere, or carried out once', () => {
  alerts = [{ ...alerts[0]!, accepted: null }]
  expect(verdict()).toEqual([])
  judge = new Judge(desk)
  ;[signals, orders, accepted, position] = [[], [], [], '0']
  expect(verdict()).toEqual([])
})

test('a decision for an order without one at the exchange is lost, whatever the journal says', () => {
  ;[accepted, orders, position] = [[], [ordered('first', 0, { state: 'failed', filled: '0', fills: [] })], '0']
  expect(verdict()).toEqual(['lost'])
})

test('a skip is right only where there was nothing to close', () => {
  signals = [{ ...signals[0]!, decisions: [{ botId: 'bot', outcome: 'skipped', code: 'already_long', reason: '', at: at(2) }] }]
  ;[accepted, orders, position] = [[], [], '0']
  expect(verdict()).toEqual(['lost'])
  judge = new Judge(desk)
  alerts = [{ ...alerts[0]!, side: 'SELL', size: null }]
  signals = [{ ...signals[0]!, decisions: [{ botId: 'bot', outcome: 'skipped', code: 'nothing_to_close', reason: '', at: at(2) }] }]
  expect(verdict()).toEqual([])
})

test('an order and its resend, both accepted, are a duplicate, by the journal and by the size alone', () => {
  accepted = [taken('first', '20.01'), taken('second', '20.01')]
  ;[orders, position] = [[ordered('first', 0), ordered('second', 1)], '0.8']
  expect(verdict()).toEqual(['duplicate'])
})

test('an order that failed in the journal and filled at the exchange is a difference', () => {
  orders = [ordered('first', 0, { state: 'failed', filled: '0', fills: [] })]
  expect(verdict()).toEqual(['wrong'])
})

test('an order that the journal does not know is a duplicate', () => {
  accepted = [taken('first', '20.01'), taken('stray', '30')]
  expect(verdict()).toEqual(['duplicate'])
})

test('an order that is accepted after its end was judged is a duplicate', () => {
  const [late] = accepted
  orders = [ordered('first', 0, { state: 'failed', filled: '0', fills: [] }), ordered('second', 1)]
  accepted = [taken('second', '20.01')]
  expect(verdict()).toEqual([])
  ;[alerts, accepted] = [[], [...accepted, late!]]
  expect(verdict()).toContain('duplicate')
})

test('an alert that is stored twice is a duplicate', () => {
  signals = [...signals, { ...signals[0]!, id: 'another' }]
  orders = [...orders, ordered('other', 0, { signalId: 'another' })]
  ;[accepted, position] = [[...accepted, taken('other', '20.01')], '0.8']
  expect(verdict()).toEqual(['duplicate'])
})

test('a position that is not what the exchange filled is a difference', () => {
  position = '0.8'
  expect(verdict()).toEqual(['wrong'])
})

test('stuck is what stands still for 30 s of calm, not what waits in a queue that moves', () => {
  const stuck = (second: number): string[] => stuckIn({ signals, orders, positions: new Map() }, () => hook, Date.parse(at(0)), Date.parse(at(second))).map(({ id }) => id)
  expect(stuck(59)).toEqual([])
  const waiting = { ...signals[0]!, id: 'waiting', decisions: [] }
  signals = [...signals, waiting]
  expect(stuck(32)).toEqual([])
  expect(stuck(34)).toEqual(['waiting'])
  orders = [ordered('first', 0, { state: 'uncertain', filled: '0', fills: [], updatedAt: at(31) })]
  expect(stuck(31)).toEqual([])
  expect(stuck(33)).toEqual(['first'])
})
