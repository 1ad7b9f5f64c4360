import type { ServerParts } from './parts.ts'

/**
 * Whether no real money moves at an exchange: the installation is for practice, and that exchange is reached at an address
 * of the settings. One address of an exchange is enough: its own hosts are then not reached at all.
 */
export const isSimulated = ({ practice = {} }: Pick<ServerParts, 'practice'>, exchange: string): boolean => (
  Object.keys(practice).some((id) => id === exchange || id.startsWith(`${exchange}:`)))
