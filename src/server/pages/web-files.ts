import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'

/** A file of the page, in memory with its compressed forms. */
export interface WebFile {
  readonly type: string
  readonly body: Buffer
  /** What the build compressed beforehand, by content coding. */
  readonly encoded: Readonly<Partial<Record<'br' | 'gzip', Buffer>>>
  readonly etag: string
  /** Its name holds a hash of what is in it: it never changes. */
  readonly immutable: boolean
}

/** Everything that the web build made, by the path in the address; `index` is the page itself. */
export interface WebFiles {
  readonly index: string | null
  readonly files: ReadonlyMap<string, WebFile>
}

const MOST_BYTES = 64 * 1024 * 1024
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8', '.json': 'application/json; charset=utf-8', '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.svg': 'image/svg+xml', '.png': 'image/png', '.webp': 'image/webp', '.ico': 'image/x-icon', '.woff2': 'font/woff2', '.txt': 'text/plain; charset=utf-8',
}
const CODINGS = { '.br': 'br', '.gz': 'gzip' } as const
/** As Vite names what it makes: `assets/index-BhQ2x_9a.js`. */
const HASHED = /^assets\/.+-[\w-]{8,}\.\w+$/

/**
 * Reads the folder of a web build into memory: no address ever becomes a path on the disk. Files of types that no page
 * needs, source maps among them, are left out. Where there is no folder, there is no page.
 */
export async function readWebFiles(folder: string): Promise<WebFiles> {
  const bodies = new Map<string, Buffer>()
  let bytes = 0
  for (const name of await namesIn(folder)) {
    const body = await readFile(path.join(folder, name))
    bytes += body.length
    if (bytes > MOST_BYTES) throw new Error(`the web build in ${folder} is larger than ${MOST_BYTES / 1024 / 1024} MB`)
    bodies.set(name, body)
  }
  const files = new Map<string, WebFile>()
  for (const [name, body] of bodies) {
    const type = TYPES[path.extname(name)]
    if (type === undefined || name === 'index.html') continue
    const encoded = Object.fromEntries(Object.entries(CODINGS).flatMap(([suffix, coding]) => {
      const one = bodies.get(name + suffix)
      return one === undefined ? [] : [[coding, one]]
    }))
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
    files.set(`/${name}`, { type, body, encoded, etag, immutable: HASHED.test(name) })
  }
  return { index: bodies.get('index.html')?.toString('utf8') ?? null, files }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true })
    return entries.filter((entry) => entry.isFile()) // no links: they may lead elsewhere
      .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
      .filter((name) => !name.split('/').some((part) => part.startsWith('.')))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
