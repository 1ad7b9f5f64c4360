import type { ExchangeModule } from '../port.ts'
import { account, setLeverage } from './account.ts'
import { cancel } from './cancel.ts'
import { description, HOSTS } from './description.ts'
import { CLOIDS } from './ids.ts'
import { lookup } from './lookup.ts'
import { manner } from './manner.ts'
import { markets } from './markets.ts'
import { prices } from './prices.ts'
import { report } from './report.ts'
import { check } from './rights.ts'
import { readKey } from './sign.ts'
import { submit } from './submit.ts'

/** Hyperliquid: spot, and the perpetuals of the exchange's own, by an API wallet that cannot withdraw. */
export const hyperliquid: ExchangeModule = {
  description, manner, hosts: HOSTS, orderIds: () => CLOIDS, readKey,
  verbs: { check, submit, testOrder: null, lookup, cancel, account, report, setLeverage, markets, prices, hours: null },
}
