import { Failure } from './failure.ts'
import { printable } from './table.ts'

/** All of standard input as text, up to a limit in bytes. */
export async function readInput(mostBytes: number): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > mostBytes) throw new Failure(`Standard input holds more than ${mostBytes} bytes`, { usage: true })
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Asks a question on the terminal; no unless somebody types yes. Ctrl-C and Ctrl-D are a no. */
export async function askYes(question: string): Promise<boolean> {
  const { createInterface } = await import('node:readline')
  const asked = createInterface({ input: process.stdin, output: process.stderr })
  const answer = await new Promise<string>((resolve) => {
    asked.once('close', () => { resolve('') })
    asked.question(`${printable(question)} [y/N] `, resolve)
  })
  asked.close()
  return /^y(es)?$/i.test(answer.trim())
}

/** Asks for something that nobody may see, on the terminal. */
export async function askHidden(message: string): Promise<string> {
  const { isCancel, password } = await import('@clack/prompts')
  const answer = await password({ message, output: process.stderr, validate: (text) =>
    (text ? undefined : 'It is needed') })
  if (isCancel(answer)) throw new Failure('Stopped: nothing was sent.')
  return answer
}
