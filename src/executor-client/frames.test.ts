import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeFrame, FrameError, FrameReader, MAX_FRAME_BYTES } from './frames.ts'

test('messages come out whole and in order, however the bytes are cut', () => {
  fc.assert(fc.property(fc.array(fc.record({ id: fc.nat(), text: fc.string() }), { maxLength: 8 }), fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (messages, cuts) => {
    const bytes = Buffer.concat(messages.map(encodeFrame))
    const reader = new FrameReader()
    const read: unknown[] = []
    for (let at = 0, i = 0; at < bytes.length; i += 1) {
      const length = cuts[i % cuts.length] ?? 1
      read.push(...reader.read(Buffer.from(bytes.subarray(at, at + length))))
      at += length
    }
    expect(read).toEqual(messages)
  }))
})

test('a length of nothing or beyond the limit, and what is not JSON, are refused', () => {
  const long = Buffer.alloc(4)
  long.writeUInt32BE(MAX_FRAME_BYTES + 1)
  expect(() => new FrameReader().read(long)).toThrow(FrameError)
  expect(() => new FrameReader().read(Buffer.alloc(4))).toThrow(FrameError)
  expect(() => new FrameReader().read(Buffer.from([0, 0, 0, 1, 0x7b]))).toThrow(FrameError)
  expect(() => encodeFrame('x'.repeat(MAX_FRAME_BYTES))).toThrow(FrameError)
})
