import { systemClock } from '#clock'
import type { Settings } from '#config'
import { openStore, type Store } from '#store'
import { prepareDataFolder } from '#supervisor'

/** The store that the settings name, opened by this process, beside a running server or without one. */
export async function openLocalStore({ databaseUrl, dataDir }: Settings): Promise<Store> {
  if (databaseUrl !== null) return openStore({ clock: systemClock, url: databaseUrl, dataDir })
  prepareDataFolder(dataDir)
  return openStore({ clock: systemClock, dataDir })
}
