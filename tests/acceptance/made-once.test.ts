import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sealCredentials, type SealingKey } from '#vault/seal'
import type { Answer } from '../installation.ts'
import { startPostgres, type TestPostgres } from '../postgres.ts'
import { ended, makePlace, startExchanges, wire, type Exchanges, type Place, type Wired } from './place.ts'

// Everything that creates, asked for again: at the same instant, at another server, after a restart, and after a crash
// between the making and the remembering.

let exchanges: Exchanges
beforeAll(async () => {
  exchanges = await startExchanges(['binance'])
  await exchanges.control('binance', 'PUT', '/prices/BTCUSDT', { price: '50000' })
})
afterAll(() => exchanges.simulator.close())

/** One kind of thing: how it is asked for, and what tells how many there are. */
interface Kind {
  readonly route: string
  readonly body: object
  readonly another: object
  readonly status: number
  /** Shown in the first answer alone. */
  readonly shownOnce?: readonly string[]
  /** How many there are of what that body makes. */
  readonly there: (place: Place) => Promise<number>
}

const MOST = 8

for (const engine of ['SQLite', 'PostgreSQL with two servers'] as const) {
  describe(engine, () => {
    let postgres: TestPostgres | undefined
    const places: Place[] = []
    let one: Place
    let two: Place
    let wired: Wired
    const kinds = new Map<string, Kind>()
    const secrets: string[] = []

    const rows = async (text: string): Promise<unknown[]> => {
      if (postgres === undefined) {
        const db = new DatabaseSync(path.join(one.dataDir, 'towerflow.db'), { timeout: 5000 })
        try {
          return db.prepare(text).all()
        } finally {
          db.close()
        }
      }
      const client = new Client({ connectionString: one.env['TOWERFLOW_DATABASE_URL'] ?? '' })
      await client.connect()
      try {
        return (await client.query(text)).rows
      } finally {
        await client.end()
      }
    }
    const post = (place: Place, { route, body }: Pick<Kind, 'route' | 'body'>, key: string): Promise<Answer> => (
      place.call('POST', route, { body, headers: { 'idempotency-key': key } }))
    const count = (route: string, of: (item: Answer['body']) => boolean) => async (place: Place): Promise<number> => (
      ((await place.want(200, 'GET', `${route}?limit=200`)).items as Answer['body'][]).filter(of).length)

    beforeAll(async () => {
      if (engine !== 'SQLite') postgres = await startPostgres()
      const database = await postgres?.createDatabase()
      for (const name of database === undefined ? ['one'] : ['one', 'two']) {
        const place = makePlace(exchanges.simulator.urls, database === undefined ? {} : { TOWERFLOW_DATABASE_URL: database })
        if (name === 'two') place.env['TOWERFLOW_MASTER_KEY_FILE'] = path.join(one.dataDir, 'master.key')
        places.push(place)
        one = places[0] ?? place
        await place.start()
        place.token = one.token
      }
      two = places.at(-1) ?? one
      const { id: connectionId } = (await one.connect('binance', 'spot', await exchanges.account('binance'))).body as { id: string }
      wired = await wire(one, connectionId)
      await one.want(201, 'POST', '/users', { name: 'follower' })
      const bot = { webhookId: wired.webhookId, connectionId, symbol: 'BTCUSDT', amount: '100', amountIn: 'quote' }
      const [me, sealingKey] = [await one.want(200, 'GET', '/me'), await one.want(200, 'GET', '/sealing-key')]
      const market = 'futures'
      const sealed = async () => ({ exchange: 'binance', market, sealed: await sealCredentials(
        sealingKey as SealingKey, { userId: me.id as string, exchange: 'binance', market }, await exchanges.account('binance')) })
      kinds.set('a connection', {
        route: '/connections', body: await sealed(), another: await sealed(), status: 201,
        there: count('/connections', (item) => item.market === market),
      })
      kinds.set('a webhook', { route: '/webhooks', body: { name: 'plain' }, another: { name: 'other' }, status: 201, there: count('/webhooks', ({ name }) => name === 'plain') })
      kinds.set('a webhook with a key', {
        route: '/webhooks', body: { name: 'keyed', key: true }, another: { name: 'keyed', key: false }, status: 201, shownOnce: ['key'],
        there: count('/webhooks', ({ name }) => name === 'keyed'),
      })
      kinds.set('a bot', { route: '/bots', body: { ...bot, name: 'made once' }, another: { ...bot, name: 'made once', amount: '101' }, status: 201, there: count('/bots', ({ name }) => name === 'made once') })
      kinds.set('a token', {
        route: '/tokens', body: { name: 'once' }, another: { name: 'once', scopes: ['trade'] }, status: 201, shownOnce: ['token'],
        there: count('/tokens', ({ name }) => name === 'once'),
      })
      kinds.set('a user with a token', { route: '/users', body: { name: 'once' }, another: { name: 'twice' }, status: 201, shownOnce: ['token'], there: count('/users', ({ name }) => name === 'once') })
      kinds.set('a user with a link', { route: '/users', body: { name: 'invited', invite: true }, another: { name: 'invited' }, status: 201, shownOnce: ['invitation'], there: count('/users', ({ name }) => name === 'invited') })
      kinds.set('a share', {
        route: `/webhooks/${wired.webhookId}/shares`, body: { userName: 'follower' }, another: { userName: 'once' }, status: 201,
        there: count(`/webhooks/${wired.webhookId}/shares`, ({ userName }) => userName === 'follower'),
      })
      kinds.set('an adjustment', {
        route: `/bots/${wired.botId}/position`, body: { quantity: '0.5', reason: 'found' }, another: { quantity: '0.25', reason: 'found' }, status: 200,
        there: async (place) => Number((await place.want(200, 'GET', `/positions?botId=${wired.botId}`)).items[0].quantity) / 0.5,
      })
    })
    afterAll(async () => {
      for (const place of places) await place.remove()
      await postgres?.stop()
    })

    const kindOf = (name: string): Kind => {
      const kind = kinds.get(name)
      if (kind === undefined) throw new Error(`there is no kind ${name}`)
      return kind
    }

    describe.for([
      'a connection', 'a webhook', 'a webhook with a key', 'a bot', 'a token', 'a user with a token', 'a user with a link', 'a share', 'an adjustment',
    ])('%s', (name) => {
      const key = `key-of-${name.replaceAll(' ', '-')}`
      let first: Answer

      test('asked for many times at the same instant with one key is made once', async () => {
        const kind = kindOf(name)
        const answers = await Promise.all(Array.from({ length: MOST }, (_, place) => post(place % 2 === 0 ? one : two, kind, key)))
        expect(answers.map(({ status, body }) => [status, body.code])).toEqual(answers.map(() => [kind.status, undefined]))
        expect(new Set(answers.map(({ body }) => body.id ?? body.botId)).size).toBe(1)
        expect(await kind.there(one)).toBe(1)
        first = answers[0] as Answer
        for (const { body } of answers) {
          for (const shown of (kind.shownOnce ?? []).map((member) => body[member] as string | { token: string } | undefined)) {
            if (shown !== undefined) secrets.push(typeof shown === 'string' ? shown : shown.token)
          }
        }
      })

      test('asked for again, here and at another server, is answered as before, less what is shown once', async () => {
        const kind = kindOf(name)
        const shownOnce = kind.shownOnce ?? []
        const kept = Object.fromEntries(Object.entries(first.body as object).filter(([member]) => ![...shownOnce, 'withheld'].includes(member)))
        for (const place of [one, two]) {
          const again = await post(place, kind, key)
          expect([again.status, again.body]).toEqual([kind.status, { ...kept, ...shownOnce.length > 0 ? { withheld: shownOnce } : {} }])
        }
        expect(await kind.there(two)).toBe(1)
      })

      test('with another body the key is refused, and nothing is made', async () => {
        const kind = kindOf(name)
        const other = await post(two, { ...kind, body: kind.another }, key)
        expect([other.status, other.body.code]).toEqual([409, 'idempotency_key_reused'])
        expect(await kind.there(one)).toBe(1)
      })

      test('what was made before a crash that nobody remembers is found, not made again', async () => {
        const kind = kindOf(name)
        await rows(`update idempotency set result = null where key = '${key}'`)
        const again = await post(two, kind, key)
        expect([again.status, again.body.id ?? again.body.botId]).toEqual([kind.status, first.body.id ?? first.body.botId])
        for (const secret of kind.shownOnce ?? []) expect(again.body[secret]).toBeUndefined()
        expect(await kind.there(two)).toBe(1)
      })
    })

    test('no answer that is kept holds what is shown once', async () => {
      const kept = JSON.stringify(await rows('select * from idempotency'))
      expect(kept).toContain('key-of-a-token')
      expect(secrets.length).toBeGreaterThanOrEqual(4)
      for (const secret of secrets) expect(kept).not.toContain(secret)
    })

    test('a signal, its replay, and a close that are asked for at the same instant with one key are one', async () => {
      const twice = async (route: string, body: object): Promise<Answer[]> => {
        const answers = await Promise.all(Array.from({ length: MOST }, (_, place) => post(place % 2 === 0 ? one : two, { route, body }, `at-once-${route.split('/').at(-1) ?? ''}`)))
        expect([route, answers.map(({ status }) => status)]).toEqual([route, answers.map(() => answers[0]?.status)])
        return answers
      }
      const { id: connectionId } = (await one.connect('binance', 'spot', await exchanges.account('binance'))).body as { id: string }
      const bot = await wire(one, connectionId)
      const sent = await twice(`/webhooks/${bot.webhookId}/signals`, { symbol: 'BTCUSDT', side: 'BUY' })
      expect(new Set(sent.map(({ body }) => body.signalId)).size).toBe(1)
      const signalId = sent[0]?.body.signalId as string
      await ended(one, signalId)
      const replays = await twice(`/signals/${signalId}/replay`, {})
      expect([replays[0]?.status, new Set(replays.map(({ body }) => body.id)).size]).toEqual([200, 1])
      const closes = await twice(`/bots/${bot.botId}/close`, {})
      expect([closes[0]?.status, new Set(closes.map(({ text }) => text)).size, closes[0]?.body.orderIds.length]).toEqual([202, 1, 1])
      expect((await two.want(200, 'GET', `/orders?botId=${bot.botId}`)).items).toHaveLength(2)
    })

    test('a request that was refused leaves its key free', async () => {
      const wrong = { route: '/bots', body: { webhookId: wired.webhookId, connectionId: 'nowhere', symbol: 'BTCUSDT', amount: '100', amountIn: 'quote' } }
      expect((await post(one, wrong, 'free-again')).status).toBe(404)
      const connectionId = ((await one.want(200, 'GET', `/bots/${wired.botId}`)).connectionId) as string
      expect((await post(two, { ...wrong, body: { ...wrong.body, connectionId } }, 'free-again')).status).toBe(201)
    })

    test('a key holds over a restart, also where the process ended before anything was made', async () => {
      const kind = kindOf('a webhook')
      expect((await post(one, { ...kind, body: { name: 'over' } }, 'over')).status).toBe(201)
      const { id } = (await post(one, { ...kind, body: { name: 'over' } }, 'over')).body as { id: string }
      await rows(`delete from webhooks where id = '${id}'`)
      await rows(`update idempotency set result = null where key = 'over'`)
      await one.stop()
      await one.start()
      const again = await post(one, { ...kind, body: { name: 'over' } }, 'over')
      expect([again.status, again.body.id]).toEqual([201, id])
      expect((await post(two, { ...kind, body: { name: 'over' } }, 'over')).body.id).toBe(id)
      expect(await count('/webhooks', ({ name }) => name === 'over')(one)).toBe(1)
    })
  })
}
