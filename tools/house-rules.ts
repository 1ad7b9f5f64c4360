import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

// Rules of the house that the linter has no words for. Each one is tried on a line that breaks it, before it is
// trusted.

interface Rule {
  readonly name: string
  readonly pattern: RegExp
  /** Files, relative to the root, in which it does not hold. */
  readonly except: RegExp
  readonly breaks: string
}

const RULES: readonly Rule[] = [
  {
    name: 'time comes from #clock: no `new Date()` of the moment', pattern: /\bnew Date\(\s*\)/,
    except: /^(src\/clock\/|simulator\/clock\.ts|tests\/|bench\/|tools\/)|\.test\.ts$/, breaks: 'const at = new Date()',
  },
  {
    name: 'no skipped and no only test', pattern: /\b(?:it|test|describe)\.(?:skip|only|todo)\b/,
    except: /^tools\//, breaks: "it.skip('x', () => {})",
  },
  {
    name: 'no paths of one machine', pattern: /["'`(\s](?:\/work\/|\/home\/|\/root\/)/,
    except: /^tools\//, breaks: "const file = '/home/me/x'",
  },
]
const NAMELESS = /(?:^|\/)(?:utils?|helpers?|types|constants)\.tsx?$/
const FOLDERS = ['src', 'simulator', 'web/src', 'tests', 'bench', 'tools']
const MOST_LINES = 400
/** Made by a tool, and read by nobody. */
const GENERATED = 'web/src/api/schema.ts'

const root = path.resolve(import.meta.dirname, '..')

function sources(folder: string): string[] {
  try {
    return readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
      .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

function look(file: string, text: string): string[] {
  const lines = text.split('\n')
  const found = RULES.filter((rule) => !rule.except.test(file)).flatMap((rule) =>
    lines.flatMap((line, index) => (rule.pattern.test(line) ? [`${file}:${index + 1}: ${rule.name}`] : [])))
  if (NAMELESS.test(file)) found.push(`${file}: a file is named after what it holds`)
  if (file !== GENERATED && lines.length > MOST_LINES + 1) found.push(`${file}: ${lines.length} lines, at most ${MOST_LINES}`)
  return found
}

const blind = [
  ...RULES.filter((rule) => look('src/planted.ts', rule.breaks).length === 0).map((rule) => rule.name),
  ...look('src/utils.ts', '').length === 0 ? ['file names'] : [],
  ...look('src/planted.ts', '\n'.repeat(MOST_LINES + 1)).length === 0 ? ['file length'] : [],
].map((name) => `self-test: not found: ${name}`)

const files = FOLDERS.flatMap(sources)
const problems = [...blind, ...files.flatMap((file) => look(file, readFileSync(path.join(root, file), 'utf8')))]
if (files.length === 0) problems.push('there are no files to look at')
for (const problem of problems) console.error(problem)
console.log(`house rules: ${files.length} files, ${problems.length} problems`)
process.exitCode = problems.length === 0 ? 0 : 1
