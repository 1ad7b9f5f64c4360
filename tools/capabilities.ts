import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { EXCHANGES } from '#exchanges'
import { capabilities } from './capability-table.ts'

// Writes docs/exchanges/README.md from the code: what each exchange can do here. A test compares the two.
const file = fileURLToPath(new URL('../docs/exchanges/README.md', import.meta.url))
writeFileSync(file, capabilities(EXCHANGES))
console.log(`written: ${file}, ${EXCHANGES.length} exchanges`)
