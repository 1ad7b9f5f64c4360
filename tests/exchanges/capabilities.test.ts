import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { EXCHANGES } from '#exchanges'
import { capabilities } from '../../tools/capability-table.ts'

test('docs/exchanges/README.md says what the code says; `node tools/capabilities.ts` writes it', () => {
  expect(readFileSync(new URL('../../docs/exchanges/README.md', import.meta.url), 'utf8')).toBe(capabilities(EXCHANGES))
})
