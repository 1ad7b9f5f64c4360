/** Profit is kept by quarters of an hour: every time zone's days begin on one. */
export const PROFIT_SLOT_MS = 900_000
/** Prices are kept by five minutes. */
export const CANDLE_SLOT_MS = 300_000

/** The quarter of an hour in which a time, epoch ms, lies. */
export const profitSlot = (ms: number): number => Math.floor(ms / PROFIT_SLOT_MS)
/** The five minutes in which it lies. */
export const candleSlot = (ms: number): number => Math.floor(ms / CANDLE_SLOT_MS)
