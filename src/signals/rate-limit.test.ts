import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DEFAULT_RATE_LIMIT, fullBucket, takeToken } from './rate-limit.ts'

const limit = { perSecond: 10, burst: 3 }

describe('takeToken', () => {
  it('lets a burst through, then the flow', () => {
    let bucket = fullBucket(limit, 0)
    const answers = [0, 0, 0, 0, 99, 100, 101].map((now) => {
      const taken = takeToken(bucket, limit, now)
      bucket = taken.bucket
      return [taken.ok, taken.retryAfterMs]
    })
    expect(answers).toEqual([[true, 0], [true, 0], [true, 0], [false, 100], [false, 1], [true, 0], [false, 99]])
  })

  it('never lets through more than burst plus flow, whatever the clock does', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: -500, max: 500 }), { maxLength: 200 }), (steps) => {
      let bucket = fullBucket(limit, 0)
      let [now, latest, passed] = [0, 0, 0]
      for (const step of steps) {
        now += step
        latest = Math.max(latest, now)
        const taken = takeToken(bucket, limit, now)
        bucket = taken.bucket
        if (taken.ok) passed += 1
        expect(taken.ok || taken.retryAfterMs > 0).toBe(true)
      }
      expect(passed).toBeLessThanOrEqual(limit.burst + (latest / 1000) * limit.perSecond + 1e-6)
    }))
  })

  it('a full bucket holds no more than the burst, however long it waits', () => {
    expect(takeToken(fullBucket(limit, 0), limit, 1e9).bucket.tokens).toBe(2)
    expect(DEFAULT_RATE_LIMIT).toEqual({ perSecond: 100, burst: 1000 })
  })

  it('after the time that it names there is one', () => {
    const empty = { tokens: 0.25, at: 1000 }
    const { retryAfterMs } = takeToken(empty, limit, 1000)
    expect(takeToken(empty, limit, 1000 + retryAfterMs).ok).toBe(true)
    expect(takeToken(empty, limit, 1000 + retryAfterMs - 1).ok).toBe(false)
  })
})
