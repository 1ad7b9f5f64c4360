import { createSecretKey, type KeyObject } from 'node:crypto'
import { amount } from '../../amount.ts'
import { openAccount, type FuturesBook, type TradingAccount } from '../../engine/accounts.ts'
import { BadControl, type AccountRequest } from '../../venue.ts'

/** An API key: what it opens, and for whom. */
export type Key = {
  readonly apiKey: string
  readonly secret: KeyObject
  readonly account: Account
  /** Rights by the name of their flag in apiRestrictions, e.g. enableReading. */
  readonly rights: ReadonlySet<string>
  readonly ipAllowlist: ReadonlySet<string> | undefined
  readonly createdAt: number
  readonly expiresAt: number | undefined
}

export type Account = TradingAccount & {
  readonly futures: FuturesBook & { multiAssets: boolean }
  canTrade: boolean
  /** Orders sent, for the X-MBX-ORDER-COUNT headers, by market. */
  readonly sent: { readonly spot: OrderCounts; readonly futures: OrderCounts }
}

/** Counts in fixed windows: ten seconds, a minute, a day. */
export type OrderCounts = { window: number[]; count: number[] }

/** Our control route's short words for the flags of GET /sapi/v1/account/apiRestrictions. */
const RIGHTS: Readonly<Record<string, string>> = {
  read: 'enableReading',
  spot: 'enableSpotAndMarginTrading',
  futures: 'enableFutures',
  withdraw: 'enableWithdrawals',
  internalTransfer: 'enableInternalTransfer',
  universalTransfer: 'permitsUniversalTransfer',
  transfer: 'permitsUniversalTransfer',
  margin: 'enableMargin',
  options: 'enableVanillaOptions',
  portfolioMargin: 'enablePortfolioMarginTrading',
  fixTrade: 'enableFixApiTrade',
  fixRead: 'enableFixReadOnly',
}

/** The flags that apiRestrictions always shows; others appear only on a key that has them. */
export const DOCUMENTED_RIGHTS: readonly string[] = [...new Set(Object.values(RIGHTS))]

/** Default rates: 0.1 % on spot, 0.04 % on futures, as taker and as maker. */
const SPOT_FEE = amount('0.001')
const FUTURES_FEE = amount('0.0004')

export function parseRights(permissions: readonly string[]): Set<string> {
  return new Set(
    permissions.map((word) => {
      const right = Object.hasOwn(RIGHTS, word) ? RIGHTS[word] : undefined
      if (right !== undefined) return right
      if (/^(enable|permits)[A-Z]\w{0,60}$/.test(word)) return word
      throw new BadControl(
        `unknown permission ${word}: one of ${Object.keys(RIGHTS).join(', ')}, or a raw flag such as enableXyz`,
      )
    }),
  )
}

/** Makes the key, on a new account or on the one of that name; its balances, fees and mode are set where given. */
export function openKey(
  request: AccountRequest,
  accounts: Map<string, Account>,
  nextUid: () => number,
  now: number,
): Key {
  const rights = parseRights(request.permissions)
  if (request.uid !== undefined && !/^\d{1,15}$/.test(request.uid)) throw new BadControl('uid must be a whole number')
  let account = accounts.get(request.account)
  if (account === undefined) {
    account = openBinanceAccount(request.account, request.uid === undefined ? nextUid() : Number(request.uid))
    accounts.set(account.name, account)
  }
  for (const [asset, free] of request.balances) {
    account.spot.set(asset, { free, locked: 0n })
    account.futures.wallets.set(asset, free)
  }
  account.fees.spot = request.fees.get('spot') ?? account.fees.spot
  account.fees.futures = request.fees.get('futures') ?? account.fees.futures
  if (request.positionMode !== undefined) account.futures.hedge = request.positionMode === 'hedge'
  applyFlags(account, request.flags)
  return {
    apiKey: request.apiKey,
    secret: createSecretKey(Buffer.from(request.secret)),
    account,
    rights,
    ipAllowlist: request.ipAllowlist === undefined ? undefined : new Set(request.ipAllowlist),
    createdAt: now,
    expiresAt: request.expiresAt,
  }
}

/** Switches that only some tests need: {canTrade: false, multiAssetsMargin: true}. */
function applyFlags(account: Account, flags: ReadonlyMap<string, unknown>): void {
  for (const [name, value] of flags) {
    if (typeof value !== 'boolean') throw new BadControl(`flags.${name} must be true or false`)
    if (name === 'canTrade') account.canTrade = value
    else if (name === 'multiAssetsMargin') account.futures.multiAssets = value
    else throw new BadControl(`unknown flag ${name}: canTrade, multiAssetsMargin`)
  }
}

function openBinanceAccount(name: string, uid: number): Account {
  const account = openAccount(name, uid, { spot: SPOT_FEE, futures: FUTURES_FEE })
  return {
    ...account,
    futures: { ...account.futures, multiAssets: false },
    canTrade: true,
    sent: { spot: { window: [0, 0, 0], count: [0, 0, 0] }, futures: { window: [0, 0, 0], count: [0, 0, 0] } },
  }
}
