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
    const [{ readSettings }, { openLocalStore }, { isLocked }] =
      await Promise.all([import('#config'), import('../local-store.ts'), import('#supervisor')])
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
      call.terminal.answer(report, () => [
        `${report.rows} rows restored.`,
        `Put the master key of that installation at ${printable(
          settings.masterKeyFile)} (mode 600) before the next start: without it no connection can be opened.`,
      ].join('\n'))
    } finally {
      bar.done()
      await store.close()
    }
  })
}
