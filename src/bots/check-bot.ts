import { decimal, isDecimal, raiseToStep, text, type Bot, type FieldError, type MarketRules } from '#model'
import { previewRules, type RuleCheck, type RuleFacts } from './preview-rules.ts'

/** What a person says about a bot; everything else is filled in. */
export interface BotSettings {
  readonly name?: string | null | undefined
  readonly amount: string
  readonly amountIn: 'quote' | 'base'
  readonly direction?: Bot['direction'] | undefined
  readonly maxSize?: string | undefined
  readonly onOpposite?: Bot['onOpposite'] | undefined
  readonly leverage?: number | null | undefined
  readonly maxSignalAgeSeconds?: number | undefined
  readonly maxExitAgeSeconds?: number | undefined
  readonly exitAtOpen?: boolean | undefined
  readonly acceptSize?: boolean | undefined
  readonly acceptDilution?: boolean | undefined
  readonly paused?: boolean | undefined
}

/** The settings with every default, and what the symbol fills in. */
export type CheckedBot = Pick<
  Bot, 'name' | 'exchange' | 'market' | 'symbol' | 'base' | 'quote' | 'amount' | 'amountIn' | 'direction' | 'maxSize' | 'onOpposite'
  | 'leverage' | 'maxSignalAgeSeconds' | 'maxExitAgeSeconds' | 'exitAtOpen' | 'acceptSize' | 'acceptDilution' | 'paused'
>

export type BotCheck =
  | { readonly ok: true; readonly bot: CheckedBot; readonly rules: readonly RuleCheck[] }
  /** `invalid_input`: the settings contradict each other; `rules_violated`: the exchange would refuse its orders. */
  | {
    readonly ok: false
    readonly code: 'invalid_input' | 'rules_violated'
    readonly errors: readonly FieldError[]
    readonly rules: readonly RuleCheck[]
  }

const MAX_SIZE_FACTOR = 10
const DEFAULT_ENTRY_AGE_SECONDS = 60
const DEFAULT_EXIT_AGE_SECONDS = 15 * 60
const AGE_LIMIT_SECONDS = 7 * 24 * 60 * 60

/**
 * Checks a bot's settings against themselves and against its market, when it is made and when it is changed (then with
 * all its settings, old and new), and fills in the defaults. `price`: quote per base, null where none could be had:
 * then only what needs none is checked. Every error names the field and what to do.
 */
export function checkBot(settings: BotSettings, rules: MarketRules, facts: RuleFacts): BotCheck {
  const wrong = wrongAmounts(settings)
  const errors = wrong.length > 0 ? wrong : contradictions(settings, rules)
  if (errors.length > 0) return { ok: false, code: 'invalid_input', errors, rules: [] }
  const maxSize = settings.maxSize ?? defaultMaxSize(settings, facts.price)
  if (maxSize === null) {
    const message = `there is no price to derive it from now: give the largest opening in ${rules.quote}`
    return { ok: false, code: 'invalid_input', rules: [], errors: [{ path: 'maxSize', message }] }
  }
  const { exchange, market, symbol, base, quote } = rules
  const bot: CheckedBot = {
    name: settings.name?.trim() || symbol, exchange, market, symbol, base, quote,
    amount: settings.amount, amountIn: settings.amountIn,
    direction: market === 'spot' ? 'long' : settings.direction ?? 'both',
    maxSize, onOpposite: settings.onOpposite ?? 'close', leverage: settings.leverage ?? null,
    maxSignalAgeSeconds: settings.maxSignalAgeSeconds ?? DEFAULT_ENTRY_AGE_SECONDS,
    maxExitAgeSeconds: settings.maxExitAgeSeconds ?? DEFAULT_EXIT_AGE_SECONDS, exitAtOpen: settings.exitAtOpen ?? false,
    acceptSize: settings.acceptSize ?? false, acceptDilution: settings.acceptDilution ?? false, paused: settings.paused ?? false,
  }
  const checks = previewRules(bot, rules, facts)
  const violations = checks.filter((check) => !check.ok && check.path !== null)
    .map(({ path, detail }) => ({ path: path ?? 'amount', message: detail }))
  if (violations.length > 0) return { ok: false, code: 'rules_violated', errors: violations, rules: checks }
  return { ok: true, bot, rules: checks }
}

function wrongAmounts(settings: BotSettings): FieldError[] {
  const errors: FieldError[] = []
  for (const path of ['amount', 'maxSize'] as const) {
    const value = settings[path]
    if (value === undefined) continue
    if (!isDecimal(value) || !decimal(value).greaterThan(0)) {
      errors.push({ path, message: 'must be a decimal number above 0, as text, such as "100"' })
    }
  }
  for (const path of ['maxSignalAgeSeconds', 'maxExitAgeSeconds'] as const) {
    const value = settings[path]
    if (value !== undefined && (!Number.isInteger(value) || value < 0 || value > AGE_LIMIT_SECONDS)) {
      errors.push({ path, message: `must be whole seconds, at most ${AGE_LIMIT_SECONDS}; 0 for no limit` })
    }
  }
  return errors
}

function contradictions({ direction, onOpposite, leverage, amount, amountIn, maxSize }: BotSettings, rules: MarketRules): FieldError[] {
  const errors: FieldError[] = []
  const spot = rules.market === 'spot'
  if (spot && direction === 'short') {
    errors.push({ path: 'direction', message: 'a spot bot cannot go short: leave it out, or use a futures connection' })
  }
  if (spot && onOpposite === 'flip') {
    errors.push({ path: 'onOpposite', message: 'a spot bot cannot flip, since it cannot go short: use "close"' })
  }
  if (spot && leverage !== undefined && leverage !== null) {
    errors.push({ path: 'leverage', message: 'spot has no leverage: leave it out' })
  }
  if (leverage !== undefined && leverage !== null && (!Number.isInteger(leverage) || leverage < 1)) {
    errors.push({ path: 'leverage', message: 'must be a whole number from 1' })
  }
  if (maxSize !== undefined && amountIn === 'quote' && decimal(maxSize).lessThan(decimal(amount))) {
    errors.push({
      path: 'maxSize',
      message: `is below the amount of ${amount} ${rules.quote}, so every opening would be refused: raise it or lower the amount`,
    })
  }
  return errors
}

/** Ten times the amount, quote; null where that needs a price and there is none. */
function defaultMaxSize({ amount, amountIn }: BotSettings, price: string | null): string | null {
  const ten = decimal(amount).times(MAX_SIZE_FACTOR)
  if (amountIn === 'quote') return text(ten)
  return price === null ? null : text(raiseToStep(ten.times(decimal(price)), decimal('0.01')))
}
