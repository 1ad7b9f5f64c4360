import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startInstallation, type Installation } from '../installation.ts'
import { startPostgres, type TestPostgres } from '../postgres.ts'

const AT_ONCE = 8

for (const engine of ['SQLite', 'PostgreSQL'] as const) {
  describe(engine, () => {
    let postgres: TestPostgres | undefined
    let installation: Installation
    beforeAll(async () => {
      if (engine === 'PostgreSQL') postgres = await startPostgres()
      installation = await startInstallation({
        env: postgres === undefined ? {} : { TOWERFLOW_DATABASE_URL: await postgres.createDatabase() },
      })
    })
    afterAll(async () => {
      await installation.stop()
      await postgres?.stop()
    })

    for (const market of ['spot', 'futures']) {
      test(`eight ${market} connections made at once without a name each get a free one`, async () => {
        const keys = await Promise.all(Array.from({ length: AT_ONCE }, () => installation.makeKey('binance')))
        const made = await Promise.all(keys.map((key) => installation.connect('binance', market, key)))
        expect(made.map(({ status, body }) => [status, body.code])).toEqual(made.map(() => [201, undefined]))
        const base = `Binance ${market}`
        expect(made.map(({ body }) => body.name as string).toSorted())
          .toEqual([base, ...Array.from({ length: AT_ONCE - 1 }, (_, place) => `${base} ${place + 2}`)].toSorted())
      })
    }

    test('webhooks made at once without a name each get a free one, however many there are', async () => {
      const make = (): Promise<string[]> => Promise.all(Array.from({ length: AT_ONCE }, async () => {
        const made = await installation.call('POST', '/webhooks', { body: {} })
        expect(made.status, made.text).toBe(201)
        return made.body.name as string
      }))
      const names: string[] = []
      for (let round = 0; round < 27; round += 1) names.push(...await make())
      expect(new Set(names).size).toBe(names.length)
      expect(names.toSorted()).toEqual(Array.from({ length: names.length }, (_, place) => (place === 0 ? 'Webhook' : `Webhook ${place + 1}`)).toSorted())
    })
  })
}
