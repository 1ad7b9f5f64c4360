import { plain } from '../../amount.ts'
import type { Held } from '../../engine/exchange.ts'
import type { Key } from '../../engine/keys.ts'

/** Source: docs.bitvavo.com, "Get account balance". */
export const balance = (_x: Held, key: Key): unknown => [...key.account.spot].map(([symbol, { free, locked }]) => ({ symbol, available: plain(free), inOrder: plain(locked) }))
