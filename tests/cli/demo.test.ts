import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { expect, it } from 'vitest'
import { ended, firstLine, lives, run, start, temporaryFolder, until } from './command.ts'
import { childrenOf } from '../supervisor/installation.ts'

interface Outcome {
  readonly url: string
  readonly token: string
  readonly simulator: string
  readonly webhook: string
  readonly steps: readonly { step: string; ms: number }[]
  readonly order: { clientOrderId: string; symbol: string; side: string; state: string; quoteQuantity: string }
  readonly signal: { decisions: { outcome: string; orders: { clientOrderId: string; state: string }[] }[]; timeline: {
    event: string; ms: number }[] }
  readonly alertToOrderMs: number
}

const folders = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('towerflow-demo-'))

it('the demo turns one alert into one filled order, and leaves nothing behind', async () => {
  const [before, folder] = [folders(), temporaryFolder()]
  // Somebody's real settings must not be touched, nor his database reached.
  const env = { TOWERFLOW_DATA_DIR: folder.path, TOWERFLOW_DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
    TOWERFLOW_PORT: '1' }
  const { code, stdout, stderr } = await run(['demo', '--once', '--json'], { env, cwd: folder.path })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const outcome = JSON.parse(stdout) as Outcome
  expect(outcome.order).toMatchObject({ symbol: 'BTCUSDT', side: 'BUY',
    state: expect.stringMatching(/filled/i) as unknown })
  const order = outcome.signal.decisions[0]?.orders[0]
  expect(order).toMatchObject({ state: 'filled', clientOrderId: outcome.order.clientOrderId })
  expect(outcome.signal.timeline.map((entry) => entry.event))
    .toEqual(expect.arrayContaining(['received', 'decided', 'sent', 'accepted', 'filled']))
  expect(outcome.alertToOrderMs).toBeGreaterThan(0)
  expect(outcome.steps.every((step) => step.ms >= 0)).toBe(true)
  expect(readdirSync(folder.path)).toEqual([])
  await expect(fetch(`${outcome.url}/api/v1/health`)).rejects.toThrow()
  expect(folders().filter((name) => !before.includes(name))).toEqual([])
  folder.remove()
})

it('for people it prints every step with its milliseconds, the order and the timeline', async () => {
  const { code, stdout } = await run(['demo', '--once'])
  expect(code).toBe(0)
  for (const step of ['simulator', 'start', 'user', 'account', 'connect', 'webhook', 'bot', 'alert', 'order']) {
    expect(stdout).toMatch(new RegExp(`^ok ${step} +[\\d.]+ ms`, 'm'))
  }
  expect(stdout).toContain('The order, as the exchange saw it')
  expect(stdout).toMatch(/[\d.]+ ms {2}filled/)
})

it('it stays up until it is stopped, and takes everything down with it', async () => {
  const before = folders()
  const child = start(['demo', '--json'])
  const outcome = JSON.parse(await firstLine(child)) as Outcome
  expect((await fetch(`${outcome.url}/api/v1/health`)).status).toBe(200)
  const again = await fetch(outcome.webhook, { method: 'POST', body: '{"symbol":"BTCUSDT","side":"sell"}' })
  expect(again.status).toBe(202)
  await until('the close arrives too', async () =>
    ((await (await fetch(`${outcome.simulator}/__sim/orders`)).json()) as unknown[]).length === 2)
  const children = childrenOf(child.pid ?? 0)
  expect(children).toHaveLength(2)
  child.kill('SIGINT')
  expect(await ended(child)).toEqual({ code: 0, signal: null })
  for (const { pid } of children) expect(await lives(pid)).toBe(false)
  expect(folders().filter((name) => !before.includes(name))).toEqual([])
})
