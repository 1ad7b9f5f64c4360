import type { Command } from 'commander'
import type { api as contract } from '#contract'
import type { z } from 'zod'
import { command, group } from '../action.ts'
import { Failure } from '../failure.ts'
import { sheet } from '../table.ts'

type Vault = z.infer<typeof contract.vault>

export function addVault(program: Command, about: string): void {
  const vault = group(program, 'vault', about)
  command(vault, 'status', 'the sealing key and the version of the master key', async (call) => {
    const status: Vault = await (await call.api()).get('/vault')
    call.terminal.answer(status, () => sheet([
      ['master key version', status.masterKeyVersion], ['sealing key', status.kid], ['suite', status.suite],
    ]))
  })
  command(vault, 'rotate', 'a new master key, and every data key wrapped anew (not in this version)', async () => {
    throw new Failure(
      'This version cannot rotate the master key yet: the executor has no verb that re-wraps. Nothing was changed.')
  })
}
