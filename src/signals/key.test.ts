import { describe, expect, it } from 'vitest'
import { isWebhookKey, keyMistake, newWebhookKey, webhookKeyHash } from './key.ts'

const pepper = new Uint8Array(32).fill(3)
let drawn = 0
const clock = { randomBytes: (length: number) => new Uint8Array(length).fill(drawn += 1) }

describe('webhook keys', () => {
  it('are 192 random bits that need no escaping anywhere', () => {
    const key = newWebhookKey(clock)
    expect(key).toMatch(/^[\w-]{32}$/)
    expect(newWebhookKey(clock)).not.toBe(key)
    expect(keyMistake(key)).toBeNull()
  })

  it('open with themselves alone', () => {
    const stored = webhookKeyHash('correct-horse', pepper)
    expect(isWebhookKey('correct-horse', stored, pepper)).toBe(true)
    for (const wrong of ['correct-hors', 'correct-horse ', 'Correct-horse', '', null, stored]) expect(isWebhookKey(wrong, stored, pepper)).toBe(false)
    expect(isWebhookKey('correct-horse', stored, new Uint8Array(32))).toBe(false)
    for (const damaged of ['', 'zz', stored.slice(2), `${stored}00`]) expect(isWebhookKey('correct-horse', damaged, pepper)).toBe(false)
  })

  it('a missing key opens nothing, not even an empty one\'s hash', () => {
    expect(isWebhookKey(null, webhookKeyHash('', pepper), pepper)).toBe(false)
  })

  it('are stored as what does not hold them', () => {
    expect(webhookKeyHash('correct-horse', pepper)).toMatch(/^[0-9a-f]{64}$/)
  })

  it.each(['short', '1234567', 'has a space', 'umläute-123', 'x'.repeat(201), 'line\nbreak'])('%j is not one that a person may choose', (key) => {
    const mistake = keyMistake(key)
    expect(mistake?.path).toBe('key')
    expect(mistake?.message).not.toContain(key)
  })
})
