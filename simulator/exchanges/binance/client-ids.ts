import { randomText } from '../../clock.ts'

/** A client order id as Binance makes one where none was sent: 22 letters and digits. */
export function madeUpClientId(): string {
  return randomText(22)
}
