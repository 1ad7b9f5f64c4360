import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { breakCode } from '../../mutants/break-code.ts'
import { MUTANTS, type Zone } from './mutants.ts'

// Loaded before the program (`--import`), in every process of an installation: the mutant's name comes in the environment.
// The supervisor hands nothing on that it does not know of, so that it is broken as well: it loads this file into the
// children. Nothing in the program itself knows of mutants.

const NAME = 'CHAOS_MUTANT'
const name = process.env[NAME]
const mutant = MUTANTS.find((one) => one.name === name)
if (mutant === undefined) throw new Error(`there is no mutant "${name ?? ''}"`)

const zone = zoneOf(process.argv[1] ?? '')
if (zone !== null) breakCode({ name: mutant.name, changes: mutant.changes.filter((change) => change.zone === zone) })
else breakCode({ name: 'what hands mutants on', changes: handingOn(mutant.name) })

function zoneOf(file: string): Zone | null {
  if (file.endsWith(path.join('src', 'server', 'main.ts'))) return 'server'
  return file.endsWith(path.join('src', 'executor', 'main.ts')) ? 'executor' : null
}

function handingOn(mutantName: string): { file: string; find: string; put: string }[] {
  const file = 'src/supervisor/children.ts'
  const enter = JSON.stringify(`--import=${pathToFileURL(import.meta.filename).href}`)
  const readable = JSON.stringify(`--allow-fs-read=${path.resolve(import.meta.dirname, '../..')}`)
  const env = `${NAME}: ${JSON.stringify(mutantName)},`
  return [
    { file, find: "[...NODE_FLAGS, here('../server/main.ts')]", put: `[...NODE_FLAGS, ${enter}, here('../server/main.ts')]` },
    { file, find: "[...flags, here('../executor/main.ts')]", put: `[...flags, ${readable}, ${enter}, here('../executor/main.ts')]` },
    { file, find: 'env: { ...handedOn(), ...environmentOf(settings),', put: `env: { ${env} ...handedOn(), ...environmentOf(settings),` },
    { file, find: 'env: {\n        ...handedOn(),', put: `env: {\n        ${env} ...handedOn(),` },
  ]
}
