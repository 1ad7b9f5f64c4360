import { amount, type Amount } from '../amount.ts'
import { BadControl, type AccountRequest } from '../venue.ts'
import { openAccount, spotBalance, type TradingAccount } from './accounts.ts'

/** An API key: what it opens, and for whom. */
export type Key = {
  readonly apiKey: string
  /** As it was given: a shared secret, or a public key in PEM. How it verifies is each exchange's own affair. */
  readonly secret: string
  readonly passphrase: string | undefined
  readonly account: TradingAccount
  /** Rights in the exchange's own words. */
  readonly rights: ReadonlySet<string>
  readonly ipAllowlist: ReadonlySet<string> | undefined
  readonly createdAt: number
  readonly expiresAt: number | undefined
  /** Where the key is known: the live exchange, its demo, or one of its sites. */
  readonly site: string
  readonly flags: ReadonlyMap<string, unknown>
}

/** What the control route's words are called at one exchange. */
export type Words = {
  /** `read`, `spot`, `futures`, `withdraw`, `transfer` for every exchange that tells rights; more where it has more. */
  readonly rights: Readonly<Record<string, readonly string[]>>
  /** What a raw right of this exchange looks like: a test may give a key one that nobody knows. */
  readonly raw: RegExp
  /** Sites beside `live`; the control body's `flags.site` names one, `environment: "paper"` means `demo`. */
  readonly sites?: readonly string[]
}

const FEES = { spot: amount('0.001'), futures: amount('0.0006') }

/** Makes the key, on a new account or on the one of that name; balances, fees and mode are set where given. */
export function openKey(
  request: AccountRequest,
  accounts: Map<string, TradingAccount>,
  words: Words,
  newAccount: { readonly nextUid: () => number; readonly unified: boolean },
  now: number,
): Key {
  const rights = readRights(request.permissions, words)
  const site = siteOf(request, words)
  if (request.uid !== undefined && !/^\d{1,15}$/.test(request.uid)) throw new BadControl('uid must be a whole number')
  let account = accounts.get(request.account)
  if (account === undefined) {
    const uid = request.uid === undefined ? newAccount.nextUid() : Number(request.uid)
    account = openAccount(request.account, uid, FEES, newAccount.unified)
    accounts.set(account.name, account)
  }
  fund(account, request.balances)
  account.fees.spot = request.fees.get('spot') ?? account.fees.spot
  account.fees.futures = request.fees.get('futures') ?? account.fees.futures
  if (request.positionMode !== undefined) account.futures.hedge = request.positionMode === 'hedge'
  return {
    apiKey: request.apiKey,
    secret: request.secret,
    passphrase: request.passphrase,
    account,
    rights,
    ipAllowlist: request.ipAllowlist === undefined ? undefined : new Set(request.ipAllowlist),
    createdAt: now,
    expiresAt: request.expiresAt,
    site,
    flags: request.flags,
  }
}

function readRights(permissions: readonly string[], words: Words): Set<string> {
  const rights = new Set<string>()
  for (const word of permissions) {
    const known = Object.hasOwn(words.rights, word) ? words.rights[word] : undefined
    if (known === undefined && !words.raw.test(word)) {
      throw new BadControl(`unknown permission ${word}: one of ${Object.keys(words.rights).join(', ')}, or a raw right`)
    }
    for (const right of known ?? [word]) rights.add(right)
  }
  return rights
}

function siteOf(request: AccountRequest, words: Words): string {
  const site = request.flags.get('site') ?? (request.environment === 'paper' ? 'demo' : 'live')
  if (typeof site !== 'string' || (site !== 'live' && words.sites?.includes(site) !== true)) {
    throw new BadControl(`there is no such site here: live${(words.sites ?? []).map((one) => `, ${one}`).join('')}`)
  }
  return site
}

/** The same amount on spot and as margin. */
function fund(account: TradingAccount, balances: ReadonlyMap<string, Amount>): void {
  for (const [asset, free] of balances) {
    const balance = spotBalance(account, asset)
    balance.free = free
    balance.locked = 0n
    account.futures.wallets.set(asset, free)
  }
}
