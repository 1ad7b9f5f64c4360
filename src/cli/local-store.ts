import { systemClock } from '#clock'
import type { Settings } from '#config'
import { isInstalled, openStore, type Store } from '#store'
import { prepareDataFolder } from '#supervisor'
import { Failure } from './failure.ts'

/** What of the settings says where the data is. */
type Where = Pick<Settings, 'databaseUrl' | 'dataDir'>

/**
 * The store that the settings name, opened by this process, beside a running server or without one. Only commands that
 * begin an installation may make one: all others fail where there is none, and leave nothing behind.
 */
export async function openLocalStore(where: Where, ifThereIsNone: 'make one' | 'fail'): Promise<Store> {
  const { databaseUrl, dataDir } = where
  if (ifThereIsNone === 'fail') await demandInstallation(where)
  if (databaseUrl !== null) return openStore({ clock: systemClock, url: databaseUrl, dataDir })
  prepareDataFolder(dataDir)
  return openStore({ clock: systemClock, dataDir })
}

async function demandInstallation({ databaseUrl, dataDir }: Where): Promise<void> {
  if (databaseUrl !== null) {
    if (await isInstalled({ url: databaseUrl })) return
    throw new Failure('There is no installation in the database of TOWERFLOW_DATABASE_URL: nothing was done',
      { next: 'Set TOWERFLOW_DATABASE_URL to the database that your towerflow uses.' })
  }
  if (await isInstalled({ dataDir })) return
  throw new Failure(`There is no installation in ${dataDir}: nothing was done`,
    { next: 'Set TOWERFLOW_DATA_DIR to the data folder of your towerflow, or run this where it was started: '
      + 'without that setting it is "data" in the folder where a command is run.' })
}
