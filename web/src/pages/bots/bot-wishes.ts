import { plainOf, readAmount, sure, typed, type Rule, type Typed } from '../../amounts/read-amount.ts'
import type { Bot, Routes } from '../../api/schema.ts'

export type CreateBot = Omit<Routes['POST /bots']['body'], 'name'> & { readonly name?: string }

/** What the form holds: as typed, so that nothing is lost while it is not yet a number. */
export interface Wishes {
  readonly connectionId: string
  readonly webhookId: string
  readonly symbol: string
  readonly amount: Typed
  readonly amountIn: 'quote' | 'base'
  readonly name: string
  readonly direction: Bot['direction'] | ''
  readonly onOpposite: Bot['onOpposite']
  readonly leverage: Typed
  readonly maxSize: Typed
  readonly maxSignalAgeSeconds: Typed
  readonly maxExitAgeSeconds: Typed
  readonly exitAtOpen: boolean
  readonly acceptSize: boolean
  readonly acceptDilution: boolean
}

const WEEK_SECONDS = 604_800
const AGE: Rule = { whole: true, least: 0, most: WEEK_SECONDS }
/** What its amounts may be. */
export const AMOUNTS = {
  amount: {}, maxSize: {}, leverage: { whole: true, least: 1, most: 200 }, maxSignalAgeSeconds: AGE, maxExitAgeSeconds: AGE,
} as const satisfies Partial<Record<keyof Wishes, Rule>>
export type AmountField = keyof typeof AMOUNTS

export const noWishes: Wishes = {
  connectionId: '', webhookId: '', symbol: '', amount: typed(''), amountIn: 'quote', name: '', direction: '', onOpposite: 'close', leverage: typed(''),
  maxSize: typed(''), maxSignalAgeSeconds: sure('60'), maxExitAgeSeconds: sure('900'), exitAtOpen: false, acceptSize: false, acceptDilution: false,
}

export const wishesOf = (bot: Bot): Wishes => ({
  connectionId: bot.connectionId ?? '', webhookId: bot.webhookId, symbol: bot.symbol, amount: sure(bot.amount), amountIn: bot.amountIn,
  name: bot.name, direction: bot.direction, onOpposite: bot.onOpposite, leverage: sure(String(bot.leverage ?? '')), maxSize: sure(bot.maxSize),
  maxSignalAgeSeconds: sure(String(bot.maxSignalAgeSeconds)), maxExitAgeSeconds: sure(String(bot.maxExitAgeSeconds)),
  exitAtOpen: bot.exitAtOpen, acceptSize: bot.acceptSize, acceptDilution: bot.acceptDilution,
})

/** Whether one of its amounts cannot be read yet, or in one way alone. */
export const isOpen = (wishes: Wishes, field: AmountField): boolean => (
  ['question', 'mistake'].includes(readAmount(wishes[field], AMOUNTS[field]).kind))

export const isUnsure = (wishes: Wishes): boolean => Object.keys(AMOUNTS).some((field) => isOpen(wishes, field as AmountField))

/** As the API takes it; null: what has to be there is not yet, or is in question. `futures`: whether the market has two directions. */
export function bodyOf(wishes: Wishes, futures: boolean): CreateBot | null {
  const { connectionId, webhookId, amountIn, onOpposite, exitAtOpen, acceptSize, acceptDilution } = wishes
  const plain = (field: AmountField): string | null => plainOf(wishes[field], AMOUNTS[field])
  const [symbol, name, amount, maxSize] = [wishes.symbol.trim(), wishes.name.trim(), plain('amount'), plain('maxSize')]
  const [leverage, maxAge, maxExitAge] = [futures ? plain('leverage') : '', plain('maxSignalAgeSeconds'), plain('maxExitAgeSeconds')]
  if (amount === null || maxSize === null || leverage === null || maxAge === null || maxExitAge === null) return null
  if (connectionId === '' || webhookId === '' || symbol === '' || amount === '') return null
  return {
    connectionId, webhookId, symbol, amount, amountIn, exitAtOpen, acceptSize, acceptDilution, ...(name === '' ? {} : { name }), ...(maxSize === '' ? {} : { maxSize }),
    ...(futures ? { onOpposite, leverage: leverage === '' ? null : Number(leverage) } : {}), ...(futures && wishes.direction !== '' ? { direction: wishes.direction } : {}),
    maxSignalAgeSeconds: Number(maxAge), maxExitAgeSeconds: Number(maxExitAge),
  }
}
