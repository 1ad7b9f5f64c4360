import type { Bot, Routes } from '../../api/schema.ts'

export type CreateBot = Omit<Routes['POST /bots']['body'], 'name'> & { readonly name?: string }

/** What the form holds: as typed, so that nothing is lost while it is not yet a number. */
export interface Wishes {
  readonly connectionId: string
  readonly webhookId: string
  readonly symbol: string
  readonly amount: string
  readonly amountIn: 'quote' | 'base'
  readonly name: string
  readonly direction: Bot['direction'] | ''
  readonly onOpposite: Bot['onOpposite']
  readonly leverage: string
  readonly maxSize: string
  readonly maxSignalAgeSeconds: string
  readonly maxExitAgeSeconds: string
  readonly acceptSize: boolean
  readonly acceptDilution: boolean
}

export const noWishes: Wishes = {
  connectionId: '', webhookId: '', symbol: '', amount: '', amountIn: 'quote', name: '', direction: '', onOpposite: 'close', leverage: '', maxSize: '',
  maxSignalAgeSeconds: '60', maxExitAgeSeconds: '900', acceptSize: false, acceptDilution: false,
}

export const wishesOf = (bot: Bot): Wishes => ({
  connectionId: bot.connectionId ?? '', webhookId: bot.webhookId, symbol: bot.symbol, amount: bot.amount, amountIn: bot.amountIn, name: bot.name, direction: bot.direction,
  onOpposite: bot.onOpposite, leverage: bot.leverage === null ? '' : String(bot.leverage), maxSize: bot.maxSize, maxSignalAgeSeconds: String(bot.maxSignalAgeSeconds),
  maxExitAgeSeconds: String(bot.maxExitAgeSeconds), acceptSize: bot.acceptSize, acceptDilution: bot.acceptDilution,
})

/** As the API takes it; null: what has to be there is not yet. `futures`: whether the market has two directions. */
export function bodyOf(wishes: Wishes, futures: boolean): CreateBot | null {
  const { connectionId, webhookId, amountIn, onOpposite, acceptSize, acceptDilution } = wishes
  const [symbol, amount, name, maxSize] = [wishes.symbol.trim(), plain(wishes.amount), wishes.name.trim(), plain(wishes.maxSize)]
  if (connectionId === '' || webhookId === '' || symbol === '' || amount === '') return null
  return {
    connectionId, webhookId, symbol, amount, amountIn, acceptSize, acceptDilution, ...(name === '' ? {} : { name }), ...(maxSize === '' ? {} : { maxSize }),
    ...(futures ? { onOpposite, leverage: wishes.leverage === '' ? null : Number(wishes.leverage) } : {}), ...(futures && wishes.direction !== '' ? { direction: wishes.direction } : {}),
    maxSignalAgeSeconds: Number(wishes.maxSignalAgeSeconds || 0), maxExitAgeSeconds: Number(wishes.maxExitAgeSeconds || 0),
  }
}

/** People write 1 000 and, in places, a comma for the point. */
const plain = (text: string): string => text.replaceAll(/[\s\u202f\u00a0]/g, '').replace(',', '.')
