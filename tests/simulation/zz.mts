import { runSeed } from './run-seed.ts'
import { EXITS } from './mutants/of-exits.ts'
const n = Number(process.argv[2] ?? 200)
for (const m of EXITS) {
  const bad: string[] = []
  for (let seed = 1; seed <= n; seed += 1) {
    const o = await runSeed(seed, null, m.focus)
    if (o.violation !== null) bad.push(`${seed}: ${o.violation.split('\n')[0]?.slice(0, 180)}`)
  }
  console.log(m.name, bad.length, bad.slice(0, 3).join('\n   '))
}
