import { CommanderError } from 'commander'
import { EXIT, report } from './failure.ts'
import { buildProgram } from './program.ts'

// A reader that went away (`… | head`) is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.done)
  throw error
})

const end = process.argv.indexOf('--')
const json = process.argv.slice(2, end < 0 ? undefined : end).includes('--json')

try {
  const args = process.argv.slice(2)
  await (await buildProgram(args)).parseAsync(args, { from: 'user' })
} catch (error) {
  process.exitCode = error instanceof CommanderError ? (error.exitCode === 0 ? EXIT.done : EXIT.usage) : report(error,
    json)
}
