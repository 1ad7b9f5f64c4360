const SLOT_MS = 600_000
const HASH_START = 10
/** Beyond 24 h and a little, which no duplicate window is, all signals of the webhook are looked through. */
export const SLOTS_LIMIT = 160
/** Another server's clock may be that far ahead of this one's. */
export const CLOCKS_APART_MS = 2000

/** The ten minutes in which a time, epoch ms, lies. */
export const slotOf = (ms: number): number => Math.floor(ms / SLOT_MS)

/**
 * What a body is found by: its slot of time, then the start of its hash (60 bits, the rest is compared in the row). Short
 * and in order of arrival, so that a burst of signals fills few pages of the index; by hash alone each would touch one
 * of its own.
 */
export const bodySlot = (slot: number, bodyHash: string): string => `${slot.toString(36)} ${bodyHash.slice(0, HASH_START)}`
