import type { MasterKeys } from './master-keys.ts'

/**
 * Where the key ring is kept. A file today; a systemd credential, a container secret or a key service give the same
 * three verbs (and refuse `create` and `rotate` where they can only be read).
 */
export interface KeyProvider {
  /** For people: which place this is, e.g. `file /srv/towerflow/master.key`. */
  readonly place: string
  /** The ring, or null where there is none yet. Throws `VaultError` where there is one that cannot be trusted. */
  load(): Promise<MasterKeys | null>
  /** Makes a ring where there is none and answers once it would survive a power cut. Throws where there is one. */
  create(): Promise<MasterKeys>
  /** Adds a new current version beside the older ones, durably. */
  rotate(): Promise<MasterKeys>
}
