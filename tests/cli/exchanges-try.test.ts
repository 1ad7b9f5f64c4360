import { afterAll, beforeAll, expect, it } from 'vitest'
import { startSimulator, type Simulator } from '#simulator'
import { run, type Result } from './command.ts'

let simulator: Simulator
beforeAll(async () => { simulator = await startSimulator({ exchanges: ['bybit', 'alpaca'] }) })
afterAll(async () => { await simulator.close() })

const KEY = { apiKey: 'vmPUZE6mv9SD5VNHk4', secret: 'a-secret-of-thirty-six-characters-36' }
const control = async (exchange: string, method: string, route: string, body?: unknown): Promise<unknown> =>
  (await fetch(`${simulator.urls[exchange]}/__sim${route}`, { method, ...body === undefined ? {} : { body: JSON.stringify(body) } })).json()
const towerflow = (line: string, input = ''): Promise<Result> =>
  run(line.split(' '), { env: { TOWERFLOW_EXCHANGE_URLS: JSON.stringify(simulator.urls) }, input })

interface Answer { readonly steps: readonly { readonly step: string; readonly ok: boolean; readonly seen: string }[] }

it('tries a key out in an executor of its own: rights, markets, price, account, a rehearsal; nothing is ordered', async () => {
  await control('bybit', 'POST', '/accounts', { ...KEY, permissions: ['read', 'futures'], balances: { USDT: '1000' } })
  const { code, stdout, stderr } = await towerflow('exchanges try --exchange bybit --market futures --json', `${KEY.apiKey}\n${KEY.secret}\n`)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const { steps } = JSON.parse(stdout) as Answer
  expect(steps.map(({ step, ok }) => `${step} ${ok}`)).toEqual(['key true', 'markets true', 'price true', 'account true', 'rehearsal of an order true'])
  expect(steps[0]?.seen).toContain('✓ withdrawal_off')
  expect(steps[4]?.seen).toMatch(/^buy 0\.001 BTC: Bybit would take it/)
  expect(await control('bybit', 'GET', '/orders')).toEqual([])
})

it('a key that can withdraw is said to be refused, for people and with exit code 1; neither it nor its secret is shown', async () => {
  await control('bybit', 'POST', '/accounts', { ...KEY, permissions: ['read', 'spot', 'withdraw'], balances: {} })
  const { code, stdout, stderr } = await towerflow('exchanges try --exchange bybit --market spot', `${KEY.apiKey}\n${KEY.secret}\n`)
  expect(code).toBe(1)
  expect(stderr).toContain('withdraw_permission')
  expect(stdout + stderr).not.toContain(KEY.apiKey)
  expect(stdout + stderr).not.toContain(KEY.secret)
})

it('without a key it looks at what is public, and refuses exchanges that there are not', async () => {
  const open = await towerflow('exchanges try --exchange bybit --market spot --symbol ETHUSDT --no-key --json')
  expect(open.code).toBe(0)
  expect((JSON.parse(open.stdout) as Answer).steps.map(({ step }) => step)).toEqual(['markets', 'price'])
  expect((await towerflow('exchanges try --exchange nowhere --market spot --no-key')).code).toBe(2)
})
