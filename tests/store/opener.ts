import { systemClock } from '#clock'
import { openStore } from '#store'

// Opens a store, says the id of its installation, and closes: `node opener.ts sqlite <folder>` or `postgres <url>`.
const [engine, where = ''] = process.argv.slice(2)
const store = await openStore({ ...engine === 'postgres' ? { url: where } : { dataDir: where }, clock: systemClock })
process.stdout.write(`${(await store.meta.installation()).id}\n`)
await store.close()
