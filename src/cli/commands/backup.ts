import { existsSync } from 'node:fs'
import path from 'node:path'
import type { Command } from 'commander'
import type { BackupContents } from '#store'
import { command } from '../action.ts'
import { Failure } from '../failure.ts'
import { bytesText, moment, printable, sheet } from '../table.ts'
import { progress, style } from '../terminal.ts'
import { count } from './connections.ts'

export function addBackup(program: Command, about: string): void {
  command(program, 'backup <file>', about, async (call, _, file = '') => {
    const [{ readSettings }, { openLocalStore }, { iso }] =
      await Promise.all([import('#config'), import('../local-store.ts'), import('#clock')])
    const settings = readSettings()
    const store = await openLocalStore(settings, 'fail')
    const bar = progress(call.terminal, 'backup')
    try {
      const report = await store.maintenance.backup(file, (done, of) => bar.at(done, of))
      bar.done()
      const masterKey = printable(settings.masterKeyFile)
      call.terminal.answer({
        ...report, madeAt: iso(report.madeAt), masterKeyFile: settings.masterKeyFile, masterKeyIncluded: false,
      }, () => [
        sheet([
          ['file', printable(report.file)],
          ['of', settings.databaseUrl === null ? printable(settings.dataDir) : 'PostgreSQL'],
          ['at', moment(iso(report.madeAt))], ['holds', held(report.contents)],
          ['size', `${bytesText(report.bytes)} in ${count(report.rows, 'row')}`], ['sha256', report.sha256],
        ]),
        `It does not hold ${style('yellow', 'the master key')} (${masterKey}):`,
        'without that, no connection in it can be opened.',
        'Keep a copy of the master key somewhere else, apart from this file: whoever has both has your exchange keys.',
      ].join('\n'))
    } finally {
      bar.done()
      await store.close()
    }
  })
}

/** What a backup holds, in words. */
function held({ users, connections, webhooks, bots, positions, signals, orders }: BackupContents): string {
  const holding = bots === 0 ? '' : ` (${positions} of them with a position)`
  return [
    count(users, 'user'), count(connections, 'connection'), count(webhooks, 'webhook'), `${count(bots, 'bot')}${holding}`,
    count(signals, 'signal'), count(orders, 'order'),
  ].join(', ')
}

export function addRestore(program: Command, about: string): void {
  command(program, 'restore <file>', about, async (call, _, file = '') => {
    const [{ readSettings }, { openLocalStore }, { isLocked }, { admitRestored }, { demandBackup }] = await Promise.all([
      import('#config'), import('../local-store.ts'), import('#supervisor'), import('#safeguards'), import('#store'),
    ])
    const settings = readSettings()
    if (isLocked(settings.dataDir)) {
      throw new Failure(`A towerflow is running on ${settings.dataDir}: nothing was restored`,
        { next: 'Stop it first, or set TOWERFLOW_DATA_DIR to another folder.' })
    }
    await demandBackup(file) // before there is a database that it cannot fill
    const store = await openLocalStore(settings, 'make one')
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
