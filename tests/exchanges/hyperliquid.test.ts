import { hyperliquid } from './fixtures/hyperliquid.ts'
import { runCases } from './suite.ts'

runCases(hyperliquid)
