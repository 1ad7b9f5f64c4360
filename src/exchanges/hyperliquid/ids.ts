import { numericIds } from '../order-ids.ts'

const DIGITS = 32
const FORM = /^0x[0-9a-f]{32}$/

/** Seventeen letters of ours as 128 bits: `0x` and 32 digits. */
export const CLOIDS = numericIds(17, (value) => `0x${value.toString(16).padStart(DIGITS, '0')}`, (text) => (FORM.test(text.toLowerCase()) ? BigInt(text) : null))
