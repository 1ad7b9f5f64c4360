import type { Command } from 'commander'
import { command } from '../action.ts'

export function addDemo(program: Command, about: string): void {
  command<{ once?: boolean }>(program, 'demo', about, async (call, options) => {
    const { runDemo } = await import('../demo/run.ts')
    await runDemo(call.terminal, { once: options.once === true })
  }).option('--once', 'stop when the order is there')
    .addHelpText('after',
      '\nEverything happens in a temporary folder and on this machine; nothing of yours is touched.')
}
