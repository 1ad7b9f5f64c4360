// Lists of all symbols have up to 20 MB. Parsed at once they would keep an order waiting for a quarter of a second, so
// they are parsed object by object, with room for others in between.

/** How long others may have to wait, ms; looked at after every object. */
const TURN_MS = 4

/**
 * Turns the objects of a JSON array into what `read` makes of them, leaving out nulls. `member`: the array's name where it
 * stands inside an object. Null where there is no such array, or it is not whole.
 */
export function parseLongList<T>(text: string, member: string | null, read: (row: unknown) => T | null, now: () => number): Promise<T[] | null> {
  const from = member === null ? text.search(/\[/) : startOf(text, member)
  return parseRows(text, from, CLOSE_LIST, read, now)
}

/** The same for an object of objects by name, `{"XXBTZUSD": {…}, …}`. `member`: its name where it stands inside an object. */
export function parseLongMap<T>(text: string, member: string, read: (row: unknown, name: string) => T | null, now: () => number): Promise<T[] | null> {
  const match = new RegExp(`"${member}"\\s*:\\s*\\{`).exec(text)
  return parseRows(text, match === null ? -1 : match.index + match[0].length - 1, CLOSE, read, now)
}

/** `close`: what ends the rows; those of a map have a name in front. */
async function parseRows<T>(text: string, from: number, close: number, read: (row: unknown, name: string) => T | null, now: () => number): Promise<T[] | null> {
  if (from < 0) return null
  const found: T[] = []
  let turnEnds = now() + TURN_MS
  for (let at = from + 1; ;) {
    let next = nextToken(text, at)
    if (text.charCodeAt(next) === close) return found
    const name = close === CLOSE ? nameAt(text, next) : NAMELESS
    if (name === null) return null
    next = nextToken(text, next + name.length)
    if (text.charCodeAt(next) !== OPEN) return null
    const end = endOfObject(text, next)
    if (end < 0) return null
    const row = parse(text.slice(next, end))
    if (row === undefined) return null
    const value = read(row, name.text)
    if (value !== null) found.push(value)
    at = end
    if (now() >= turnEnds) {
      await new Promise((resolve) => { setImmediate(resolve) })
      turnEnds = now() + TURN_MS
    }
  }
}

const NAMELESS = { text: '', length: 0 }

/** A name with its colon; `length`: how far they go. Null: there is none. */
function nameAt(text: string, at: number): { text: string; length: number } | null {
  const end = text.charCodeAt(at) === QUOTE ? endOfString(text, at) : -1
  const name = end < 0 ? undefined : parse(text.slice(at, end + 1))
  const colon = nextToken(text, end + 1)
  return typeof name === 'string' && text.charCodeAt(colon) === COLON ? { text: name, length: colon + 1 - at } : null
}

const [QUOTE, BACKSLASH, OPEN, CLOSE, CLOSE_LIST, COLON] = [0x22, 0x5c, 0x7b, 0x7d, 0x5d, 0x3a]

function startOf(text: string, member: string): number {
  // Lists of the same name may stand elsewhere, of texts (Binance's `sors`): ours is one of objects, or empty.
  const match = new RegExp(`"${member}"\\s*:\\s*\\[(?=\\s*\\{)`).exec(text) ?? new RegExp(`"${member}"\\s*:\\s*\\[`).exec(text)
  return match === null ? -1 : match.index + match[0].length - 1
}

/** Past blanks and commas. */
function nextToken(text: string, from: number): number {
  let at = from
  while (at < text.length && (text.charCodeAt(at) <= 0x20 || text.charCodeAt(at) === 0x2c)) at += 1
  return at
}

/** One past the object's closing brace; below 0: it has none. */
function endOfObject(text: string, from: number): number {
  let depth = 0
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) {
      at = endOfString(text, at)
      if (at < 0) return -1
    } else if (code === OPEN) depth += 1
    else if (code === CLOSE) {
      depth -= 1
      if (depth === 0) return at + 1
    }
  }
  return -1
}

/** The string's closing quote. */
function endOfString(text: string, from: number): number {
  for (let at = text.indexOf('"', from + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let backslashes = 0
    while (text.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes += 1
    if (backslashes % 2 === 0) return at
  }
  return -1
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
