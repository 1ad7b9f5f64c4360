export { checkBot, type BotCheck, type BotSettings, type CheckedBot } from './check-bot.ts'
export { DECISION_CODES, type DecisionCode } from './codes.ts'
export { decide, planFlipOpening, PRICE_MAX_AGE_MS, sizeCounts } from './decide.ts'
export type {
  Decided, DecidedSignal, Decision, DecisionInput, FlipOpening, Guards, Need, Needs, Neighbour, PlannedLeg,
} from './decision.ts'
export { previewRules, type RuleCheck, type RuleFacts } from './preview-rules.ts'
export { replanClose, type CloseAgain } from './replan.ts'
export { closeNeedsPrice, isDust, waysOut } from './size.ts'
