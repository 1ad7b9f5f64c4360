/** One server-sent event. */
export interface ServerEvent {
  readonly id: string | null
  readonly type: string
  /** Parsed where it is JSON. */
  readonly data: unknown
}

const MOST_BUFFERED = 4 * 1024 * 1024

/** Reads a `text/event-stream` until it ends (WHATWG HTML, 9.2.6; comments are left out). */
export async function* readEvents(response: Response): AsyncGenerator<ServerEvent> {
  if (response.body === null) return
  const decoder = new TextDecoder()
  let buffer = ''
  for await (const chunk of response.body) {
    buffer = (buffer + decoder.decode(chunk as Uint8Array, { stream: true })).replaceAll('\r\n', '\n')
    if (buffer.length > MOST_BUFFERED) throw new Error('an event is too large')
    for (let end = buffer.indexOf('\n\n'); end >= 0; end = buffer.indexOf('\n\n')) {
      const event = parseEvent(buffer.slice(0, end))
      buffer = buffer.slice(end + 2)
      if (event !== null) yield event
    }
  }
}

function parseEvent(block: string): ServerEvent | null {
  let id: string | null = null
  let type = 'message'
  const data: string[] = []
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':')
    if (colon === 0) continue
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (field === 'id') id = value
    else if (field === 'event') type = value
    else if (field === 'data') data.push(value)
  }
  if (data.length === 0 && id === null && type === 'message') return null
  const text = data.join('\n')
  try {
    return { id, type, data: text === '' ? null : JSON.parse(text) }
  } catch {
    return { id, type, data: text } // not JSON: as it came
  }
}
