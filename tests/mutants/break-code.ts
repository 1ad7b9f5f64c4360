import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** A deliberately broken variant of the program: what a harness that finds nothing wrong with it is not worth. */
export interface BrokenCode {
  readonly name: string
  /** Each snippet stands exactly once in its file (from the repository's root). */
  readonly changes: readonly { readonly file: string; readonly find: string; readonly put: string }[]
}

const ROOT = path.resolve(import.meta.dirname, '../..')

/**
 * Has this process load the broken variant: snippets of source files are replaced while they are loaded, and no file is
 * touched. To be called before any of them is imported. Throws where a snippet is not in its file exactly once, so that
 * mutants are kept true.
 */
export function breakCode(code: BrokenCode): void {
  const broken = brokenSources(code)
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context)
      const source = url.startsWith('file:') ? broken.get(fileURLToPath(url)) : undefined
      return source === undefined ? loaded : { ...loaded, source }
    },
  })
}

/** File → its broken text. */
export function brokenSources({ name, changes }: BrokenCode): ReadonlyMap<string, string> {
  const broken = new Map<string, string>()
  for (const { file, find, put } of changes) {
    const whole = path.join(ROOT, file)
    const source = broken.get(whole) ?? readFileSync(whole, 'utf8')
    const times = source.split(find).length - 1
    if (times !== 1) throw new Error(`mutant "${name}": its snippet stands ${times} times in ${file}; bring it up to date`)
    broken.set(whole, source.replace(find, () => put))
  }
  return broken
}
