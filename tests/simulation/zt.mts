import { runSeed } from './run-seed.ts'
import { EXITS } from './mutants/of-exits.ts'
const m = EXITS.find((x) => x.name.includes(process.argv[3] ?? ''))
await runSeed(Number(process.argv[2]), (l) => { console.log(l) }, m?.focus)
