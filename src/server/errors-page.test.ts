import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { PROBLEMS } from '#model'

test('docs/errors.md lists every code with its status and title, says what to do, and lists nothing else', () => {
  const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8')
  const rows = page.split('\n').filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim()).slice(1, 5))
  const catalogue = Object.entries(PROBLEMS).map(([code, { status, title }]) => [`\`${code}\``, String(status), title])
  expect(rows.map(([code, status, title]) => [code, status, title])).toEqual(catalogue)
  for (const [code, , , advice] of rows) expect(advice?.length, code).toBeGreaterThan(15)
})
