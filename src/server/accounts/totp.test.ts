import { expect, test } from 'vitest'
import { base32, stepOfCode, totpCode, totpStep, totpUri } from './totp.ts'

const SECRET = Buffer.from('12345678901234567890')

// RFC 6238, appendix B, SHA-1.
test.each([
  [59, '94287082'], [1_111_111_109, '07081804'], [1_111_111_111, '14050471'], [1_234_567_890, '89005924'], [2_000_000_000, '69279037'],
  [20_000_000_000, '65353130'],
])('at %i s the code is that of the RFC', (seconds, code) => {
  expect(totpCode(SECRET, totpStep(seconds * 1000), 8)).toBe(code)
  expect(stepOfCode(SECRET, code.slice(2), seconds * 1000)).toBe(totpStep(seconds * 1000))
})

// RFC 4226, appendix D.
test('the counter\'s codes are those of the RFC', () => {
  expect(Array.from({ length: 10 }, (_, step) => totpCode(SECRET, step))).toEqual(
    ['755224', '287082', '359152', '969429', '338314', '254676', '287922', '162583', '399871', '520489'],
  )
})

test('a code counts for its step and the neighbours, and no longer', () => {
  const at = 1_800_000_000_000
  const code = totpCode(SECRET, totpStep(at))
  for (const [late, step] of [[-60_001, null], [-30_000, totpStep(at)], [0, totpStep(at)], [59_999, totpStep(at)], [60_000, null]] as const) {
    expect([late, stepOfCode(SECRET, code, at + late)]).toEqual([late, step])
  }
  expect(stepOfCode(SECRET, `${code.slice(0, 3)} ${code.slice(3)}`, at)).toBe(totpStep(at))
  for (const wrong of ['', '1', `${code}0`.slice(1), 'ääääää']) expect(stepOfCode(SECRET, wrong, at)).toBeNull()
})

// RFC 4648, 10.
test.each([['f', 'MY'], ['fo', 'MZXQ'], ['foo', 'MZXW6'], ['foob', 'MZXW6YQ'], ['fooba', 'MZXW6YTB'], ['foobar', 'MZXW6YTBOI']])('base32 of %s is that of the RFC', (text, encoded) => {
  expect(base32(Buffer.from(text))).toBe(encoded)
})

test('an app can read the address', () => {
  const url = new URL(totpUri(SECRET, 'a:b c', 'flow.example'))
  expect(decodeURIComponent(url.pathname)).toBe('/Towerflow flow.example:a:b c')
  expect(Object.fromEntries(url.searchParams)).toEqual({
    secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', issuer: 'Towerflow flow.example', algorithm: 'SHA1', digits: '6', period: '30',
  })
})
