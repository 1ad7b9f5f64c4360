import { plainIds } from '../order-ids.ts'
import type { ExchangeModule } from '../port.ts'
import { account, setLeverage } from './account.ts'
import { cancel } from './cancel.ts'
import { description, HOSTS } from './description.ts'
import { lookup } from './lookup.ts'
import { manner } from './manner.ts'
import { markets } from './markets.ts'
import { prices } from './prices.ts'
import { report } from './report.ts'
import { check } from './rights.ts'
import { readKey } from './sign.ts'
import { submit, testOrder } from './submit.ts'

/** KuCoin: spot, and stablecoin-margined perpetuals on cross margin, on classic accounts. */
export const kucoin: ExchangeModule = {
  description, manner, hosts: HOSTS, orderIds: () => plainIds, readKey,
  verbs: { check, submit, testOrder, lookup, cancel, account, report, setLeverage, markets, prices, hours: null },
}
