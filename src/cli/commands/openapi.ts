import type { Command } from 'commander'
import { command } from '../action.ts'

export function addOpenapi(program: Command, about: string): void {
  command(program, 'openapi', about, async (call) => {
    const document: unknown = await (await call.api()).get('/openapi.json')
    call.terminal.answer(document, () => JSON.stringify(document, null, 2))
  })
}
