import { request } from './http.ts'

/** An order as the simulated exchange keeps it: the judge's evidence. */
export interface LedgerOrder {
  readonly apiKey: string
  readonly market: 'spot' | 'futures'
  readonly symbol: string
  readonly side: 'BUY' | 'SELL'
  readonly quantity: string | null
  readonly quoteQuantity: string | null
  readonly reduceOnly: boolean
  readonly clientOrderId: string
  readonly state: string
  readonly filled: string
  readonly fills: readonly { readonly quantity: string; readonly fee: string; readonly feeAsset: string }[]
}

/** Reads on in the exchange's list of accepted orders, which only ever grows; shared by all installations. */
export class Ledger {
  readonly #url: string
  readonly #byKey = new Map<string, LedgerOrder[]>()
  #read = 0
  #reading: Promise<void> | null = null

  constructor(exchangeUrl: string) { this.#url = exchangeUrl }

  /** Everything that this key has sent so far. */
  of(apiKey: string): readonly LedgerOrder[] { return this.#byKey.get(apiKey) ?? [] }

  get length(): number { return this.#read }

  /** Takes in what has arrived; after it, `of` holds everything that was accepted before the call. */
  async refresh(): Promise<void> {
    await this.#reading // it may have begun before what the caller is interested in
    this.#reading ??= this.#readOn().finally(() => { this.#reading = null })
    await this.#reading
  }

  async #readOn(): Promise<void> {
    const answer = await request('GET', `${this.#url}/__sim/orders?from=${this.#read}`, undefined, { timeoutMs: 180_000 })
    if (answer.kind !== 'answered' || answer.status !== 200) throw new Error('the simulator does not tell its orders')
    const orders = JSON.parse(answer.text) as LedgerOrder[]
    this.#read += orders.length
    for (const order of orders) {
      const known = this.#byKey.get(order.apiKey)
      if (known === undefined) this.#byKey.set(order.apiKey, [order])
      else known.push(order)
    }
  }
}
