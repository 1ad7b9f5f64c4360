import type { ExchangeModule } from '../port.ts'
import { account, setLeverage } from './account.ts'
import { cancel } from './cancel.ts'
import { description, HOSTS } from './description.ts'
import { lookup } from './lookup.ts'
import { IDS, manner } from './manner.ts'
import { markets } from './markets.ts'
import { prices } from './prices.ts'
import { report } from './report.ts'
import { check } from './rights.ts'
import { readKey } from './sign.ts'
import { submit } from './submit.ts'

/** Bitvavo: spot, in euros. Experimental. */
export const bitvavo: ExchangeModule = {
  description, manner, hosts: HOSTS, orderIds: () => IDS, readKey,
  verbs: { check, submit, testOrder: null, lookup, cancel, account, report, setLeverage, markets, prices, hours: null },
}
