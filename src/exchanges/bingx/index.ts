import type { ExchangeModule } from '../port.ts'
import { account, setLeverage } from './account.ts'
import { cancel } from './cancel.ts'
import { description, HOSTS } from './description.ts'
import { lookup } from './lookup.ts'
import { manner, SMALL_IDS } from './manner.ts'
import { markets } from './markets.ts'
import { prices } from './prices.ts'
import { report } from './report.ts'
import { check } from './rights.ts'
import { readKey } from './sign.ts'
import { submit, testOrder } from './submit.ts'

/** BingX: spot, and perpetuals in USDT and USDC. */
export const bingx: ExchangeModule = {
  description, manner, hosts: HOSTS, orderIds: () => SMALL_IDS, readKey,
  verbs: { check, submit, testOrder, lookup, cancel, account, report, setLeverage, markets, prices, hours: null },
}
