import { copyFile, mkdir, open, readFile, rename, type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import { apply, emptyContent, entriesOf, type Content } from './content.ts'
import { lineOf, readEntries, type Entry } from './entry.ts'
import { SafeguardError } from './safeguard-error.ts'

/** Inside the folder of the safeguards. Of a damaged file the last one is kept, for people. */
const [FILE, NEW_FILE, DAMAGED_FILE] = ['state.log', 'state.new', 'state.damaged']
/** Beyond this, and beyond four times what it had when it was written last, the file is written anew. */
const REWRITE_BYTES = 256 * 1024
const REWRITE_GROWTH = 4

/** How a file was found. `missing`: there is none. */
export type Found = 'clean' | 'torn' | 'damaged' | 'missing'

interface Waiting {
  readonly entries: readonly Entry[]
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/**
 * Opens the file, or says what is wrong with it; what can be read of a damaged one is taken over. Only the system's own
 * errors (the folder cannot be read) are thrown.
 */
export async function openStateFile(folder: string): Promise<{ file: StateFile; found: Found }> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const bytes = await readFile(path.join(folder, FILE)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (bytes === null) return { file: new StateFile(folder, emptyContent(), 0), found: 'missing' }
  const { entries, last, state } = readEntries(bytes)
  const content = emptyContent()
  for (const entry of entries) apply(content, entry)
  const file = new StateFile(folder, content, last)
  if (state === 'clean') await file.goOn(bytes.length)
  // A copy: the file itself stands until it is replaced by one that is right.
  if (state === 'damaged') await copyFile(path.join(folder, FILE), path.join(folder, DAMAGED_FILE)).catch(() => undefined)
  return { file, found: state }
}

/**
 * The one writer of the file: an append-only log that is flushed before a change counts, written anew now and then.
 * What is asked for while a flush is under way goes to disk together with the next one.
 */
export class StateFile {
  /** What is on disk. */
  readonly content: Content
  readonly #folder: string
  #last: number
  /** Null: the next write writes the whole file, because there is none or nobody knows what is in it. */
  #handle: FileHandle | null = null
  #size = 0
  #rewriteAt = REWRITE_BYTES
  #waiting: Waiting[] = []
  #working: Promise<void> | null = null

  constructor(folder: string, content: Content, last: number) {
    this.#folder = folder
    this.content = content
    this.#last = last
  }

  /** Goes on at the end of a file of that size, every line of which is whole. */
  async goOn(size: number): Promise<void> {
    this.#handle = await open(path.join(this.#folder, FILE), 'a')
    this.#size = size
    this.#rewriteAt = Math.max(REWRITE_BYTES, size * REWRITE_GROWTH)
  }

  /** Resolves when these entries are on disk and in `content`; in the order of the calls. Rejects with `SafeguardError`. */
  append(entries: readonly Entry[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ entries, resolve, reject })
      this.#working ??= this.#work().finally(() => { this.#working = null })
    })
  }

  /** Waits for what is being written and lets go of the file. */
  async close(): Promise<void> {
    await this.#working
    await this.#handle?.close()
    this.#handle = null
  }

  async #work(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting
      this.#waiting = []
      const entries = group.flatMap((one) => one.entries)
      const failure = await this.#write(entries)
      for (const { resolve, reject } of group) {
        if (failure === null) resolve()
        else reject(failure)
      }
    }
  }

  async #write(entries: readonly Entry[]): Promise<SafeguardError | null> {
    const handle = this.#handle
    if (handle !== null && this.#size < this.#rewriteAt) {
      try {
        await this.#append(handle, entries)
        return null
      } catch {
        // Nobody knows how much of it is on disk; a whole new file is right in any case, and says so if it fails.
        this.#handle = null
        await handle.close().catch(() => undefined)
      }
    }
    try {
      await this.#rewrite(entries)
      return null
    } catch (error) {
      return new SafeguardError('not_durable', (error as NodeJS.ErrnoException).code ?? 'no code')
    }
  }

  async #append(handle: FileHandle, entries: readonly Entry[]): Promise<void> {
    const bytes = Buffer.from(this.#linesOf(entries))
    await handle.appendFile(bytes)
    await handle.datasync()
    this.#size += bytes.length
    for (const entry of entries) apply(this.content, entry)
  }

  /** Writes content and entries into a new file and puts it in the place of the old one, which stands until then. */
  async #rewrite(entries: readonly Entry[]): Promise<void> {
    const bytes = Buffer.from(this.#linesOf([...entriesOf(this.content), ...entries]))
    const handle = await open(path.join(this.#folder, NEW_FILE), 'w', 0o600)
    try {
      await handle.writeFile(bytes)
      await handle.datasync()
      await rename(path.join(this.#folder, NEW_FILE), path.join(this.#folder, FILE))
      await flushFolder(this.#folder)
    } finally {
      await handle.close()
    }
    for (const entry of entries) apply(this.content, entry)
    await this.#handle?.close()
    await this.goOn(bytes.length)
  }

  #linesOf(entries: readonly Entry[]): string {
    let lines = ''
    for (const entry of entries) lines += lineOf(this.#last += 1, entry)
    return lines
  }
}

/** Makes a rename durable. Windows can open no folder, and needs none of this. */
async function flushFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.datasync()
  } finally {
    await handle.close()
  }
}
