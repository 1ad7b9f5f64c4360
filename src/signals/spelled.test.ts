import { expect, it } from 'vitest'
import { parsePayload } from './parse.ts'

// Names of fields in every way that people and programs write them: the way must not decide whether something opens.

const capital = (word: string): string => `${word.charAt(0).toUpperCase()}${word.slice(1)}`
const STYLES: Readonly<Record<string, (words: readonly string[]) => string>> = {
  snake: (words) => words.join('_'), kebab: (words) => words.join('-'), dotted: (words) => words.join('.'), spaced: (words) => words.join(' '),
  camel: ([first = '', ...rest]) => first + rest.map(capital).join(''), pascal: (words) => words.map(capital).join(''),
  glued: (words) => words.join(''), upper: (words) => words.join('_').toUpperCase(), 'upper and glued': (words) => words.join('').toUpperCase(),
  numbered: (words) => `${words.join('_')}_1`, 'numbered and glued': (words) => `${words.join('')}2`, slashed: (words) => words.join('/'),
}

function stops(name: string, value: string): boolean {
  const parsed = parsePayload(new TextEncoder().encode(`{"symbol":"A","side":"buy",${JSON.stringify(name)}:${value}}`), 1_800_000_000_000)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors))
  return parsed.draft.unsupportedFields.length > 0
}

const spelled = (names: readonly string[], values: readonly string[]): string[] =>
  names.flatMap((name) => Object.values(STYLES).flatMap((style) => values.map((value) => `${style(name.split(' '))} ${value}`)))
const tried = (lines: readonly string[], wanted: boolean): string[] => lines.filter((line) => {
  const at = line.search(/ (?=[^ ]*$)/)
  return stops(line.slice(0, at), line.slice(at + 1)) !== wanted
})

const WITH_A_NUMBER = [
  'stop', 'stop loss', 'stop loss price', 'sl', 'sl price', 'tp', 'take profit', 'profit target', 'trail', 'trailing stop', 'trail offset', 'qty', 'order qty',
  'quantity', 'order size', 'position size', 'size percent', 'lot', 'lots', 'contracts', 'order contracts', 'percent', 'equity percent', 'leverage', 'limit',
  'limit price', 'expire', 'expiry time', 'exit', 'exit long', 'close all', 'close position', 'cancel', 'account id', 'trigger price', 'risk percent', 'amount',
]
const WITH_TRUE = ['reduce only', 'close only', 'post only', 'close', 'close position', 'exit all', 'is flat', 'cancel orders', 'disabled', 'break even', 'reduce']
const BARS = [
  'open', 'high', 'low', 'close', 'volume', 'price', 'close price', 'prev close', 'previous close', 'bar close', 'ema close', 'close ema', 'close time',
  'daily close', 'ha close', 'macd signal', 'stoch rsi', 'stoch k', 'volume ma', 'percent change', 'change percent', 'quote volume', 'buy volume', 'long ema',
  'short sma', 'bid', 'ask', 'entry price', 'order price', 'candle size', 'tick size', 'upper band', 'lower limit', 'highest close', 'typical price', 'bar index',
]
const LABELS = ['comment', 'order comment', 'alert name', 'alert message', 'message', 'strategy', 'strategy name', 'order id', 'indicator name', 'note', 'reason', 'title']

it('what shapes an order is found in every spelling', () => {
  expect(tried(spelled(WITH_A_NUMBER, ['5', '"5"', '"5%"']), true)).toEqual([])
  expect(tried(spelled(WITH_TRUE, ['true', '"true"', '"yes"']), true)).toEqual([])
  expect(tried(spelled(['market position', 'sentiment', 'action', 'order action', 'direction'], ['"flat"', '"close"', '"exit"']), true)).toEqual([])
  expect(tried(spelled(['enabled', 'is enabled', 'bot enabled'], ['false', '"false"', '"off"']), true)).toEqual([])
})

it('what the bar and labels carry is ordinary in every spelling', () => {
  expect(tried(spelled(BARS, ['65000.5', '"65000.5"', '"65,000.5"', '0']), false)).toEqual([])
  expect(tried(spelled(LABELS, ['"exit"', '"flat"', '"stop_loss"', '"Long"', '"close-all"']), false)).toEqual([])
  expect(tried(spelled(['market position', 'sentiment', 'action', 'order action', 'direction', 'signal'], ['"long"', '"buy"']), false)).toEqual([])
})

it('what says nothing is ordinary in every spelling', () => {
  expect(tried(spelled(['stop loss', 'take profit', 'trailing stop', 'reduce only', 'close position', 'cancel'], ['null', '""', '"NaN"', 'false', '"none"', '0']), false)).toEqual([])
})
