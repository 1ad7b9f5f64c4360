import { describe, expect, test } from 'vitest'
import type { Order, Trade } from '../../orders.ts'
import { selectOrders, selectTrades } from './listing.ts'

const order = (id: number) => ({ id: String(id), createdAt: id * 100 }) as Order
const orders = Array.from({ length: 1500 }, (_, i) => order(i + 1))
const trades = Array.from({ length: 1500 }, (_, i) => ({ id: i + 1, at: (i + 1) * 100, order: order(i % 3) }) as Trade)
const ids = (found: readonly { readonly id: string | number }[]) => [
  Number(found[0]?.id),
  Number(found.at(-1)?.id),
  found.length,
]

describe('pages of a list, oldest first', () => {
  test('without a beginning the newest, with one the oldest from there', () => {
    expect(ids(selectOrders(orders, new Map()))).toEqual([1001, 1500, 500])
    expect(ids(selectOrders(orders, new Map([['orderId', '7']])))).toEqual([7, 506, 500])
    expect(
      ids(
        selectOrders(
          orders,
          new Map([
            ['startTime', '1000'],
            ['limit', '3'],
          ]),
        ),
      ),
    ).toEqual([10, 12, 3])
    expect(
      ids(
        selectOrders(
          orders,
          new Map([
            ['endTime', '1000'],
            ['limit', '3'],
          ]),
        ),
      ),
    ).toEqual([8, 10, 3])
    expect(ids(selectOrders(orders, new Map([['limit', '5000']])))).toEqual([501, 1500, 1000])
  })

  test('trades are found by order, from an id on, and within times', () => {
    expect(
      selectTrades(
        trades,
        new Map([
          ['orderId', '1'],
          ['limit', '2'],
        ]),
      ).map((trade) => trade.id),
    ).toEqual([2, 5])
    expect(ids(selectTrades(trades, new Map([['fromId', '1499']])))).toEqual([1499, 1500, 2])
    expect(
      ids(
        selectTrades(
          trades,
          new Map([
            ['startTime', '100'],
            ['endTime', '300'],
          ]),
        ),
      ),
    ).toEqual([1, 3, 3])
  })

  test('more than a day between the times is refused', () => {
    const params = new Map([
      ['startTime', '0'],
      ['endTime', '86400001'],
    ])
    expect(() => selectOrders(orders, params)).toThrow('More than 24 hours between startTime and endTime.')
    expect(() => selectTrades(trades, new Map([['limit', '0']]))).toThrow(
      "Data sent for parameter 'limit' is not valid.",
    )
  })
})
