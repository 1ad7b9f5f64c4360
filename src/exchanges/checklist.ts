import type { Check, ProblemCode } from '#model'
import type { OnCheck, Verdict } from './port.ts'

/** What is asked about a key, in the order in which it is shown. */
export type CheckName = 'reached' | 'signature' | 'live_account' | 'market' | 'rights' | 'withdrawal_off' | 'ip_binding' | 'expiry'

const ORDER: readonly CheckName[] = ['reached', 'signature', 'live_account', 'market', 'rights', 'withdrawal_off', 'ip_binding', 'expiry']

/** Our advice is joined with an exchange's own words, either of which may end its sentence: none ends twice. */
const proofread = (text: string): string => text.replaceAll(/(?<!\.)([.?!])\.(?= |$)/g, '$1')

/**
 * Collects what was found out about a key, and tells `onCheck` of it at once. One entry a name; a later one replaces an
 * earlier one.
 */
export class Checklist {
  readonly #checks = new Map<CheckName, Check>()
  readonly #onCheck: OnCheck

  constructor(onCheck: OnCheck = () => undefined) {
    this.#onCheck = onCheck
  }

  pass(name: CheckName, detail: string): void { this.#note({ name, result: 'pass', detail }) }
  unverifiable(name: CheckName, detail: string): void { this.#note({ name, result: 'unverifiable', detail }) }

  /**
   * A pass as far as the rights say, while the exchange is still to be asked where it counts. Nobody is told of it before
   * the verdict: that answer may turn it round.
   */
  presume(name: CheckName, detail: string): void { this.#checks.set(name, { name, result: 'pass', detail }) }

  /** The verdict that refuses the key, with what was found out so far. */
  fail(name: CheckName, code: ProblemCode, advice: string): Verdict {
    const detail = proofread(advice)
    this.#note({ name, result: 'fail', detail })
    return { ok: false, code, detail, checks: this.list() }
  }

  /** A refusal that is not about one line of the list. */
  refuse(code: ProblemCode, detail: string): Verdict {
    return { ok: false, code, detail, checks: this.list() }
  }

  has(name: CheckName): boolean { return this.#checks.has(name) }

  list(): readonly Check[] {
    return ORDER.flatMap((name) => this.#checks.get(name) ?? [])
  }

  #note(check: Check & { readonly name: CheckName }): void {
    this.#checks.set(check.name, check)
    this.#onCheck(check)
  }
}
