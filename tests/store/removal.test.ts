import { expect, test } from 'vitest'
import { systemClock } from '#clock'
import { onBothEngines } from './engines.ts'
import { makeConnection, makeUser } from './samples.ts'

const now = (): number => systemClock.now()

onBothEngines((engine) => {
  test('a connection is destroyed only when it is buried, and is there as before where that fails', async () => {
    const store = await engine.open()
    const user = makeUser()
    await store.users.create(user)
    const connection = makeConnection(user.id)
    await store.connections.create(connection, 'sealed')
    const failing = async (): Promise<void> => {
      // Nobody can link it now, but its envelope is still there.
      expect(await store.connections.get(user.id, connection.id)).toBeUndefined()
      expect(await store.connections.halfRemoved()).toContain(connection.id)
      throw new Error('no executor')
    }
    await expect(store.connections.remove(user.id, connection.id, now(), failing)).rejects.toThrow('no executor')
    expect((await store.connections.row(connection.id))?.envelope).toBe('sealed')
    expect(await store.connections.get(user.id, connection.id)).toMatchObject({ connection })
    expect(await store.connections.halfRemoved()).toEqual([])
    expect(await store.connections.remove(user.id, connection.id, now(), async () => undefined)).toMatchObject({ kind: 'deleted' })
    expect(await store.connections.halfRemoved()).toEqual([])
  })

  test('a deletion that a crash interrupted is known, and can be finished', async () => {
    const store = await engine.open()
    const user = makeUser()
    await store.users.create(user)
    const connection = makeConnection(user.id)
    await store.connections.create(connection, 'sealed')
    // The process ends while the executor is asked; the name is taken again before it comes back.
    const crash = async (): Promise<void> => {
      await store.connections.create(makeConnection(user.id, { name: connection.name }), 'sealed')
      throw new Error('crash')
    }
    await expect(store.connections.remove(user.id, connection.id, now(), crash)).rejects.toThrow('crash')
    expect(await store.connections.halfRemoved()).toEqual([connection.id])
    await store.connections.destroy(connection.id, now())
    expect(await store.connections.halfRemoved()).toEqual([])
  })
})
