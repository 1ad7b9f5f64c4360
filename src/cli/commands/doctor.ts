import type { Command } from 'commander'
import { command } from '../action.ts'
import { printable, table } from '../table.ts'
import { style } from '../terminal.ts'

export function addDoctor(program: Command, about: string): void {
  command(program, 'doctor', about, async (call) => {
    const { examine } = await import('../examination.ts')
    const { settings, checks } = await examine()
    const marks = { ok: style('green', 'ok'), note: style('yellow', '!'), failed: style('red', 'no') }
    call.terminal.answer({ settings, checks }, () => [
      table(settings, [
        { title: 'SETTING', of: (one) => one.name },
        { title: 'VALUE', of: (one) => one.value },
        { title: 'FROM', of: (one) => one.source },
      ], 'The settings could not be read.'),
      '',
      table(checks, [
        { title: '', of: (one) => marks[one.result] },
        { title: 'WHAT', of: (one) => one.name },
        { title: 'FINDING', of: (one) => printable(one.detail) },
      ], ''),
    ].join('\n'))
    if (checks.some((one) => one.result === 'failed')) process.exitCode = 1
  })
}
