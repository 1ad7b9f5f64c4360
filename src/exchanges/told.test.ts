import { expect, test } from 'vitest'
import type { ReportedOrder } from '#contract'
import type { Answer, Answered, Wording } from './reading.ts'
import { together, toldOrders } from './told.ts'

const ok = (body: unknown): Answer => ({ kind: 'ok', body, reply: {} as Answered })
const wording = { name: 'Somewhere' } as Wording
const read = (row: unknown): ReportedOrder | string => (typeof row === 'string' ? { exchangeOrderId: row } as ReportedOrder : 'a row that nobody can read')

test('a row that cannot be read makes a part of it, and what could be read stays', () => {
  expect(toldOrders(ok(['1', 7, '2']), 10, read, wording)).toEqual({ whole: false, items: [{ exchangeOrderId: '1' }, { exchangeOrderId: '2' }], reason: 'a row that nobody can read' })
  expect(toldOrders(ok({}), 10, read, wording)).toMatchObject({ whole: false, items: [] })
})

test('a list that fills its page may go on', () => {
  expect(toldOrders(ok(['1', '2']), 2, read, wording).whole).toBe(false)
  expect(toldOrders(ok(['1']), 2, read, wording).whole).toBe(true)
})

test('an order of two lists counts once; one part makes all of it a part', () => {
  expect(together([{ whole: true, items: [{ exchangeOrderId: '1' } as ReportedOrder] }, { whole: true, items: [{ exchangeOrderId: '1' } as ReportedOrder] }])).toMatchObject({ whole: true, items: [{}] })
  expect(together([{ whole: true, items: [] }, { whole: false, items: [], reason: 'why' }])).toEqual({ whole: false, items: [], reason: 'why' })
})
