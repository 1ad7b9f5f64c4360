export { cutToStep, decimal, isDecimal, raiseToStep, smaller, text, ZERO, type Decimal } from './decimal.ts'
export { FREEZE_MODES, FREEZE_SCOPES, freezeKey, freezeOn, type Freeze, type FreezeMode, type FreezeScope } from './freeze.ts'
export { keyedHash, type KeyedHash } from './keyed-hash.ts'
export { MARKETS, type Market, type MarketRules } from './market.ts'
export {
  canBecome, isFinal, isSurprising, type Fill, type LegKind, type Order, type OrderState, type PositionSide, type Side,
} from './order.ts'
export { bookAdjustment, bookFill, flatPosition, type Position } from './position.ts'
export { FLAGS, type Flag, type Signal, type SignalSide, type Warning } from './signal.ts'
export type { Bot, DecisionOutcome } from './bot.ts'
export type { AccountFacts, Check, Connection, PositionMode } from './connection.ts'
export { Problem, PROBLEMS, type FieldError, type ProblemCode } from './problem.ts'
export * from './shard.ts'
