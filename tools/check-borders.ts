import { mkdtempSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { cruise, type ICruiseResult } from 'dependency-cruiser'
import extractOptions from 'dependency-cruiser/config-utl/extract-depcruise-options'

// Checks the table of rooms (.dependency-cruiser.cjs). A check that saw nothing is not a check, so it also counts the
// modules it saw against the files there are, and proves on a planted tree that it finds what is forbidden.

const root = path.resolve(import.meta.dirname, '..')
const FOLDERS = ['src', 'simulator', 'web/src']
const rules = await extractOptions(path.join(root, '.dependency-cruiser.cjs'))

/** Reports what a tree of ours imports against the rules; paths are relative to `baseDir`. */
async function look(baseDir: string): Promise<ICruiseResult> {
  const { output } = await cruise(FOLDERS, { ...rules, baseDir })
  if (typeof output === 'string') throw new Error('dependency-cruiser answered with text')
  return output
}

function sources(folder: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
}

const described = (result: ICruiseResult): string[] =>
  result.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)

/** Plants imports that the table forbids, and one that it allows, in a tree of their own. */
async function findsWhatIsPlanted(): Promise<string[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'borders-'))
  try {
    const planted: Record<string, string> = {
      'package.json': readFileSync(path.join(root, 'package.json'), 'utf8'),
      'src/model/index.ts': 'export const one = 1\nexport type One = 1\n',
      'src/exchanges/index.ts': 'export const two = 2\n',
      'src/store/index.ts': 'export const three = 3\nexport type Three = 3\n',
      'src/server/main.ts': "import { two } from '#exchanges'\nexport const x = two\n",
      'src/execution/index.ts': "import { three } from '#store'\nexport const x = three\n",
      'src/execution/allowed.ts': "import type { Three } from '#store'\nexport type Y = Three\n",
      'src/model/typed.ts': "import type { Three } from '../store/index.ts'\nexport type X = Three\n",
      'simulator/index.ts': "import { one } from '#model'\nexport const y = one\n",
      'web/src/main.tsx': "import { one } from '#model'\nexport const z = <p>{one}</p>\n",
    }
    for (const [name, text] of Object.entries(planted)) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
      writeFileSync(path.join(folder, name), text)
    }
    const found = described(await look(folder))
    const expected = [
      'room-server: src/server/main.ts -> src/exchanges/index.ts',
      'room-execution-types: src/execution/index.ts -> src/store/index.ts',
      'room-model: src/model/typed.ts -> src/store/index.ts',
      'room-simulator: simulator/index.ts -> src/model/index.ts',
      'room-web: web/src/main.tsx -> src/model/index.ts',
    ]
    const missed = expected.filter((line) => !found.includes(line)).map((line) => `self-test: not found: ${line}`)
    const invented = found.filter((line) => line.includes('allowed.ts'))
      .map((line) => `self-test: wrongly found: ${line}`)
    return [...missed, ...invented]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const files = FOLDERS.flatMap(sources)
const result = await look(root)
const seen = new Set(result.modules.map((module) => module.source))
const unseen = files.filter((file) => !seen.has(file)).map((file) => `not looked at: ${file}`)
const problems = [...unseen, ...described(result), ...await findsWhatIsPlanted()]
if (files.length === 0) problems.push('there are no files to look at')
for (const problem of problems) console.error(problem)
console.log(`borders: ${files.length} files, ${files.length - unseen.length} seen, ${problems.length} problems`)
process.exitCode = problems.length === 0 ? 0 : 1
