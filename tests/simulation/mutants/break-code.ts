import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { MUTANTS } from './mutants.ts'

const ROOT = path.resolve(import.meta.dirname, '../../..')

/**
 * Loads a deliberately broken variant of the code in this process: named snippets of source files are replaced while they
 * are loaded, and no file is touched. Throws if a snippet is not in its file exactly once, so that mutants stay true.
 */
export function breakCode(name: string): void {
  const mutant = MUTANTS.find((one) => one.name === name)
  if (mutant === undefined) throw new Error(`there is no mutant "${name}"`)
  const broken = new Map<string, string>()
  for (const { file, find, put } of mutant.changes) {
    const whole = path.join(ROOT, file)
    const source = broken.get(whole) ?? readFileSync(whole, 'utf8')
    if (source.split(find).length !== 2) throw new Error(`mutant "${name}": its snippet stands ${source.split(find).length - 1} times in ${file}; it has to be brought up to date`)
    broken.set(whole, source.replace(find, () => put))
  }
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context)
      const source = url.startsWith('file:') ? broken.get(fileURLToPath(url)) : undefined
      return source === undefined ? loaded : { ...loaded, source }
    },
  })
}
