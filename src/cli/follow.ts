import type { api as contract } from '#contract'
import type { Api } from './api.ts'
import { PROGRAM } from './called.ts'
import { ApiProblem, Failure } from './failure.ts'
import { printable } from './table.ts'
import { style, type Terminal } from './terminal.ts'

type Connection = contract.ConnectionAnswer
type Check = Connection['checks'][number]

const MOST_BUFFERED = 1_000_000
const MARKS = { pass: { colour: 'green', sign: 'ok' }, fail: { colour: 'red', sign: 'no' }, unverifiable: { colour: 'yellow', sign: '?' } } as const

/** How a check came out: a sign and, on a terminal, a colour. */
export function markOf({ result }: Pick<Check, 'result'>): string {
  const { colour, sign } = MARKS[result]
  return style(colour, sign)
}

/**
 * Asks for a test of a key and hears of each check as it comes. Rejects as the ordinary request does, and with `Failure`
 * where the lines break off: then nobody here knows what came of it.
 */
export async function follow(api: Api, path: string, body: unknown, onCheck: (check: Check) => void): Promise<Connection> {
  const response = await api.open('POST', path, { ...(body === undefined ? {} : { body }), headers: { accept: 'application/x-ndjson' } })
  let why = 'it ended before the last line'
  try {
    for await (const line of linesOf(response)) {
      if ('connection' in line) return line.connection
      if ('problem' in line) throw new ApiProblem(line.problem)
      if ('check' in line) onCheck(line.check)
    }
  } catch (error) {
    if (error instanceof ApiProblem) throw error
    why = error instanceof Error ? error.message : 'no reason given'
  }
  throw new Failure(`The answer of the server broke off while the key was tested (${why}); what came of it is not known`,
    { next: `Look with "${PROGRAM} connections list" before you connect it again; the same key is never taken twice.` })
}

async function* linesOf({ body }: Response): AsyncGenerator<contract.TestLine> {
  const decoder = new TextDecoder()
  let begun = ''
  for await (const chunk of body ?? []) {
    const lines = (begun + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n')
    begun = lines.pop() ?? ''
    if (begun.length > MOST_BUFFERED) throw new Error('a line is too long')
    for (const line of lines) yield JSON.parse(line) as contract.TestLine
  }
}

/**
 * Runs a test and prints its checks as they come where somebody looks on; answers what is left to print of the list then.
 * Elsewhere `test` is asked to tell nothing, and the whole list is left.
 */
export async function showing(
  terminal: Terminal, test: (onCheck?: (check: Check) => void) => Promise<Connection>,
): Promise<{ connection: Connection; left: readonly Check[] }> {
  if (terminal.json || !process.stderr.isTTY || !process.stdout.isTTY) {
    const connection = await test()
    return { connection, left: connection.checks }
  }
  const shown = new Set<string>()
  const isNew = (check: Check): boolean => !shown.has(JSON.stringify(check))
  try {
    const connection = await test((check) => {
      shown.add(JSON.stringify(check))
      terminal.note(`${markOf(check)} ${check.name}: ${printable(check.detail)}`)
    })
    return { connection, left: connection.checks.filter(isNew) }
  } catch (error) {
    if (!(error instanceof ApiProblem) || !Array.isArray(error.body['checks'])) throw error
    throw new ApiProblem({ ...error.body, checks: (error.body['checks'] as Check[]).filter(isNew) })
  }
}
