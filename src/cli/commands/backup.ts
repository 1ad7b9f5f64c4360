import { existsSync } from 'node:fs'
import path from 'node:path'
import type { Command } from 'commander'
import { command } from '../action.ts'
import { Failure } from '../failure.ts'
import { printable, sheet } from '../table.ts'
import { progress, style } from '../terminal.ts'

export function addBackup(program: Command, about: string): void {
  command(program, 'backup <file>', about, async (call, _, file = '') => {
    const [{ readSettings }, { openLocalStore }] = await Promise.all([import('#config'), import('../local-store.ts')])
    const settings = readSettings()
    const store = await openLocalStore(settings)
    const bar = progress(call.terminal, 'backup')
    try {
      const report = await store.maintenance.backup(file, (done, of) => bar.at(done, of))
      bar.done()
      const masterKey =
        'not in the backup: keep a copy of it somewhere else, for without it no connection in the backup can be opened'
      call.terminal.answer({ ...report, masterKeyFile: settings.masterKeyFile, masterKeyIncluded: false }, () => [
        sheet([['file', printable(report.file)], ['rows', report.rows], ['bytes', report.bytes],
          ['sha256', report.sha256]]),
        `${style('yellow', 'The master key')} (${printable(settings.masterKeyFile)}) is ${masterKey}.`,
      ].join('\n'))
    } finally {
      bar.done()
      await store.close()
    }
  })
}

export function addRestore(program: Command, about: string): void {
  command(program, 'restore <file>', about, async (call, _, file = '') => {
    const [{ readSettings }, { openLocalStore }, { isLocked }, { admitRestored }] =
      await Promise.all([import('#config'), import('../local-store.ts'), import('#supervisor'), import('#safeguards')])
    const settings = readSettings()
    if (isLocked(settings.dataDir)) {
      throw new Failure(`A towerflow is running on ${settings.dataDir}: nothing was restored`,
        { next: 'Stop it first, or set TOWERFLOW_DATA_DIR to another folder.' })
    }
    const store = await openLocalStore(settings)
    const bar = progress(call.terminal, 'restore')
    try {
      const report = await store.maintenance.restore(file, (done, of) => bar.at(done, of))
      bar.done()
      // Only here, on the machine and by hand, are keys' older rows let in again; what was deleted stays deleted.
      const { admitted, deleted } = await admitRestored(path.join(settings.dataDir, 'safeguards'), await store.connections.rowVersions())
      const auditFile = path.join(settings.dataDir, 'audit.log')
      const auditIsHere = existsSync(auditFile)
      call.terminal.answer({ ...report, olderKeysAdmitted: admitted, deletedConnections: deleted, auditIsHere }, () => [
        `${report.rows} rows restored.`,
        ...deleted === 0 ? [] : [`${deleted} of its connections were deleted on this machine since: their keys are not used again. Delete them, connect anew.`],
        auditIsHere ? 'The executor\'s audit is here: at the next start, orders that were sent since the backup are taken over from it; openings wait until they are settled.'
          : `Put the audit of that installation at ${printable(auditFile)} before the next start, if orders were sent since the backup: it names them.`,
        `Put the master key of that installation at ${printable(
          settings.masterKeyFile)} (mode 600) before the next start: without it no connection can be opened.`,
      ].join('\n'))
    } finally {
      bar.done()
      await store.close()
    }
  })
}
