import { z } from 'zod'
import { FREEZE_MODES, FREEZE_SCOPES } from '#model'
import { filterId, line, listOf, page, time } from './common.ts'

const target = {
  /** `user` without an id: the caller himself. `all` has none, and is for administrators. */
  scope: z.enum(FREEZE_SCOPES),
  id: filterId.nullish(),
}

/** `POST /freeze`. `entries` stops openings and lets closes through, `all` stops closes too. */
export const createFreeze = z.strictObject({ ...target, mode: z.enum(FREEZE_MODES), reason: line(200) })
export type FreezeWanted = z.infer<typeof createFreeze>

/** `POST /thaw`. With a mode, only a freeze of that mode is lifted. */
export const thaw = z.strictObject({ ...target, mode: z.enum(FREEZE_MODES).optional(), reason: line(200).optional() })
export type ThawWanted = z.infer<typeof thaw>

/** What is stopped, by whom and why. */
export const freeze = z.object({
  scope: z.enum(FREEZE_SCOPES),
  /** The connection's or the user's; null with `all`. */
  id: z.string().nullable(),
  name: z.string().nullable(),
  mode: z.enum(FREEZE_MODES),
  reason: z.string(),
  at: time,
  /** The user who asked for it; null: the executor itself, which then does not know what it had to hold. */
  by: z.string().nullable(),
}).meta({ id: 'Freeze' })
export type FreezeAnswer = z.infer<typeof freeze>

export const freezes = listOf(freeze)
export const listFreezes = page
