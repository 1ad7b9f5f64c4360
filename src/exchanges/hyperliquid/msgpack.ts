// As much of MessagePack as actions are made of: objects in the order of their members, lists, texts, whole numbers,
// booleans. [msgpack.org spec] What is hashed is this, so that every byte has to be the one that the exchange makes.

/** Throws `RangeError` for what no action of ours holds. */
export function packed(value: unknown): Buffer {
  const parts: Buffer[] = []
  pack(value, parts)
  return Buffer.concat(parts)
}

function pack(value: unknown, parts: Buffer[]): void {
  if (typeof value === 'boolean') parts.push(Buffer.of(value ? 0xc3 : 0xc2))
  else if (typeof value === 'number') parts.push(packNumber(value))
  else if (typeof value === 'string') {
    const bytes = Buffer.from(value)
    parts.push(head(bytes.length, [0xa0, 32], 0xd9), bytes)
  } else if (Array.isArray(value)) {
    parts.push(head(value.length, [0x90, 16], null))
    for (const each of value) pack(each, parts)
  } else if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
    parts.push(head(entries.length, [0x80, 16], null))
    for (const [name, each] of entries) {
      pack(name, parts)
      pack(each, parts)
    }
  } else throw new RangeError(`an action holds no ${typeof value}`)
}

/** A length: in the first byte, or in one byte behind `long`. */
function head(length: number, [base, least]: readonly [base: number, least: number], long: number | null): Buffer {
  if (length < least) return Buffer.of(base | length)
  if (long === null || length > 0xff) throw new RangeError('an action is never that long')
  return Buffer.of(long, length)
}

function packNumber(value: number): Buffer {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError('an action counts in whole numbers')
  if (value < 0x80) return Buffer.of(value)
  if (value <= 0xff) return Buffer.of(0xcc, value)
  const bytes = Buffer.alloc(value <= 0xffff ? 3 : value <= 0xffff_ffff ? 5 : 9)
  bytes[0] = bytes.length === 3 ? 0xcd : bytes.length === 5 ? 0xce : 0xcf
  if (bytes.length === 3) bytes.writeUInt16BE(value, 1)
  else if (bytes.length === 5) bytes.writeUInt32BE(value, 1)
  else bytes.writeBigUInt64BE(BigInt(value), 1)
  return bytes
}
