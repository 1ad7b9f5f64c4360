import { expect, test } from 'vitest'
import { systemClock } from '#clock'
import { Problem } from '#model'
import { GroupCommit, type GroupWriter, type Written } from './group-commit.ts'
import type { JournalBatch } from './journal.ts'

/** Keeps groups in a list instead of a database. */
function listing(more: Partial<GroupWriter> = {}): { writer: GroupWriter; groups: (readonly JournalBatch[])[] } {
  const groups: (readonly JournalBatch[])[] = []
  const write = (group: readonly JournalBatch[]): Written => {
    groups.push(group)
    return { refused: group.map(() => null), fed: [] }
  }
  return { writer: { busy: () => null, write, ...more }, groups }
}

test('batches of one turn are one group, in their order', async () => {
  const { writer, groups } = listing()
  const group = new GroupCommit(writer, () => undefined, systemClock)
  const batches = Array.from({ length: 100 }, (_, index): JournalBatch => ({ duplicates: [String(index)] }))
  await Promise.all(batches.map((batch) => group.commit(batch)))
  expect(groups).toEqual([batches])
})

test('a group has a bounded number of rows, and a larger batch stands alone', async () => {
  const { writer, groups } = listing()
  const group = new GroupCommit(writer, () => undefined, systemClock)
  const sizes = [1, 5000, 120, 120, 120, 120]
  await Promise.all(sizes.map((size) => group.commit({ duplicates: Array.from({ length: size }, String) })))
  expect(groups.map((one) => one.map((batch) => batch.duplicates?.length))).toEqual([[1], [5000], [120, 120, 120], [120]])
})

test('a batch with a signal goes ahead of results that wait, and some of those go with it', async () => {
  const { writer, groups } = listing()
  const group = new GroupCommit(writer, () => undefined, systemClock)
  const results = Array.from({ length: 1000 }, (): JournalBatch => ({ fanoutDone: ['result'] }))
  const signals = Array.from({ length: 400 }, (): JournalBatch => ({ duplicates: ['signal'] }))
  await Promise.all([...results, ...signals].map((batch) => group.commit(batch)))
  const counts = groups.map((one) => [one.filter((batch) => batch.duplicates !== undefined).length, one.filter((batch) => batch.fanoutDone !== undefined).length])
  expect(counts.slice(0, 3)).toEqual([[150, 50], [150, 50], [100, 100]])
  expect(counts.reduce((sum, [, count]) => sum + (count ?? 0), 0)).toBe(1000)
})

test('what does not fit into the queue is refused as unavailable', async () => {
  const { writer } = listing()
  const group = new GroupCommit(writer, () => undefined, systemClock, 2)
  const results = await Promise.allSettled([1, 2, 3].map(() => group.commit({})))
  expect(results.map((result) => result.status)).toEqual(['fulfilled', 'fulfilled', 'rejected'])
  expect((results[2] as PromiseRejectedResult).reason).toMatchObject({ code: 'unavailable' })
  await group.commit({})
})

test('a failure of the database is told to everybody in the group, and the next group is tried', async () => {
  for (const how of ['thrown', 'rejected']) {
    let failures = 1
    const { writer: good } = listing()
    const { writer } = listing({
      write: (group) => {
        failures -= 1
        if (failures < 0) return good.write(group)
        const problem = new Problem('unavailable', 'no disk')
        if (how === 'thrown') throw problem
        return Promise.reject(problem)
      },
    })
    const group = new GroupCommit(writer, () => undefined, systemClock)
    const results = await Promise.allSettled([group.commit({}), group.commit({})])
    expect(results.map((result) => result.status)).toEqual(['rejected', 'rejected'])
    await group.commit({})
  }
})

test('nothing is written while the writer is busy, and everything on closing', async () => {
  let free: () => void = () => undefined
  let busy: Promise<void> | null = new Promise((resolve) => { free = resolve })
  const { writer, groups } = listing({ busy: () => busy })
  const group = new GroupCommit(writer, () => undefined, systemClock)
  const committed = group.commit({})
  await new Promise((resolve) => { setImmediate(resolve) })
  await new Promise((resolve) => { setImmediate(resolve) })
  expect(groups).toEqual([])
  const closed = group.close()
  busy = null
  free()
  await Promise.all([committed, closed])
  expect(groups).toHaveLength(1)
  await expect(group.commit({})).rejects.toMatchObject({ code: 'unavailable' })
})

test('results that come while the store is busy gather to one group; a lone one, and a signal, do not wait', async () => {
  const { writer, groups } = listing()
  let now = 1000
  const timers: (() => void)[] = []
  const clock = { ...systemClock, now: () => now, after: (_ms: number, run: () => void) => { timers.push(run); return () => { timers.splice(0) } } }
  const group = new GroupCommit(writer, () => undefined, clock)
  const result: JournalBatch = { fanoutDone: ['result'] }
  const turn = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve) })
  await group.commit(result)
  expect(groups).toHaveLength(1)

  const gathered = [group.commit(result), turn().then(() => group.commit(result))]
  await turn()
  await turn()
  expect(groups).toHaveLength(1)
  now += 5
  timers.splice(0).forEach((run) => { run() })
  await Promise.all(gathered)
  expect(groups.map((one) => one.length)).toEqual([1, 2])

  const taken = group.commit(result)
  await group.commit({ duplicates: ['signal'] })
  await taken
  expect(groups.map((one) => one.length)).toEqual([1, 2, 2])

  // The bot's next signal waits for a decision, also for one without an order.
  await group.commit({ decisions: [{} as never] })
  expect(groups.map((one) => one.length)).toEqual([1, 2, 2, 1])

  const last = group.commit(result)
  await group.close()
  await last
  expect(groups.map((one) => one.length)).toEqual([1, 2, 2, 1, 1])
})
