import { expect, test } from 'vitest'
import { newId, systemClock } from '#clock'
import { onBothEngines } from './engines.ts'
import {
  filledBatch, makeBot, makeConnection, makeDesk, makeEvent, makeKeyUse, makeNewSignal, makeOrder, makePosition, makeSignal, makeUser, signalBatch,
} from './samples.ts'

/** The executor has its tombstone. */
const buried = async (): Promise<void> => undefined

const now = (): number => systemClock.now()
const id = (): string => newId(systemClock)
const newToken = (userId: string, hash = id()) => ({ id: id(), userId, name: 'cli', scopes: ['read', 'trade'] as const, createdAt: now(), hash })

onBothEngines((engine) => {
  test('the installation is made once and stays', async () => {
    const where = await engine.place()
    const [one, other] = await Promise.all([engine.open(where), engine.open(where)])
    const installation = await one.meta.installation()
    expect(await other.meta.installation()).toEqual(installation)
    expect([installation.key.length, installation.webhookPepper.length]).toEqual([32, 32])
    expect(installation.key).not.toEqual(installation.webhookPepper)
  })

  test('of several first users one is made, and the setup token ends', async () => {
    const store = await engine.open()
    await store.meta.setSetupTokenHash('hash')
    const users = [1, 2, 3, 4].map(() => makeUser(undefined, 'admin'))
    const made = await Promise.all(users.map((user) => store.users.createFirst(user, { token: newToken(user.id) })))
    expect(made.filter((result) => result === 'created')).toHaveLength(1)
    expect((await store.users.list()).items).toHaveLength(1)
    expect(await store.meta.setupTokenHash()).toBeNull()
  })

  test('user names are unique; a user that is refused leaves no token', async () => {
    const store = await engine.open()
    const user = makeUser('anna')
    expect(await store.users.create(user)).toBe('created')
    const same = makeUser('anna')
    expect(await store.users.create(same, { token: newToken(same.id, 'hash') })).toBe('duplicate_name')
    expect(await store.tokens.verify('hash')).toBeUndefined()
    expect(await store.users.byName('anna')).toEqual(user)
    expect(await store.users.get(same.id)).toBeUndefined()
  })

  test('a token is found by its hash until it is revoked, by its owner only', async () => {
    const store = await engine.open()
    const [user, stranger] = [makeUser(), makeUser()]
    const token = newToken(user.id)
    await store.users.create(user, { token })
    await store.users.create(stranger)
    const { hash, ...rest } = token
    expect(await store.tokens.verify(hash)).toEqual({ token: { ...rest, lastUsedAt: null, revokedAt: null }, user })
    expect((await store.tokens.list(stranger.id)).items).toEqual([])
    const at = now()
    await store.tokens.used(token.id, at)
    await store.tokens.used(token.id, at + 1000)
    expect((await store.tokens.list(user.id)).items[0]?.lastUsedAt).toBe(at)
    expect(await store.tokens.revoke(stranger.id, token.id, at)).toBe(false)
    expect(await store.tokens.revoke(user.id, token.id, at)).toBe(true)
    expect(await store.tokens.verify(hash)).toBeUndefined()
    expect((await store.tokens.list(user.id)).items).toEqual([])
  })

  test('one key is connected once in the whole installation, one name once per user', async () => {
    const store = await engine.open()
    const [user, other] = [makeUser(), makeUser()]
    await store.users.create(user)
    await store.users.create(other)
    const first = makeConnection(user.id, { name: 'main' })
    expect(await store.connections.create(first, 'sealed')).toMatchObject({ kind: 'created' })
    const sameKey = makeConnection(other.id, { fingerprint: first.fingerprint })
    expect(await store.connections.create(sameKey, 'sealed')).toEqual({ kind: 'duplicate_connection' })
    expect(await store.connections.create({ ...sameKey, market: 'futures' }, 'sealed')).toMatchObject({ kind: 'created' })
    expect(await store.connections.create(makeConnection(user.id, { name: 'main' }), 'sealed')).toEqual({ kind: 'duplicate_name' })
    expect(await store.connections.create(makeConnection(other.id, { name: 'main' }), 'sealed')).toMatchObject({ kind: 'created' })
    expect(await store.connections.names(user.id)).toEqual(['main'])
    // Deleted, it may be connected again, under the same name.
    expect(await store.connections.remove(user.id, first.id, now(), buried)).toMatchObject({ kind: 'deleted' })
    expect(await store.connections.create({ ...first, id: id() }, 'sealed')).toMatchObject({ kind: 'created' })
  })

  test('nothing of another user is found, listed or changed', async () => {
    const store = await engine.open()
    const mine = await makeDesk(store)
    const his = await makeDesk(store)
    const { signal, order, batch } = signalBatch(his, his.bots[0]!)
    const finding = { id: id(), userId: his.user.id, connectionId: null, botId: null, orderId: null, code: 'x', detail: 'y', at: now() }
    await store.journal.commit({ ...batch, findings: [finding] })
    const me = mine.user.id
    const [connection, webhook, bot] = [his.connection.id, his.webhook.id, his.bots[0]!.id]
    expect(await Promise.all([
      store.connections.get(me, connection), store.webhooks.get(me, webhook), store.bots.get(me, bot), store.signals.get(me, signal.id),
      store.orders.get(me, order.order.id), store.positions.get(me, bot), store.findings.get(me, finding.id), store.findings.acknowledge(me, finding.id, now()),
      store.webhooks.change(me, webhook, { paused: true }), store.webhooks.rotate(me, webhook, { hash: 'x' }), store.webhooks.shares(me, webhook),
      store.rejections.list(me, webhook),
    ])).toEqual(Array.from({ length: 12 }, () => undefined))
    expect((await store.signals.list(me, { webhookId: webhook })).items).toEqual([])
    expect((await store.orders.list(me, { botId: bot })).items).toEqual([])
    expect((await store.orders.byIds(me, [order.order.id])).size).toBe(0)
    expect((await store.bots.list(me)).items.map((view) => view.bot.id)).toEqual([mine.bots[0]!.id])
    expect((await store.connections.list(me)).items.map((view) => view.connection.id)).toEqual([mine.connection.id])
    expect((await store.bots.names(me, [bot])).size).toBe(0)
    expect((await store.connections.nameOf(me, [connection])).size).toBe(0)
    expect(await store.bots.change(me, bot, { paused: true })).toEqual({ kind: 'not_found' })
    expect(await store.bots.remove(me, bot, now())).toEqual({ kind: 'not_found' })
    expect(await store.connections.remove(me, connection, now(), buried)).toEqual({ kind: 'not_found' })
    expect(await store.connections.relink(me, connection, mine.connection.id, [])).toEqual({ kind: 'not_found' })
    expect(await store.webhooks.remove(me, webhook)).toEqual({ kind: 'not_found' })
    expect(await store.webhooks.share(me, webhook, me, id(), now())).toEqual({ kind: 'not_found' })
    expect(await store.bots.create(makeBot(me, webhook, mine.connection.id))).toEqual({ kind: 'unknown_webhook' })
    expect(await store.bots.create(makeBot(me, mine.webhook.id, connection))).toEqual({ kind: 'unknown_connection' })
    expect(await store.bots.change(me, mine.bots[0]!.id, { connectionId: connection })).toEqual({ kind: 'unknown_connection' })
    const events = await store.events.since(me, '0.0')
    expect(events.kind === 'events' && events.events).toEqual([])
  })

  test('a connection cannot be deleted while bots use it or orders are open; its name stays for history', async () => {
    const store = await engine.open()
    const desk = await makeDesk(store)
    const [bot] = desk.bots
    const { order, batch } = signalBatch(desk, bot!)
    await store.journal.commit(batch)
    const { user, connection } = desk
    expect(await store.connections.remove(user.id, connection.id, now(), buried)).toEqual({ kind: 'connection_in_use', bots: [{ id: bot!.id, name: bot!.name }] })
    expect(await store.bots.change(user.id, bot!.id, { connectionId: null }, { settled: true })).toEqual({ kind: 'orders_unresolved', orders: [order.order.id] })
    expect((await store.bots.change(user.id, bot!.id, { connectionId: null })).kind).toBe('changed')
    expect(await store.connections.remove(user.id, connection.id, now(), buried)).toEqual({ kind: 'orders_unresolved', orders: [order.order.id] })
    await store.journal.commit(filledBatch(bot!, order))
    expect(await store.connections.remove(user.id, connection.id, now(), buried)).toEqual({ kind: 'deleted', scrubbed: true })
    expect(await store.connections.get(user.id, connection.id)).toBeUndefined()
    expect(await store.connections.row(connection.id)).toBeUndefined()
    expect(await store.journal.connections()).toEqual([])
    expect(await store.connections.nameOf(user.id, [connection.id])).toEqual(new Map([[connection.id, connection.name]]))
    expect((await store.orders.list(user.id, { connectionId: connection.id })).items).toHaveLength(1)
    expect(await store.bots.change(user.id, bot!.id, { connectionId: connection.id })).toEqual({ kind: 'unknown_connection' })
  })

  test('what a check learns is kept, everything else of a connection stays', async () => {
    const store = await engine.open()
    const { user, connection } = await makeDesk(store)
    const health = { status: 'unhealthy' as const, statusDetail: 'the key has expired', checks: [{ name: 'expiry', result: 'fail' as const, detail: 'yesterday' }], expiresAt: 5 }
    await store.connections.setHealth(connection.id, health)
    await store.connections.setAccount(connection.id, { accountId: 'a-2', positionMode: null })
    await store.connections.setPositionMode(connection.id, 'hedge')
    const at = now()
    await store.connections.used([connection.id], at)
    await store.connections.used([connection.id], at + 30_000)
    const view = await store.connections.get(user.id, connection.id)
    expect(view?.connection).toEqual({ ...connection, ...health, accountId: 'a-2', positionMode: 'hedge', lastUsedAt: at })
  })

  test('an envelope is re-wrapped only from what it was', async () => {
    const store = await engine.open()
    const { connection } = await makeDesk(store)
    const [first] = await store.connections.envelopesAfter(null, 10)
    expect(first?.connectionId).toBe(connection.id)
    expect(await store.connections.rewrap(connection.id, 'something else', 'new')).toBe(false)
    expect(await store.connections.rewrap(connection.id, first!.envelope, 'new')).toBe(true)
    expect((await store.connections.row(connection.id))?.envelope).toBe('new')
    expect(await store.connections.envelopesAfter(connection.id, 10)).toEqual([])
  })

  test('relinking moves all bots that the caller saw, or none', async () => {
    const store = await engine.open()
    const desk = await makeDesk(store, 3)
    const { user } = desk
    const { accountId } = desk.connection
    const [to, elsewhere, futures] = [makeConnection(user.id, { accountId }), makeConnection(user.id), makeConnection(user.id, { market: 'futures' })]
    await store.connections.create(to, 'sealed')
    await store.connections.create(elsewhere, 'sealed')
    await store.connections.create(futures, 'sealed')
    const seen = async () => (await store.bots.list(user.id)).items.map(({ bot, version }) => ({ id: bot.id, version }))
    const before = await seen()
    expect(await store.connections.relink(user.id, desk.connection.id, futures.id, before)).toEqual({ kind: 'not_found' })
    expect(await store.connections.relink(user.id, desk.connection.id, desk.connection.id, before)).toEqual({ kind: 'not_found' })
    expect(await store.connections.relink(user.id, desk.connection.id, to.id, before.slice(1))).toEqual({ kind: 'changed_meanwhile' })
    await store.bots.change(user.id, before[0]!.id, { paused: true })
    expect(await store.connections.relink(user.id, desk.connection.id, to.id, before)).toEqual({ kind: 'changed_meanwhile' })
    const order = makeOrder(desk.bots[1]!, null)
    await store.journal.commit({ newOrders: [order] })
    expect(await store.connections.relink(user.id, desk.connection.id, to.id, await seen())).toEqual({ kind: 'orders_unresolved', orders: [order.order.id] })
    await store.journal.commit(filledBatch(desk.bots[1]!, order))
    // What it holds now is on this account, and not on another.
    expect(await store.connections.relink(user.id, desk.connection.id, elsewhere.id, await seen())).toEqual({ kind: 'changed_meanwhile' })
    const moved = await store.connections.relink(user.id, desk.connection.id, to.id, await seen())
    expect(moved.kind === 'moved' && moved.bots).toHaveLength(3)
    expect((await store.bots.list(user.id, { connectionId: to.id })).items).toHaveLength(3)
    expect((await store.connections.get(user.id, desk.connection.id))?.bots).toEqual([])
  })

  test('bots are numbered for ever: a deleted one keeps its number and its name', async () => {
    const store = await engine.open()
    const desk = await makeDesk(store)
    const more = Array.from({ length: 20 }, () => makeBot(desk.user.id, desk.webhook.id, desk.connection.id))
    const made = await Promise.all(more.map((bot) => store.bots.create(bot)))
    const numbers = made.map((result) => (result.kind === 'created' ? result.bot.number : 0)).sort((a, b) => a - b)
    expect(numbers).toEqual(Array.from({ length: 20 }, (_, index) => index + 2))
    const last = (await store.journal.bots()).at(-1)!
    expect(await store.bots.remove(desk.user.id, last.bot.id, now())).toEqual({ kind: 'deleted' })
    expect(await store.bots.remove(desk.user.id, last.bot.id, now())).toEqual({ kind: 'not_found' })
    expect(await store.bots.row(last.bot.id)).toBeUndefined()
    const next = await store.bots.create(makeBot(desk.user.id, desk.webhook.id, null))
    expect(next.kind === 'created' && next.bot.number).toBe(22)
    expect((await store.bots.names(desk.user.id, [last.bot.id])).get(last.bot.id)).toBe(last.bot.name)
  })

  test('a bot changes only while what was asked for holds', async () => {
    const store = await engine.open()
    const desk = await makeDesk(store)
    const [bot] = desk.bots
    const change = (patch: object, conditions: object) => store.bots.change(desk.user.id, bot!.id, patch, conditions)
    expect(await change({ name: 'x' }, { version: 2 })).toEqual({ kind: 'changed_meanwhile' })
    expect(await change({ symbol: 'ETHUSDT', base: 'ETH' }, { version: 1, flat: true, settled: true })).toMatchObject({
      kind: 'changed', bot: { version: 2, bot: { ...bot!, symbol: 'ETHUSDT', base: 'ETH' } },
    })
    expect((await store.bots.get(desk.user.id, bot!.id))?.position).toMatchObject({ symbol: 'ETHUSDT', quantity: '0' })
    await store.journal.commit({ positions: [makePosition(bot!, { quantity: '-0.5' })] })
    expect(await change({ connectionId: null }, { flat: true })).toEqual({ kind: 'position_open', quantity: '-0.5' })
    expect(await store.bots.remove(desk.user.id, bot!.id, now(), { flat: true })).toEqual({ kind: 'position_open', quantity: '-0.5' })
    await store.journal.commit({ positions: [makePosition(bot!, { quantity: '0.00001', dust: true })] })
    expect((await change({ connectionId: null }, { flat: true })).kind).toBe('changed')
  })

  test('bots of one account and symbol are found across keys and users', async () => {
    const store = await engine.open()
    const [one, other] = [await makeDesk(store), await makeDesk(store)]
    await store.connections.setAccount(other.connection.id, one.connection)
    const account = { exchange: 'binance', market: 'spot', accountId: one.connection.accountId, symbol: 'BTCUSDT' }
    expect((await store.bots.onAccount(account)).map(({ bot }) => bot.id).sort()).toEqual([one.bots[0]!.id, other.bots[0]!.id].sort())
    expect(await store.bots.onAccount({ ...account, symbol: 'ETHUSDT' })).toEqual([])
  })

  test('a shared webhook shows itself and its signals, and its end pauses the bots that lived on it', async () => {
    const store = await engine.open()
    const owner = await makeDesk(store)
    const follower = await makeDesk(store)
    const { webhook } = owner
    const share = await store.webhooks.share(owner.user.id, webhook.id, follower.user.id, id(), now())
    expect(share).toMatchObject({ kind: 'created', share: { userId: follower.user.id, userName: follower.user.name } })
    expect((await store.webhooks.share(owner.user.id, webhook.id, follower.user.id, id(), now())).kind).toBe('exists')
    expect((await store.webhooks.share(owner.user.id, webhook.id, 'nobody', id(), now())).kind).toBe('unknown_user')
    const bot = makeBot(follower.user.id, webhook.id, follower.connection.id, { name: 'follows' })
    expect((await store.bots.create(bot)).kind).toBe('created')
    expect(await store.webhooks.get(follower.user.id, webhook.id)).toEqual({ webhook, access: 'shared', bots: [{ id: bot.id, name: 'follows' }] })
    expect((await store.webhooks.list(follower.user.id)).items.map((view) => view.access).sort()).toEqual(['owner', 'shared'])
    expect(await store.webhooks.change(follower.user.id, webhook.id, { paused: true })).toBeUndefined()

    const { signal, batch } = signalBatch(owner, owner.bots[0]!)
    await store.journal.commit({ ...batch, decisions: [...batch.decisions!, { ...batch.decisions![0]!, botId: bot.id, userId: follower.user.id, outcome: 'skipped' }] })
    const seen = await store.signals.get(follower.user.id, signal.id)
    expect([seen?.access, seen?.decisions.map((one) => one.decision.botId), seen?.decisionCount]).toEqual(['shared', [bot.id], 1])
    const mixed = signalBatch(follower, follower.bots[0]!)
    await store.journal.commit(mixed.batch)
    expect((await store.signals.list(follower.user.id)).items.map((view) => view.signal.id)).toEqual([mixed.signal.id, signal.id])
    expect((await store.signals.list(follower.user.id, { webhookId: webhook.id })).items).toHaveLength(1)

    expect(await store.webhooks.remove(owner.user.id, webhook.id)).toEqual({ kind: 'webhook_in_use', bots: [{ id: owner.bots[0]!.id, name: 'BTCUSDT' }], others: 1 })
    await store.journal.commit({ positions: [makePosition(bot)] })
    const cutOff = await store.webhooks.unshare(owner.user.id, webhook.id, share.kind === 'created' ? share.share.id : '')
    expect(cutOff).toEqual([{ id: bot.id, name: 'follows', userId: follower.user.id, holdsPosition: true }])
    expect((await store.bots.row(bot.id))?.bot.paused).toBe(true)
    expect(await store.webhooks.get(follower.user.id, webhook.id)).toBeUndefined()
    expect((await store.signals.list(follower.user.id, { webhookId: webhook.id })).items).toEqual([])
  })

  test('a webhook changes, rotates and goes, with its shares and rejections', async () => {
    const store = await engine.open()
    const desk = await makeDesk(store, 0)
    const { user, webhook } = desk
    const patch = { name: 'new', allowedSenders: ['10.0.0.0/8'], rateLimit: { perSecond: 0.5, burst: 3 }, keyHash: 'k', duplicateWindowSeconds: 0, paused: true }
    expect(await store.webhooks.change(user.id, webhook.id, patch)).toEqual({ ...webhook, ...patch })
    expect(await store.webhooks.change(user.id, webhook.id, {})).toEqual({ ...webhook, ...patch })
    expect((await store.webhooks.rotate(user.id, webhook.id, { hash: 'another hash' }))?.keyHash).toBe('k')
    expect(await store.webhooks.byHash(webhook.hash)).toBeUndefined()
    expect((await store.webhooks.byHash('another hash'))?.id).toBe(webhook.id)
    const rejection = { webhookId: webhook.id, at: now(), code: 'wrong_key', status: 401, detail: 'no', sender: '10.0.0.1', contentType: null, body: '{}' }
    await store.rejections.add([{ ...rejection, webhookId: 'gone' }, ...Array.from({ length: 130 }, (_, index) => ({ ...rejection, body: String(index) }))])
    await store.rejections.add([{ ...rejection, body: 'last' }])
    const kept = await store.rejections.list(user.id, webhook.id)
    expect([kept?.length, kept?.[0]?.body, kept?.at(-1)?.body]).toEqual([100, 'last', '31'])
    expect(await store.webhooks.remove(user.id, webhook.id)).toEqual({ kind: 'deleted' })
    expect(await store.rejections.list(user.id, webhook.id)).toBeUndefined()
  })

  test('of equal requests one is carried out, and the others get its result', async () => {
    let ahead = 0
    const clock = { ...systemClock, now: () => systemClock.now() + ahead }
    const store = await engine.open(undefined, clock)
    const { idempotency } = store
    const claims = await Promise.all([1, 2, 3].map(() => idempotency.claim('close:bot', 'key', 'hash')))
    expect(claims.map((claim) => claim.kind).sort()).toEqual(['new', 'pending', 'pending'])
    expect(new Set(claims.map((claim) => ('id' in claim ? claim.id : null))).size).toBe(1)
    await idempotency.finish('close:bot', 'key', { orderIds: ['o'] })
    expect(await idempotency.claim('close:bot', 'key', 'hash')).toEqual({ kind: 'done', result: { orderIds: ['o'] } })
    expect(await idempotency.claim('close:bot', 'key', 'other')).toEqual({ kind: 'reused' })
    expect(await idempotency.claim('close:another', 'key', 'other')).toMatchObject({ kind: 'new' })
    await idempotency.release('close:another', 'key')
    expect(await idempotency.claim('close:another', 'key', 'third')).toMatchObject({ kind: 'new' })
    ahead = 86_400_001
    expect(await idempotency.claim('close:bot', 'key', 'other')).toMatchObject({ kind: 'new' })
  })

  test('uses of keys are taken over once, listed with their outcome, and read in order', async () => {
    const store = await engine.open()
    const uses = [makeKeyUse(1), makeKeyUse(2, { event: 'outcome', of: 1, outcome: 'accepted' }), makeKeyUse(3, { connectionId: 'd', userId: 'v' }), ...Array.from({ length: 1500 }, (_, index) => makeKeyUse(index + 4))]
    await store.keyUses.add(uses)
    await store.keyUses.add(uses.slice(0, 10))
    expect(await store.keyUses.after(1, 2)).toEqual(uses.slice(1, 3))
    expect(await store.keyUses.last()).toEqual({ seq: 1503, hash: 'hash 1503' })
    expect((await store.keyUses.list('v')).items).toEqual([uses[2]])
    const all = await pagesOf((cursor) => store.keyUses.list('u', { connectionId: 'c' }, { limit: 200, cursor }))
    expect(all).toHaveLength(1501)
    expect(all.at(-1)).toEqual({ ...uses[0], outcome: 'accepted' })
    for (const userId of ['v', null]) expect((await store.keyUses.list(userId, { connectionId: 'd' })).items, String(userId)).toEqual([uses[2]])
    expect((await store.keyUses.list('u', { connectionId: 'd' })).items).toEqual([])
    expect((await store.keyUses.list(null, { connectionId: 'nobody' })).items).toEqual([])
    expect((await store.keyUses.list(null, {}, { limit: 1 })).items[0]?.seq).toBe(1503)
  })

  test('a finding is acknowledged once', async () => {
    const store = await engine.open()
    const { user } = await makeDesk(store)
    const finding = { id: id(), userId: user.id, connectionId: 'c', botId: 'b', orderId: null, code: 'fills_missing', detail: '1 BTC', at: now() }
    const stored = { ...finding, key: null, ours: null, theirs: null, closedAt: null, acknowledgedAt: 5 }
    await store.journal.commit({ findings: [finding] })
    expect(await store.findings.acknowledge(user.id, finding.id, 5)).toEqual(stored)
    expect(await store.findings.acknowledge(user.id, finding.id, 6)).toEqual(stored)
    expect((await store.findings.list(user.id, { acknowledged: false })).items).toEqual([])
    expect((await store.findings.list(user.id, { acknowledged: true, botId: 'b', connectionId: 'c' })).items).toHaveLength(1)
  })

  test('adjustments come with their position, and the counts are right', async () => {
    const store = await engine.open()
    const desk = await makeDesk(store)
    const [bot] = desk.bots
    const adjustment = { id: id(), botId: bot!.id, userId: desk.user.id, quantity: '-0.5', reason: 'sold by hand', at: now() }
    await store.journal.commit({ adjustments: [adjustment], positions: [makePosition(bot!, { quantity: '-0.5' })] })
    expect((await store.positions.adjustments(desk.user.id, bot!.id)).items).toEqual([adjustment])
    const { order, batch } = signalBatch(desk, bot!)
    await store.journal.commit(batch)
    await store.journal.commit(filledBatch(bot!, order))
    await store.journal.commit({ signals: [makeNewSignal(makeSignal(desk.webhook))] })
    expect(await store.stats.of(desk.user.id)).toEqual({
      connections: 1, webhooks: 1, bots: 1, signals: { total: 2, last24h: 2 }, decisions: { order: 1 }, orders: { filled: 1 },
    })
    await store.maintenance.ping()
  })

  test('the feed goes on where a client left it, and says when that is too old', async () => {
    let behind = 0
    const store = await engine.open(undefined, { ...systemClock, now: () => systemClock.now() - behind })
    const [desk, other] = [await makeDesk(store), await makeDesk(store)]
    const commit = (label: string) => store.journal.commit({ feed: [makeEvent(desk.user.id, { data: { label } }), makeEvent(other.user.id)] })
    const labels = async (after: string, limit?: number): Promise<unknown> => {
      const answer = await store.events.since(desk.user.id, after, limit)
      return answer.kind === 'too_old' ? answer.kind : answer.events.map(({ event }) => event.data['label'])
    }
    const told: string[] = []
    store.journal.onFeed((events) => told.push(...events.map((event) => event.id)))
    behind = 86_400_000 * 2
    await commit('a')
    await commit('b')
    behind = 0
    await commit('c')
    await commit('d')
    expect(await labels('0.0')).toEqual(['a', 'b', 'c', 'd'])
    expect(await labels(told[0]!)).toEqual(['b', 'c', 'd'])
    expect(await labels(told[0]!, 1)).toEqual(['b'])
    expect(await labels(await store.events.last())).toEqual([])
    expect(await store.events.last()).toBe(told.at(-1))
    expect(await labels('junk')).toBe('too_old')
    expect(await labels('999999.0')).toBe('too_old')
    // On PostgreSQL the desks' own rows were noted in the feed too.
    expect(await store.maintenance.prune()).toBe(engine.name === 'sqlite' ? 2 : 8)
    expect(await labels(told[0]!)).toBe('too_old')
    expect(await labels(told[4]!)).toEqual(['d'])
  })
})

async function pagesOf<T>(list: (cursor: string | undefined) => Promise<{ items: readonly T[]; next: string | null }>): Promise<T[]> {
  const all: T[] = []
  let cursor: string | undefined
  do {
    const page = await list(cursor)
    all.push(...page.items)
    cursor = page.next ?? undefined
  } while (cursor !== undefined)
  return all
}

