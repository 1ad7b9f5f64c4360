import type { Socket } from 'node:net'

// A frame: four bytes of length, big-endian, then that many bytes of JSON in UTF-8.

/** Market lists of the largest exchanges take 4 MB. */
export const MAX_FRAME_BYTES = 8 * 1024 * 1024
const HEADER_BYTES = 4

/** The other side broke the protocol: its connection is cut. */
export class FrameError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'FrameError'
  }
}

/** Throws `FrameError` for what is larger than a frame may be. */
export function encodeFrame(message: unknown): Buffer {
  const text = JSON.stringify(message)
  const length = Buffer.byteLength(text)
  if (length > MAX_FRAME_BYTES) throw new FrameError(`a message of ${length} bytes is larger than a frame may be`)
  const frame = Buffer.allocUnsafe(HEADER_BYTES + length)
  frame.writeUInt32BE(length, 0)
  frame.write(text, HEADER_BYTES)
  return frame
}

/** Cuts a stream of bytes into messages. One for each connection and direction. */
export class FrameReader {
  #parts: Buffer[] = []
  #size = 0

  /** Takes bytes as they come and gives back the messages that are whole now. Throws `FrameError`. */
  read(bytes: Buffer): unknown[] {
    const messages: unknown[] = []
    this.#parts.push(bytes)
    this.#size += bytes.length
    for (let needed = this.#needed(); this.#size >= needed; needed = this.#needed()) {
      const all = this.#joined()
      messages.push(parse(all.subarray(HEADER_BYTES, needed)))
      this.#parts = needed === all.length ? [] : [all.subarray(needed)]
      this.#size -= needed
      if (this.#size === 0) break
    }
    return messages
  }

  /** Bytes until the message at hand is whole; as long as its length is not there, those of the length. */
  #needed(): number {
    if (this.#size < HEADER_BYTES) return HEADER_BYTES
    const head = this.#parts[0]
    const length = (head !== undefined && head.length >= HEADER_BYTES ? head : this.#joined()).readUInt32BE(0)
    if (length === 0 || length > MAX_FRAME_BYTES) throw new FrameError('a frame is empty, or larger than it may be')
    return HEADER_BYTES + length
  }

  #joined(): Buffer {
    const [only, ...more] = this.#parts
    if (only !== undefined && more.length === 0) return only
    const all = Buffer.concat(this.#parts)
    this.#parts = [all]
    return all
  }
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString())
  } catch {
    throw new FrameError('a frame is not JSON')
  }
}

/** Frames that wait for their socket's next write. */
const gathered = new WeakMap<Socket, Buffer[]>()

/**
 * Writes a frame; what is written until `later` calls back leaves as one piece: by default what one callback of the event
 * loop writes. (A corked socket does that too, but keeps books over each frame: 5 µs apiece.)
 */
export function writeFrame(socket: Socket, frame: Buffer, later: (run: () => void) => void = process.nextTick): void {
  const frames = gathered.get(socket)
  if (frames !== undefined) {
    frames.push(frame)
    return
  }
  const first = [frame]
  gathered.set(socket, first)
  later(() => {
    gathered.delete(socket)
    if (socket.writable) socket.write(first.length === 1 ? frame : Buffer.concat(first))
  })
}
